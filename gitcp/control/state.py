"""The machine's own folder for one control repository: clones, checkouts, what runs left behind. It can be deleted when nothing runs.

It lies outside of any `.git` folder, because agent programs treat those as none of their business.
"""

import hashlib
import json
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HANDLE: Final = ("run", "place", "started")


@dataclass(frozen=True, slots=True)
class State:
    """The folder and what lies where in it."""

    folder: Path

    @property
    def machine(self) -> str:
        """The name by which this machine's claims are told from others': host and a few random characters, kept in the folder."""
        path = self.folder / "machine"
        if not path.exists():
            self.make()
            write_first(path, f"{_host()}-{secrets.token_hex(3)}\n")
        return path.read_text().strip()

    @property
    def tick_lock(self) -> Path:
        """The lock that one tick at a time holds from its claim to its spawn."""
        return self.folder / "tick.lock"

    def run(self, run: str) -> Path:
        """Return the folder of a run."""
        return self.folder / "runs" / run

    def declarations(self, run: str) -> Path:
        """Return the file of what a run's agent declared."""
        return self.run(run) / "declarations.json"

    def handle(self, run: str) -> dict[str, str] | None:
        """Return how the run's runner can be found on this very host, or none."""
        try:
            found = json.loads(self._handle(run).read_text())
            return (
                {name: str(found[name]) for name in _HANDLE}
                if found["host"] == socket.gethostname()
                else None
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def was_spawned(self, run: str) -> bool:
        """Whether a runner was started for the run, on this host or another one that shares the folder."""
        return self._handle(run).exists()

    def note_handle(self, run: str, handle: Mapping[str, str], *, over: bool) -> None:
        """Keep how the run's runner can be found again; with `over` in place of what was kept, else only if nothing was."""
        self._run_folder(run)
        write = write_whole if over else write_first
        write(self._handle(run), json.dumps({**handle, "host": socket.gethostname()}))

    def was_launched(self, run: str) -> bool:
        """Whether the run's program was about to be started: from then on it has a price."""
        return (self.run(run) / "launched").exists()

    def note_launched(self, run: str) -> None:
        """Keep that the run's program is about to be started."""
        self._run_folder(run)
        (self.run(run) / "launched").touch()

    def make(self) -> None:
        """Make the folder, for its owner alone: logs and briefs are nobody else's."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _handle(self, run: str) -> Path:
        return self.run(run) / "handle.json"

    def _run_folder(self, run: str) -> None:
        self.make()
        self.run(run).mkdir(parents=True, exist_ok=True)


def default_state(git_directory: Path, environ: Mapping[str, str]) -> Path:
    """Return `$XDG_STATE_HOME/gitcp/<name>-<digest of the place>`."""
    place = git_directory.resolve()
    name = place.parent.name if place.name == ".git" else place.name.removesuffix(".git")
    digest = hashlib.sha256(str(place).encode()).hexdigest()[:12]
    return state_home(environ) / f"{name}-{digest}"


def state_home(environ: Mapping[str, str]) -> Path:
    """Return the folder of all that gitcp keeps for this user: `$XDG_STATE_HOME/gitcp`."""
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "gitcp"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text)
    beside.replace(path)


def write_first(path: Path, text: str) -> None:
    """Write a file unless there is one: of several at once the first wins. A reader sees its whole text, or no file.

    Where the file system has no hard links, a reader may see the beginning of the text for a moment.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(text)
        with suppress(FileExistsError):
            _link(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _link(beside: Path, path: Path) -> None:
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # this file system has none
        with path.open("x") as file:
            file.write(beside.read_text())


def _host() -> str:
    return "".join(c if c.isalnum() or c == "-" else "-" for c in socket.gethostname())[:40] or "machine"
