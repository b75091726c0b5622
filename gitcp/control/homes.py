"""The homes that the programs of agents keep for a task, from run to run: what they know of their sessions.

Rule: one lies beside its notes, `<agent>.<task>` and `<agent>.<task>.json` and `.….json`; none is worth more than the money of a session that is begun anew.
"""

import glob
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from gitcp.control.plane import Plane
from gitcp.control.state import State
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task
from gitcp.workspaces.files import remove

FOLDER: Final = "homes"


def home_of(state: State, agent: str, task: str) -> Path:
    """Return where an agent's program keeps what it knows of a task."""
    return state.folder / FOLDER / f"{agent}.{task}"


def note_of(home: Path) -> Path:
    """Return where gitcp notes the session that is in a home."""
    return home.with_name(f"{home.name}.json")


def outworn(plane: Plane, *, untouched: timedelta, closed: timedelta, now: datetime) -> Iterator[Path]:
    """Yield the homes that no run will go on in: of tasks closed for so long, and those that were not used for so long."""
    snapshot = plane.snapshot()
    folder = plane.state.folder / FOLDER
    for home in sorted(folder.iterdir()) if folder.is_dir() else ():
        if home.suffix != ".json" and _is_outworn(snapshot, home, untouched, closed, now):
            yield home


def leave(home: Path) -> None:
    """Remove a home and all that is noted beside it.

    Raises:
        WorkspaceError: something in it cannot be removed.
    """
    for note in home.parent.glob(f"{glob.escape(home.name)}.*json"):
        remove(note)
    remove(home)


def _is_outworn(
    snapshot: Snapshot, home: Path, untouched: timedelta, closed: timedelta, now: datetime
) -> bool:
    agent, _, name = home.name.rpartition(".")
    if snapshot.runs(active=True, agent=agent, task=name):
        return False
    task = snapshot.get(Task, name)
    if task is not None and task.closed is not None and now - task.closed >= closed:
        return True
    return now - _used(home) >= untouched


def _used(home: Path) -> datetime:
    note = note_of(home)
    return datetime.fromtimestamp((note if note.is_file() else home).lstat().st_mtime, UTC)
