"""The level `cgroup`: a control group (v2) of its own. It hides nothing, but no process leaves it by accident, and all end at once.

Only where this user may make groups below the one that gitcp is in: as root, or in a unit of systemd with `Delegate=yes`.
"""

import functools
import hashlib
import subprocess
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import psutil

from gitcp.model.runtimes import Sandbox
from gitcp.runtimes.base import Launch
from gitcp.runtimes.confinement.programs import found

MOUNTS: Final = Path("/proc/self/mounts")
OWN: Final = Path("/proc/self/cgroup")
ENDING_SECONDS: Final = 5.0
# The shell enters the group and becomes the program: no moment in which that is outside of it.
ENTER: Final = ("/bin/sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"')
_PAUSE: Final = 0.01
_PROBE_SECONDS: Final = 20.0


class Group:
    """One start in a group."""

    def __init__(self, argv: Sequence[str], folder: Path) -> None:
        self.argv = (*ENTER, str(folder), *argv)
        self.descriptors: tuple[int, ...] = ()
        self._folder = folder

    def started(self, leader: psutil.Process) -> None:
        """Know it already: it enters by itself."""

    def pids(self) -> Collection[int]:
        """Return all of the group and of groups that were made inside."""
        return [pid for folder in (self._folder, *_below(self._folder)) for pid in _members(folder)]

    def keepers(self) -> Collection[psutil.Process]:
        """Name none: the program itself was started."""
        return ()

    def end(self) -> None:
        """Kill the group as a whole, forks that are being made included."""
        deadline = time.monotonic() + ENDING_SECONDS
        while self.pids() and time.monotonic() < deadline:
            _kill(self._folder)
            time.sleep(_PAUSE)

    def was_begun(self) -> bool:
        """Say yes: what the shell cannot start, it says itself."""
        return True

    def close(self) -> None:
        """Remove the group."""
        for folder in (*_below(self._folder), self._folder):
            with suppress(OSError):
                folder.rmdir()


class ControlGroup:
    """Groups below gitcp's own."""

    level: Final = Sandbox.CGROUP

    def why_not(self, *, network: bool) -> str | None:
        """Try it out; it cannot keep a program off the network."""
        return _why_not() if network else "a control group cannot keep a program off the network"

    def cell(self, argv: Sequence[str], launch: Launch) -> Group:
        """Make a group that is named after the run's folder."""
        found(argv[0], launch)
        folder = _own_group()
        if folder is None:
            raise OSError("there is no control group (v2) here")
        return Group(argv, _made(folder / group_name(launch.folder)))


def left_of(run_folder: Path) -> Group | None:
    """Return the group of a run whose runner was killed, if gitcp's own group still has it."""
    own = _own_group()
    group = own / group_name(run_folder) if own else None
    return Group((), group) if group is not None and group.is_dir() else None


@functools.cache
def _why_not() -> str | None:
    own = _own_group()
    if own is None:
        return "no control groups (v2) are mounted here"
    try:
        group = Group(("true",), _made(own / f"gitcp-probe-{psutil.Process().pid}"))
    except OSError as error:
        return f"control groups may not be made in {own}: {error.strerror}"
    with closing(group):
        try:
            tried = subprocess.run(group.argv, capture_output=True, timeout=_PROBE_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"control groups in {own} cannot be entered: {error}"
        said = tried.stderr.decode(errors="replace").strip()[-300:]
        return f"control groups in {own} cannot be entered: {said}" if tried.returncode else None


def _own_group() -> Path | None:
    with suppress(OSError, UnicodeDecodeError):
        mounts = [line.split() for line in MOUNTS.read_text().splitlines()]
        own = [line for line in OWN.read_text().splitlines() if line.startswith("0::/")]
        roots = [mount[1] for mount in mounts if mount[2] == "cgroup2"]
        if roots and own:
            return Path(roots[0], own[0].removeprefix("0::/"))
    return None


def group_name(run_folder: Path) -> str:
    """Return the name of a run's group; another runner finds it by that."""
    return f"gitcp-{hashlib.sha256(str(run_folder).encode()).hexdigest()[:16]}"


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _below(folder: Path) -> Iterator[Path]:
    """Yield the groups below one, the deepest first."""
    with suppress(OSError):
        for child in folder.iterdir():
            if child.is_dir():
                yield from _below(child)
                yield child


def _members(folder: Path) -> list[int]:
    with suppress(OSError, ValueError):
        return [int(line) for line in (folder / "cgroup.procs").read_text().split()]
    return []


def _kill(folder: Path) -> None:
    try:
        (folder / "cgroup.kill").write_text("1")
    except OSError:  # Linux before 5.14
        for group in (folder, *_below(folder)):
            for pid in _members(group):
                with suppress(psutil.Error):
                    psutil.Process(pid).kill()
