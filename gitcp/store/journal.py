"""What gitcp was about to change in a checkout: written before the branch moves, removed when the files have followed.

A process that dies in between leaves it behind; the next one then knows its own unfinished work from a person's edit.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from gitcp.store.objects import FileChange, Leaf


class Journal:
    """One small file in gitcp's folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, changes: Sequence[FileChange]) -> None:
        """Note what is about to change."""
        noted = [[change.path, _plain(change.before), _plain(change.after)] for change in changes]
        beside = self._path.with_suffix(".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(noted))
        beside.replace(self._path)

    def read(self) -> list[FileChange]:
        """Return what was noted and not cleared."""
        try:
            noted = json.loads(self._path.read_text())
            return [FileChange(path, _leaf(before), _leaf(after)) for path, before, after in noted]
        except (FileNotFoundError, ValueError, TypeError):
            return []

    def clear(self) -> None:
        """Forget it: the files have followed, or the branch did not move."""
        self._path.unlink(missing_ok=True)


def _plain(leaf: Leaf | None) -> list[str | int] | None:
    return None if leaf is None else [leaf.oid, leaf.mode]


def _leaf(noted: list[str | int] | None) -> Leaf | None:
    return None if noted is None else Leaf(str(noted[0]), int(noted[1]))
