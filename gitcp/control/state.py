"""The machine's own folder for one control repository: clones, checkouts, what runs left behind. It can be deleted when nothing runs.

It lies outside of any `.git` folder, because agent programs treat those as none of their business.
"""

import hashlib
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class State:
    """The folder and what lies where in it."""

    folder: Path

    @property
    def machine(self) -> str:
        """The name by which this machine's claims are told from others': host and a few random characters, kept in the folder."""
        path = self.folder / "machine"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, f"{_host()}-{secrets.token_hex(3)}\n")
        return path.read_text().strip()

    @property
    def tick_lock(self) -> Path:
        """The lock that one tick at a time holds from its claim to its spawn."""
        return self.folder / "tick.lock"

    def run(self, run: str) -> Path:
        """Return the folder of a run."""
        return self.folder / "runs" / run

    def handle(self, run: str) -> dict[str, Any] | None:
        """Return what was noted when the run's runner was started here, or none."""
        try:
            found = json.loads((self.run(run) / "handle.json").read_text())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def note_handle(self, run: str, handle: Mapping[str, Any]) -> None:
        """Keep how the run's runner can be found again."""
        self.run(run).mkdir(parents=True, exist_ok=True)
        write_whole(self.run(run) / "handle.json", json.dumps(dict(handle)))


def default_state(git_directory: Path, environ: Mapping[str, str]) -> Path:
    """Return `$XDG_STATE_HOME/gitcp/<name>-<digest of the place>`."""
    place = git_directory.resolve()
    name = place.parent.name if place.name == ".git" else place.name.removesuffix(".git")
    home = Path(environ.get("HOME") or Path.home())
    base = Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    digest = hashlib.sha256(str(place).encode()).hexdigest()[:12]
    return base / "gitcp" / f"{name}-{digest}"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text)
    beside.replace(path)


def _host() -> str:
    return "".join(c if c.isalnum() or c == "-" else "-" for c in socket.gethostname())[:40] or "machine"
