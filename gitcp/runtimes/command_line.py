"""The runtime of every agent that is a command line: started, followed event by event, metered, judged. Its dialect says how it is spoken to."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from gitcp.errors import RuntimeUnavailableError
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import CommandLineRuntime
from gitcp.runtimes.base import Ending, Launch, Probe, RuntimeConfig, StopCause, Watch
from gitcp.runtimes.child import supervise
from gitcp.runtimes.conversation import Conversation, Transcript
from gitcp.runtimes.events import Reader
from gitcp.runtimes.meter import Meter
from gitcp.runtimes.output import last_lines

VERSION_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Invocation:
    """How a program is started: its arguments, the program first, and what is set over the environment of the launch."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]


class Dialect(Protocol):
    """How one program is spoken to.

    `type` is its name in records, `program` its usual name; `provider` whose models it calls, for the price list, or none; `credentials` are the variables
    any of which signs it in; `passing` the types of events that are not worth keeping.
    """

    type: str
    program: str
    provider: str | None
    credentials: tuple[str, ...]
    passing: frozenset[str]

    def invocation(self, program: str, launch: Launch) -> Invocation:
        """Say how to start it, and write the files that it needs below `launch.folder` and `launch.home`.

        The prompt is on its standard input. With `launch.resume` it goes on with that session.

        Raises:
            OSError: a file could not be written.
        """
        ...

    def reader(self, launch: Launch, /) -> Reader:
        """Return what reads the events of one start."""
        ...


class CommandLine:
    """An agent that is a command line."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def check(self, config: RuntimeConfig) -> str | None:
        """Say whether the program is found; one that is named by a relative path is known only in its checkout."""
        program = self._program(config)
        if os.sep in program and not Path(program).is_absolute():
            return None
        if self._found(config) is None:
            return f"runtime.program: the program {program!r} was not found or may not be executed"
        return None

    def probe(self, config: RuntimeConfig) -> Probe:
        """Ask the program for its version, and see whether the run would get anything that signs it in."""
        problem = self.check(config)
        if problem is not None:
            return Probe(problem=f"{problem}; install it, or name it in runtime.program")
        program = self._found(config) or self._program(config)
        version = _version(program)
        signed_in = self._is_signed_in(config)
        if version is None:
            problem = f"{program} --version did not answer in {VERSION_SECONDS} seconds, or failed"
        elif not signed_in:
            problem = f"not signed in: give the agent one of {', '.join(self._dialect.credentials)} in runtime.secrets"
        return Probe(program, version, signed_in, problem)

    def run(self, launch: Launch, watch: Watch) -> Ending:
        """Start the program and follow it to its end; a session that it cannot go on with is begun afresh, once."""
        try:
            transcript = Transcript(launch.log)
        except OSError as error:
            return _unwritten(error)
        with transcript:
            return self._led(launch, watch, transcript)

    def _led(self, launch: Launch, watch: Watch, transcript: Transcript) -> Ending:
        begun = time.monotonic()
        ended, opened = self._start(launch, watch, transcript)
        if launch.resume is None or opened or not ended.failure or ended.exit_code is None:
            return ended
        transcript.tell(f"! the session {launch.resume} could not be gone on with; a new one is begun\n")
        minutes = max(launch.limits.minutes - (time.monotonic() - begun) / 60, 0.0)
        afresh = replace(launch, resume=None, limits=replace(launch.limits, minutes=minutes))
        again, _ = self._start(afresh, watch, transcript)
        return (
            again if again.started else replace(again, started=True)
        )  # the first start may have cost something

    def _start(self, launch: Launch, watch: Watch, transcript: Transcript) -> tuple[Ending, bool]:
        config = self._config(launch.config)
        try:
            invocation = self._dialect.invocation(self._program(launch.config), launch)
        except OSError as error:
            return _unwritten(error), False
        launch = replace(launch, environment={**launch.environment, **invocation.environment})
        meter = Meter(launch.limits, config.billing, self._dialect.provider)
        conversation = Conversation(self._dialect.reader(launch), meter, transcript, self._dialect.passing)

        def watched() -> StopCause | None:
            return conversation.over() or watch()

        try:
            exit_ = supervise(invocation.argv, launch, watched, conversation.take, conversation.take_errors)
        finally:
            conversation.finish()
        return conversation.ending(exit_, launch), conversation.session is not None

    def _config(self, config: RuntimeConfig) -> CommandLineRuntime:
        if not isinstance(config, CommandLineRuntime) or config.type != self._dialect.type:
            raise RuntimeUnavailableError(
                f"runtime.type: expected {self._dialect.type!r}, found {config.type!r}"
            )
        return config

    def _program(self, config: RuntimeConfig) -> str:
        return self._config(config).program or self._dialect.program

    def _found(self, config: RuntimeConfig) -> str | None:
        path = self._config(config).environment.get("PATH")
        return shutil.which(self._program(config), path=path)

    def _is_signed_in(self, config: RuntimeConfig) -> bool:
        given = self._config(config)
        passed = {name for name in given.pass_environment if name in os.environ}
        return not passed.union(given.environment, given.secrets).isdisjoint(self._dialect.credentials)


def _unwritten(error: OSError) -> Ending:
    why = f"the files of the run cannot be written: {error}"
    return Ending(failure=FailureClass.PLATFORM, error=why, started=False)


def _version(program: str) -> str | None:
    try:
        # Some write into their home before they say anything; the person's own is not theirs here.
        with TemporaryDirectory(prefix="gitcp-", ignore_cleanup_errors=True) as home:
            told = subprocess.run(
                [program, "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=VERSION_SECONDS,
                check=True,
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "TMPDIR": home},
            )
    except (OSError, subprocess.SubprocessError):
        return None
    return last_lines(told.stdout).partition("\n")[0][:100] or None
