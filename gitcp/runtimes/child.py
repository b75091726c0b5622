"""One program under supervision: its start, its output, its limits, and the end of everything that it started."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil

from gitcp.runtimes.base import Launch, StopCause, Watch
from gitcp.runtimes.confinement import Cell, Confinement, confinement_for, why_unconfined
from gitcp.runtimes.output import last_lines
from gitcp.runtimes.redaction import Stream
from gitcp.runtimes.tree import MARK, Remains, Tree, is_alive

ASKED_EVERY: Final = 0.5
LOOKED_EVERY: Final = 0.05
# Most programs end as soon as their output does.
ENDING_EVERY: Final = 0.005
ENDING_SECONDS: Final = 1.0
CHUNK: Final = 64 * 1024
DRAINED_SECONDS: Final = 1.0
FIRST_BYTES: Final = 500
# Another run may give its branch back while bubblewrap shows it: nothing has begun, and the next look does not see it.
STARTS: Final = 3
VANISHED: Final = "in mount table"

Sink = Callable[[bytes], StopCause | None]


@dataclass(frozen=True, slots=True)
class Exit:
    """How a program ended.

    `code` is negative for a signal, or as a shell tells it (128 and the signal) of a program that was kept in namespaces; none if it was
    never started, and then `error` says why. `isolation` is the level that it was kept in.
    """

    code: int | None = None
    stopped: StopCause | None = None
    remains: Remains = field(default_factory=Remains)
    error: str | None = None
    isolation: str | None = None


def supervise(
    argv: Sequence[str], launch: Launch, watch: Watch, sink: Sink, errors: Sink | None = None
) -> Exit:
    """Run a program to its end, or to the end of its limits; `sink` gets what it prints, without its secrets, and a cause that it returns ends the program at once.

    With `errors` that gets the standard error, which is in `sink` otherwise; either breaks a silence. Its standard input is the brief, or nothing. When this returns or raises, no process of the run is left.
    """
    confinement = confinement_for(launch.config)
    if confinement is None:
        return Exit(error=why_unconfined(launch.config))
    done = Exit()
    for _ in range(STARTS):
        done = _tried(confinement, argv, launch, watch, sink, errors)
        if done.error is None or VANISHED not in done.error:
            break
    return done


def _tried(
    confinement: Confinement,
    argv: Sequence[str],
    launch: Launch,
    watch: Watch,
    sink: Sink,
    errors: Sink | None,
) -> Exit:
    try:
        cell = confinement.cell(argv, launch)
    except (OSError, ValueError) as error:
        return Exit(error=_why_not_started(argv[0], launch, error))
    with closing(cell):
        try:
            process = _start(cell, launch, subprocess.STDOUT if errors is None else subprocess.PIPE)
        except (OSError, ValueError) as error:
            return Exit(error=_why_not_started(argv[0], launch, error))
        done = _followed(process, launch, cell, watch, _streams(launch, sink, errors))
    return done if done.error else replace(done, isolation=confinement.level.value)


def _streams(
    launch: Launch, sink: Sink, errors: Sink | None
) -> tuple[Stream[StopCause | None], Stream[StopCause | None]]:
    output = launch.redactor.stream(sink)
    return output, output if errors is None else launch.redactor.stream(errors)


def _followed(
    process: subprocess.Popen[bytes],
    launch: Launch,
    cell: Cell,
    watch: Watch,
    sinks: tuple[Stream[StopCause | None], Stream[StopCause | None]],
) -> Exit:
    try:
        child = Child(process, launch, cell, sinks)
    except BaseException:
        with process:  # closes its output and waits for it
            os.killpg(process.pid, signal.SIGKILL)
            raise
    with child:
        stopped = child.follow(watch)
    if stopped is None and child.code == 1 and not cell.was_begun():
        return Exit(error=f"it could not be started in isolation: {child.first_words()}")
    return Exit(child.code, stopped, child.remains)


class Child:
    """A started program. Leaving its context ends it and all that it started."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        launch: Launch,
        cell: Cell,
        sinks: tuple[Stream[StopCause | None], Stream[StopCause | None]],
    ) -> None:
        self._limits = launch.limits
        self._process = process
        self._leader = psutil.Process(process.pid)
        self._tree = Tree(launch.folder, self._leader, cell)
        self._first = b""
        self._streams = sinks
        self._selector = selectors.DefaultSelector()
        for pipe, taker in zip((process.stdout, process.stderr), sinks, strict=True):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                self._selector.register(pipe, selectors.EVENT_READ, taker)
        cell.started(self._leader)
        self._started = self._printed = self._closed = time.monotonic()
        self._told: StopCause | None = None
        self.code: int | None = None
        self.remains = Remains()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.remains = self._tree.stop(self._limits.grace_seconds, self._read)
            self._drain()
            for stream in self._streams:
                stream.flush()
        finally:
            self._close()

    def follow(self, watch: Watch) -> StopCause | None:
        """Wait until it ends by itself (none) or has to be stopped (why)."""
        asked = -ASKED_EVERY
        while is_alive(self._leader):
            now = time.monotonic()
            cause = self._overrun(now)
            if cause is None and now - asked >= ASKED_EVERY:
                cause, asked = watch(), now
            if cause is not None:
                return cause
            self._read(LOOKED_EVERY)
            if self._told is not None:
                return self._told
        return None

    def first_words(self) -> str:
        """Return the start of what it printed, fit to be shown."""
        return last_lines(self._first[:FIRST_BYTES])

    def _overrun(self, now: float) -> StopCause | None:
        silence = self._limits.silence_minutes
        if now - self._started >= self._limits.minutes * 60:
            return StopCause.MINUTES
        if silence is not None and now - self._printed >= silence * 60:
            return StopCause.SILENCE
        return None

    def _read(self, seconds: float) -> None:
        if not self._selector.get_map():
            # Never by a wait for the process: that reaps it, and its number must stay its own until its tree is ended.
            time.sleep(self._pause(seconds))
        else:
            self._take(seconds)

    def _pause(self, seconds: float) -> float:
        is_fresh = time.monotonic() - self._closed < ENDING_SECONDS
        return min(seconds, ENDING_EVERY) if is_fresh else seconds

    def _take(self, seconds: float) -> bool:
        ready = self._selector.select(seconds)
        for key, _ in ready:
            data = os.read(key.fd, CHUNK)
            if data:
                self._printed = time.monotonic()
                self._first = self._first if len(self._first) > FIRST_BYTES else self._first + data
                self._told = key.data.write(data) or self._told
            else:
                self._closed = time.monotonic()
                self._selector.unregister(key.fileobj)
        return bool(ready)

    def _drain(self) -> None:
        deadline = time.monotonic() + DRAINED_SECONDS
        while self._selector.get_map() and self._take(0) and time.monotonic() < deadline:
            pass

    def _close(self) -> None:
        self._selector.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        with suppress(subprocess.TimeoutExpired):  # only what not even KILL ends
            self.code = self._process.wait(timeout=1)


def _start(cell: Cell, launch: Launch, errors: int) -> subprocess.Popen[bytes]:
    with (launch.brief or Path(os.devnull)).open("rb") as brief:
        return subprocess.Popen(
            list(cell.argv),
            pass_fds=cell.descriptors,
            cwd=launch.cwd,
            env={**launch.environment, MARK: str(launch.folder)},
            stdin=brief,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=0,
            start_new_session=True,
        )


def _why_not_started(program: str, launch: Launch, error: OSError | ValueError) -> str:
    if not launch.cwd.is_dir():
        return f"the working folder {launch.cwd} does not exist"
    if launch.brief and not launch.brief.is_file():
        return f"the brief {launch.brief} does not exist"
    match error:
        case FileNotFoundError():
            return f"the program {program!r}, or the interpreter that its first line names, was not found"
        case PermissionError():
            return f"the program {program!r} may not be executed"
    return f"the program {program!r} could not be started: {error}"
