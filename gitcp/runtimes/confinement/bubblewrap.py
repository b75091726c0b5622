"""The level `bubblewrap`: namespaces of its own. A program sees its run and the system, and nothing that it starts can leave."""

import functools
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from gitcp.model.runtimes import HttpRuntime, Sandbox
from gitcp.runtimes.base import Launch
from gitcp.runtimes.confinement.programs import found
from gitcp.runtimes.confinement.view import arguments, seen_as_user

PROGRAM: Final = "bwrap"
WALLS: Final = (
    "--unshare-user",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    # Root would otherwise keep what it takes to climb over them.
    *("--cap-drop", "ALL"),
    "--die-with-parent",
    "--new-session",
)
STARTING_SECONDS: Final = 10.0
ENDING_SECONDS: Final = 5.0
_PAUSE: Final = 0.002
_PROBE_SECONDS: Final = 20.0


class Namespaces:
    """One start inside of namespaces. Its keepers are bubblewrap itself and the first process inside, whose end is the end of all others."""

    def __init__(self, argv: Sequence[str], status: tuple[int, int]) -> None:
        self.argv = argv
        self._reading, self._writing = status
        self._told = b""
        self._keepers: list[psutil.Process] = []
        self._namespace: int | None = None

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The one end of the pipe over which bubblewrap tells how far it is."""
        return (self._writing,)

    def started(self, leader: psutil.Process) -> None:
        """Wait until the namespaces exist, or until there will be none."""
        self._close_writing()
        self._keepers.append(leader)
        deadline = time.monotonic() + STARTING_SECONDS
        while b"\n" not in self._told and time.monotonic() < deadline:
            if select.select([self._reading], [], [], 0.1)[0] and not self._hear():
                return
        with suppress(ValueError, KeyError, psutil.Error):
            told = json.loads(self._told.partition(b"\n")[0])
            self._namespace = int(told["pid-namespace"])
            self._keepers.append(psutil.Process(int(told["child-pid"])))

    def pids(self) -> Collection[int]:
        """Return all of the namespace, whatever they have done to their environment, their session and their parents."""
        if self._namespace is None:
            return ()
        return [pid for pid in psutil.pids() if _namespace_of(pid) == self._namespace]

    def keepers(self) -> Collection[psutil.Process]:
        """Name bubblewrap and the first process of the namespace."""
        return self._keepers

    def end(self) -> None:
        """Kill the first process: the kernel ends all others with it, and it is gone only after them."""
        deadline = time.monotonic() + ENDING_SECONDS
        for first in self._keepers[1:]:
            with suppress(psutil.Error):
                first.send_signal(signal.SIGKILL)
            while _is_alive(first) and time.monotonic() < deadline:
                time.sleep(_PAUSE)

    def was_begun(self) -> bool:
        """Look whether bubblewrap has told of an exit code: it does so only of a program that was begun."""
        while self._hear():
            pass
        return b'"exit-code"' in self._told

    def close(self) -> None:
        """Close the pipe."""
        self._close_writing()
        os.close(self._reading)

    def _hear(self) -> bool:
        data = os.read(self._reading, 4096)
        self._told += data
        return bool(data)

    def _close_writing(self) -> None:
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1


class Bubblewrap:
    """Namespaces by the program bwrap, as root and as any user whom the kernel lets make them."""

    level: Final = Sandbox.BUBBLEWRAP

    def why_not(self, *, network: bool) -> str | None:
        """Try it out."""
        return _why_not(network)

    def cell(self, argv: Sequence[str], launch: Launch) -> Namespaces:
        """Show the program what it may see."""
        program = found(argv[0], launch)
        options = [
            *WALLS,
            *_user(),
            *_network(launch),
            *arguments(program, argv, launch),
            "--chdir",
            str(launch.cwd),
        ]
        reading, writing = os.pipe()
        status = ("--json-status-fd", str(writing))
        return Namespaces([_bwrap(), *options, *status, "--", *argv], (reading, writing))


def _user() -> tuple[str, ...]:
    user, group = seen_as_user()
    return ("--uid", str(user), "--gid", str(group))


def _network(launch: Launch) -> tuple[str, ...]:
    config = launch.config
    return () if isinstance(config, HttpRuntime) or config.network else ("--unshare-net",)


@functools.cache
def _why_not(network: bool) -> str | None:
    if shutil.which(PROGRAM) is None:
        return "bubblewrap is not installed (the program bwrap)"
    walls = (*WALLS, *_user(), *(() if network else ("--unshare-net",)))
    view = ("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108
    try:
        tried = subprocess.run(
            [_bwrap(), *walls, *view, "--", "true"], capture_output=True, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not start here: {error}"
    said = tried.stderr.decode(errors="replace").strip()[-300:]
    return f"bubblewrap does not start here: {said}" if tried.returncode else None


def _bwrap() -> str:
    # The runner's own, never one that the program's search path names.
    return shutil.which(PROGRAM) or PROGRAM


def _is_alive(process: psutil.Process) -> bool:
    # Whoever has to reap it may take its time; all others of the namespace have ended by then.
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE and process.is_running())
    except psutil.Error:
        return False


def _namespace_of(pid: int) -> int | None:
    with suppress(OSError):
        return Path(f"/proc/{pid}/ns/pid").stat().st_ino
    return None
