"""The files that an edit changes, on a tree."""

from collections.abc import Callable
from typing import assert_never

from gitcp.errors import RecordError
from gitcp.model.base import Record
from gitcp.model.operation import Change, Put, Remove
from gitcp.store import codec
from gitcp.store.layout import ARCHIVE, path_of
from gitcp.store.objects import FILE, FileChange, Leaf, Objects
from gitcp.store.readings import read_leaf

Whereabouts = Callable[[type[Record], str], str | None]
"""Return the path where a record is now, or none; records may be in other folders than they would be put in."""


class Draft:
    """Collects changes; what a person wrote in a file stays as it is where nothing is to change."""

    def __init__(self, objects: Objects, tree: str | None, whereabouts: Whereabouts) -> None:
        self._objects = objects
        self._tree = tree
        self._whereabouts = whereabouts
        self._after: dict[str, Leaf | None] = {}

    def add(self, change: Change) -> None:
        """Carry out one change.

        Raises:
            RecordError: the record cannot be written, or its file cannot be read.
        """
        match change:
            case Put(record):
                self._put(record)
            case Remove(kind, record_id):
                self._after[self._whereabouts(kind, record_id) or path_of(kind, record_id)] = None
            case _:
                assert_never(change)

    def changes(self) -> list[FileChange]:
        """Return what differs from the tree, sorted by path."""
        compared = (
            FileChange(path, self._objects.leaf(self._tree, path), self._after[path])
            for path in sorted(self._after)
        )
        return [change for change in compared if change.before != change.after]

    def _put(self, record: Record) -> None:
        belongs = path_of(type(record), record.id)
        here = self._whereabouts(type(record), record.id) or belongs
        old = self._leaf(here)
        text = codec.write(record) if old is None else self._rewritten(here, old, record)
        if here.startswith(f"{ARCHIVE}/"):
            self._after[here] = None
            here = belongs
        self._after[here] = Leaf(self._objects.write(text.encode()), old.mode if old else FILE)

    def _leaf(self, path: str) -> Leaf | None:
        return self._after[path] if path in self._after else self._objects.leaf(self._tree, path)

    def _rewritten(self, path: str, old: Leaf, record: Record) -> str:
        found = read_leaf(path, old, self._objects.data, archived=True)
        if found.record is None:
            why = found.problems[0] if found.problems else f"{path}: is not the file of a record"
            raise RecordError(
                str(why), hint=f"mend {path} first: an operation does not write over what it cannot read"
            )
        if type(found.record) is not type(record):
            return codec.write(record)
        text = self._objects.data(old.oid).decode()
        return text if found.record == record else codec.rewrite(text, found.record, record)
