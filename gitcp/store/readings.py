"""From a file in a tree to a record: what is a record's file at all, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from gitcp.model.base import Record
from gitcp.model.problem import Problem, Severity
from gitcp.store.layout import Place, is_record_folder, place_of
from gitcp.store.objects import Objects
from gitcp.store.trees import PLAIN, SUBMODULE, SYMLINK, Leaf

_STRANGE: Final = {SYMLINK: "a symbolic link", SUBMODULE: "a submodule"}


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a path holds in one tree: nothing, a record, or a broken file."""

    path: str
    place: Place | None
    leaf: Leaf | None
    record: Record | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether there is a file that cannot be read; archived ones are not looked at."""
        return self.leaf is not None and self.record is None and not (self.place and self.place.archived)

    @property
    def subject(self) -> tuple[str, str] | None:
        """Kind and id of the record that the path names."""
        if self.place is None:
            return None
        return (self.record.kind if self.record else self.place.kind, self.place.id)


def reading_of(path: str, leaf: Leaf, data: Callable[[str], bytes]) -> FileReading | None:
    """Read what a tree holds at a path if it is of interest; none otherwise."""
    place = place_of(path)
    if place is None and not is_of_interest(path, leaf):
        return None
    return _read(path, place, leaf, data)


def is_of_interest(path: str, *leaves: Leaf | None) -> bool:
    """Whether a path is a record's, or in a folder where only records may be; or what leads out of such a folder."""
    if place_of(path) is not None or is_record_folder(path):
        return True
    return any(leaf is not None and leaf.mode in _STRANGE for leaf in leaves) and is_record_folder(
        f"{path}/_"
    )


def record_files(objects: Objects, tree: str) -> dict[str, bytes]:
    """Return the record files of a tree, and what else lies in their folders."""
    wanted = (
        (path, leaf) for path, leaf in objects.leaves(tree) if leaf.mode in PLAIN and is_of_interest(path)
    )
    return {path: objects.data(leaf.oid) for path, leaf in wanted}


def read_leaf(
    path: str, leaf: Leaf | None, data: Callable[[str], bytes], *, archived: bool = False
) -> FileReading:
    """Read what a tree holds at a path; `data` returns the bytes of a blob. Archived files are read if it is asked for."""
    place = place_of(path)
    if leaf is None:
        return FileReading(path, place, None)
    return _read(path, place, leaf, data, archived=archived)


class Unpack(Protocol):
    """Read the file of a record from its blob; with `naming`, only one in which that word stands."""

    def __call__(self, kind: str, record_id: str, oid: str, naming: str = "") -> Record | None:
        """Return the record, or none if the file is broken or does not name the word."""
        ...


def read_archived(
    kind: str, record_id: str, oid: str, data: Callable[[str], bytes], *, naming: str = ""
) -> Record | None:
    """Return an archived record, or none where its file is broken; with `naming`, only one in which that word stands.

    What record it is, its path told when the cache was filled.
    """
    text = data(oid)
    # A word may be written with escapes, and then there is a backslash.
    if naming.encode() not in text and b"\\" not in text:
        return None
    from gitcp.store import codec  # noqa: PLC0415 - as in `_read`

    return codec.read(Place(kind, record_id, archived=True), text).record


def _read(
    path: str, place: Place | None, leaf: Leaf, data: Callable[[str], bytes], *, archived: bool = False
) -> FileReading:
    if leaf.mode in _STRANGE:
        return _refused(path, place, leaf, f"is {_STRANGE[leaf.mode]}, expected a file")
    if place is None:
        return _refused(path, None, leaf, "is not the name of a record", Severity.WARNING)
    if place.archived and not archived:
        return FileReading(path, place, leaf)
    from gitcp.store import codec  # noqa: PLC0415 - a tenth of a second that a command without new files does without

    reading = codec.read(place, data(leaf.oid))
    return FileReading(path, place, leaf, reading.record, tuple(reading.problems))


def _refused(
    path: str, place: Place | None, leaf: Leaf, message: str, severity: Severity = Severity.ERROR
) -> FileReading:
    record = (place.kind, place.id) if place else None
    hint = "delete it, or put it outside of the folders of records"
    problem = Problem(path, message=message, hint=hint, severity=severity, record=record)
    return FileReading(path, place, leaf, None, (problem,))
