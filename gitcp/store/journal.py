"""What gitcp was about to change in a checkout: written before the files change, put aside when the branch has moved.

A process that dies in between leaves it behind; the next one then knows its own unfinished work from a person's edit, and finishes it, or
takes it back if the branch never moved. The last finished one is kept: a commit of the user's that collided with it may have written the
index as it was before.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from gitcp.store.trees import FileChange, Leaf


class Journal:
    """Two small files in gitcp's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "checkout.json"
        self._last = folder / "checkout-last.json"

    def write(self, changes: Sequence[FileChange]) -> None:
        """Note what is about to change."""
        noted = [[change.path, _plain(change.before), _plain(change.after)] for change in changes]
        beside = self._path.with_suffix(".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(noted))
        beside.replace(self._path)

    def unfinished(self) -> list[FileChange]:
        """Return what was noted and not finished."""
        return _read(self._path)

    def finished(self) -> list[FileChange]:
        """Return what was finished last."""
        return _read(self._last)

    def finish(self) -> None:
        """Note that files and branch agree."""
        self._path.replace(self._last)


def _read(file: Path) -> list[FileChange]:
    try:
        noted = json.loads(file.read_text())
        return [FileChange(path, _leaf(before), _leaf(after)) for path, before, after in noted]
    except (FileNotFoundError, ValueError, TypeError):
        return []


def _plain(leaf: Leaf | None) -> list[str | int] | None:
    return None if leaf is None else [leaf.oid, leaf.mode]


def _leaf(noted: list[str | int] | None) -> Leaf | None:
    return None if noted is None else Leaf(str(noted[0]), int(noted[1]))
