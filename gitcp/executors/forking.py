"""A fork server: a process with everything imported, from which a runner is there in milliseconds.

Rule: it is begun before this process has threads, and before it has opened any database, repository or lock: of those nothing may cross a fork.
It ends when the process that began it does; what it has started goes on.
"""

import gc
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn, Self

from gitcp.executors.base import Job

Main = Callable[[Sequence[str]], int]

# Seconds. A server that is stopped, or whose disk hangs, must not hold up a tick for ever.
ANSWERED_WITHIN: Final = 30.0

_BUG: Final = 3
_MOST_FILES: Final = 65536
_OURS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


class ForkServer:
    """The near end: asks for processes."""

    def __init__(self, line: socket.socket) -> None:
        """Talk to the server at the other end of a line."""
        self._line = line
        self._answers = line.makefile("rb")

    @classmethod
    def begin(cls, program: Sequence[str], main: Main) -> Self:
        """Fork the server: a job whose argv begins with `program` is `main` with the rest of it, any other a program of its own."""
        near, far = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        if os.fork() == 0:
            near.close()
            _served(far, program, main)
        far.close()
        return cls(near)

    def start(self, job: Job) -> int | None:
        """Start a job in a session of its own and return the number of its process; none if there is no server any more.

        Raises:
            OSError: it cannot be started; or it may have been, but the server gave no answer in time, and is done without from then on.
        """
        asked = {
            "argv": list(job.argv),
            "environment": dict(job.environment),
            "folder": str(job.folder),
            "log": str(job.log),
        }
        answer = self._answer(json.dumps(asked).encode() + b"\n")
        if not answer:
            return None
        found = json.loads(answer)
        if "error" in found:
            raise OSError(found["error"])
        return int(found["pid"])

    def end(self) -> None:
        """Let the server end."""
        self._answers.close()
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def _answer(self, asked: bytes) -> bytes:
        try:
            self._line.settimeout(ANSWERED_WITHIN)
            self._line.sendall(asked)
            return self._answers.readline()
        except TimeoutError:
            # Not another start at once: what was asked for may exist by now, or will when the server goes on.
            self.end()
            raise OSError(_no_answer()) from None
        except (OSError, ValueError):
            return b""


def _no_answer() -> str:
    return (
        f"the fork server: expected an answer within {ANSWERED_WITHIN:g} seconds, found none; "
        "the next tick starts the runner if there is none by then"
    )


def serve(line: socket.socket, program: Sequence[str], main: Main) -> None:
    """Fork a process for each job that is asked for on the line, until that is closed."""
    # A terminal's Ctrl-C is for who began it; and nobody is left a zombie.
    os.setsid()
    for number in _OURS:
        signal.signal(number, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # so that looking for garbage later does not copy what is shared
    with line.makefile("rb") as questions:
        for question in questions:
            if not question.endswith(b"\n"):  # whoever asked gave up in the middle of it
                return
            line.sendall(json.dumps(_started(json.loads(question), program, main)).encode() + b"\n")


def _served(line: socket.socket, program: Sequence[str], main: Main) -> NoReturn:
    code = _BUG
    try:
        serve(line, program, main)
        code = 0
    except OSError:
        code = 0  # whoever asked is gone in the middle of it
    except Exception:  # noqa: BLE001 - nothing of the process that was forked may go on here
        traceback.print_exc()
    finally:
        os._exit(code)


def _started(asked: dict[str, Any], program: Sequence[str], main: Main) -> dict[str, Any]:
    hear, tell = os.pipe()
    try:
        pid = os.fork()
    except OSError as error:
        os.close(hear)
        os.close(tell)
        return {"error": str(error)}
    if pid == 0:
        _become(asked, tell, program, main)
    os.close(tell)
    with os.fdopen(hear, "rb") as said:
        # Ends when the program has begun.
        failure = said.read().decode(errors="replace")
    return {"error": failure} if failure else {"pid": pid}


def _become(asked: dict[str, Any], tell: int, program: Sequence[str], main: Main) -> NoReturn:
    try:
        _settle_in(asked)
        # The line of the server, and whatever who began it had open.
        os.closerange(3, tell)
        os.closerange(tell + 1, _MOST_FILES)
        argv = asked["argv"]
        if argv[: len(program)] != list(program):
            os.execvpe(argv[0], argv, asked["environment"])  # noqa: S606 - a program is what was asked for
    except BaseException as failure:  # noqa: BLE001 - told to whoever asked
        with suppress(OSError):
            os.write(tell, str(failure).encode() or b"failed")
        os._exit(_BUG)
    os.close(tell)
    _run(lambda: main(argv[len(program) :]))


def _settle_in(asked: dict[str, Any]) -> None:
    os.setsid()
    for number in _OURS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(asked["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(asked["environment"])
    with suppress(OSError):
        # What `ps` and `top` show; the command line remains that of who began the server.
        Path("/proc/self/comm").write_text(Path(asked["argv"][0]).name[:15])


def _run(main: Callable[[], int]) -> NoReturn:
    code = _BUG
    try:
        code = int(main() or 0)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else _BUG
    except BaseException:  # noqa: BLE001 - the log is all that is left to tell
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
