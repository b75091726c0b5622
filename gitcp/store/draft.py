"""The files that an edit changes, on a tree."""

from collections import Counter
from collections.abc import Callable
from typing import Final, assert_never

from gitcp.errors import ConflictError, RecordError
from gitcp.model.base import Record
from gitcp.model.change import blob_of
from gitcp.model.operation import Archive, Change, Put, Remove, Write
from gitcp.store.layout import ARCHIVE, archived_path, path_of, place_of, roomy_paths
from gitcp.store.objects import Objects
from gitcp.store.readings import read_leaf
from gitcp.store.trees import FILE, FileChange, Leaf

FULL: Final = 1000  # a commit writes each folder on its way anew: 35 KiB for one of a thousand
Whereabouts = Callable[[type[Record], str], str | None]
"""Return the path where a record is now, or none; records may be in other folders than they would be put in."""


class Draft:
    """Collects changes; what a person wrote in a file stays as it is where nothing is to change."""

    def __init__(self, objects: Objects, tree: str | None, whereabouts: Whereabouts) -> None:
        self._objects = objects
        self._tree = tree
        self._whereabouts = whereabouts
        self._after: dict[str, Leaf | None] = {}
        self._added: Counter[str] = Counter()
        self._placed: dict[tuple[str, str], str] = {}

    def add(self, change: Change) -> None:
        """Carry out one change.

        Raises:
            RecordError: the record cannot be written, or its file cannot be read; what is to be written byte for byte is no record's file.
            ConflictError: a file that is to be written byte for byte is not what it was, nor what it is to be.
        """
        match change:
            case Put(record):
                self._put(record)
            case Remove(kind, record_id):
                self._after[self._where(kind, record_id) or path_of(kind, record_id)] = None
            case Archive(kind, record_id, task):
                self._archive(self._where(kind, record_id), task)
            case Write():
                self._write(change)
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
        here = self._where(type(record), record.id)
        is_archived = here is not None and here.startswith(f"{ARCHIVE}/")
        belongs = here if here and not is_archived else self._roomy(path_of(type(record), record.id))
        here = here or belongs
        old = self._leaf(here)
        text = self._text(here, old, record)
        if here != belongs:
            self._after[here] = None
        self._placed[record.kind, record.id] = belongs
        self._after[belongs] = Leaf(self._objects.write(text.encode()), old.mode if old else FILE)

    def _write(self, change: Write) -> None:
        path, old = change.path, self._leaf(change.path)
        place = place_of(path)
        if place is None or place.archived or (old is None and place.is_misplaced):
            raise RecordError(f"{path}: expected the place of a record that is not archived")
        there, wanted = old.oid if old else None, None if change.text is None else blob_of(change.text)
        if there == wanted:
            return
        if there != change.base:
            raise ConflictError(
                f"{path} was changed since: expected {_named(change.base)}, found {_named(there)}"
            )
        if change.text is None:
            self._after[path] = None
            return
        leaf = Leaf(self._objects.write(change.text.encode()), old.mode if old else FILE)
        self._expect_record(path, leaf)
        self._after[path] = leaf

    def _expect_record(self, path: str, leaf: Leaf) -> None:
        found = read_leaf(path, leaf, self._objects.data)
        if found.record is None:
            raise RecordError(
                str(found.problems[0]) if found.problems else f"{path}: is not the file of a record"
            )
        here = self._where(type(found.record), found.record.id)
        if here not in {None, path}:
            raise RecordError(f"{path}: {found.record.kind} {found.record.id} is in {here} already")

    def _archive(self, here: str | None, task: str | None) -> None:
        if here is not None and not here.startswith(f"{ARCHIVE}/"):
            self._after[self._roomy(archived_path(here, task))] = self._leaf(here)
            self._after[here] = None

    def _where(self, kind: type[Record], record_id: str) -> str | None:
        return self._placed.get((kind.kind, record_id)) or self._whereabouts(kind, record_id)

    def _roomy(self, path: str) -> str:
        paths = roomy_paths(path)
        if len(paths) == 1:
            return path
        found = next((p for p in paths if self._entries(p.rpartition("/")[0]) < FULL), paths[-1])
        self._added[found.rpartition("/")[0]] += 1
        return found

    def _entries(self, folder: str) -> int:
        return self._added[folder] + self._objects.count(self._tree, folder)

    def _leaf(self, path: str) -> Leaf | None:
        return self._after[path] if path in self._after else self._objects.leaf(self._tree, path)

    def _text(self, path: str, old: Leaf | None, record: Record) -> str:
        from gitcp.store import codec  # noqa: PLC0415 - a tenth of a second, and most ticks write nothing

        if old is None:
            return codec.write(record)
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


def _named(oid: str | None) -> str:
    return f"blob {oid[:10]}" if oid else "no file"
