"""Places for checkouts: a folder, a note of whose it is, and a lock that lives as long as the process that uses it."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from gitcp.errors import WorkspaceError
from gitcp.workspaces.files import write
from gitcp.workspaces.values import RepositorySpec, Workspace

PATIENCE: Final = 1.0  # somebody may just be looking whether it is taken


@dataclass(frozen=True, slots=True)
class Note:
    """Whose a place is. `ready`: its checkout was made as it should be; `released`: its run is over; `delivered`: up to which of the run's commits."""

    workspace: Workspace
    ready: bool = False
    released: bool = False
    delivered: str | None = None


class Place:
    """Where one checkout is. The note and the lock stand beside the folder, so that the checkout holds nothing of gitcp."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(_beside(path, "lock"), thread_local=False)

    def take(self, patience: float = 0) -> bool:
        """Take it for this process, if no living one has it."""
        try:
            self._lock.acquire(timeout=patience)
        except Timeout:
            return False
        return True

    def give_back(self) -> None:
        """Let others take it."""
        self._lock.release()

    def forget(self) -> None:
        """Remove the note and the lock, once the checkout is gone, and let others take the place."""
        for ending in ("index", "index.part", "index.part.lock"):
            _beside(self.path, ending).unlink(missing_ok=True)
        _beside(self.path, "json").unlink(missing_ok=True)
        _beside(self.path, "lock").unlink(missing_ok=True)
        self._lock.release()

    def write(self, note: Note) -> None:
        """Write down whose it is."""
        fields = asdict(note)
        write(_beside(self.path, "json"), json.dumps(fields.pop("workspace") | fields, default=str).encode())

    def read(self) -> Note | None:
        """Return whose it is, or was when its process died."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return _read(json.loads(_beside(self.path, "json").read_bytes()))
        return None

    def noted(self) -> Workspace | None:
        """Return the workspace that it is, or was."""
        note = self.read()
        return note.workspace if note else None

    @property
    def index(self) -> Path:
        """Where gitcp's own index of the checkout is: what an agent has done to that of its own does not count."""
        return _beside(self.path, "index")

    @property
    def used_at(self) -> float:
        """When it was last taken or released, in seconds since 1970."""
        return _beside(self.path, "json").stat().st_mtime


def is_noted(path: Path) -> bool:
    """Whether a checkout is a run's workspace."""
    return _beside(path, "json").exists()


def noted(folder: Path) -> list[Place]:
    """Return the places below a folder that have a note."""
    return [Place(note.with_suffix("")) for note in sorted(folder.glob("*/*.json"))]


def taken(place: Place, patience: float = PATIENCE) -> Place:
    """Take a place.

    Raises:
        WorkspaceError: a living process has it for longer than so many seconds.
    """
    if place.take(patience):
        return place
    other = place.noted()
    raise WorkspaceError(
        f"{place.path}: {f'run {other.run}' if other else 'another process'} still works there",
        hint="wait until it has ended, or cancel it",
    )


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def _read(fields: dict[str, Any]) -> Note:
    changed: dict[str, Any] = {
        "path": Path(fields["path"]),
        "clone": Path(fields["clone"]),
        "repository": RepositorySpec(**fields["repository"]),
        "author": tuple(fields["author"]),
    }
    own = {name: fields.pop(name) for name in ("ready", "released", "delivered") if name in fields}
    return Note(Workspace(**(fields | changed)), **own)
