"""How an index becomes another one in which some entries are different: the bytes that stand in place of others.

Rule: as in `index_file`, what is not understood in full is left to git.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from gitcp.store.cache_tree import invalidated
from gitcp.store.index_file import (
    CHECKSUM,
    ENTRY,
    EXTENSION,
    HEADER,
    KEPT,
    LONGEST_PATH,
    NUMBER,
    Outline,
    Read,
    Stat,
    UnusualIndexError,
    extensions_of,
    path_at,
    spot_of,
)
from gitcp.store.trees import EXECUTABLE, FILE, Leaf

_COUNT_AT: Final = 8
_LONGEST_BLOCK: Final = 1 << 20
# Names that git refuses on some system: it knows them all.
_STRANGE_NAME = re.compile(rb"(?:\A|/)(?:[\x80-\xff]*\.|/|\Z)|[\0\\:~]")

Wanted = Mapping[bytes, tuple[Leaf, Stat] | None]  # by path; none is no entry


class Patch(NamedTuple):
    """Bytes that stand in place of a part of a file."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """How one index becomes another: patches from first to last, and its outline; the checksum is not among them.

    The outline is none where it would be no help any more. As `recent` it has all those that may be it.
    """

    patches: tuple[Patch, ...]
    outline: Outline | None


def planned(outline: Outline, read: Read, size: int, wanted: Wanted) -> Plan:
    """Say how an index changes so that some paths have the wanted entries, or none.

    Raises:
        UnusualIndexError: git has to see to that.
    """
    patches = [_patch(outline, read, path, new) for path, new in sorted(wanted.items())]
    added = [path for patch, path in zip(patches, sorted(wanted), strict=True) if _gained(patch) > 0]
    _refuse_files_as_folders(outline, read, added)
    count = outline.count + sum(_gained(patch) for patch in patches)
    extensions = extensions_of(read(outline.end, size - CHECKSUM))
    kept = b"".join(_extension(name, held, wanted) for name, held in extensions if name in KEPT)
    whole = [
        Patch(_COUNT_AT, HEADER.size, NUMBER.pack(count)),
        *patches,
        Patch(outline.end, size - CHECKSUM, kept),
    ]
    return Plan(tuple(whole), _moved(outline, patches, count, wanted))


def pieces(plan: Plan, size: int) -> Iterator[tuple[int, int] | bytes]:
    """Yield what the new file consists of: parts of the old one, by their positions, and new bytes."""
    at = 0
    for patch in plan.patches:
        yield at, patch.start
        yield patch.new
        at = patch.end
    yield at, size - CHECKSUM


def size_of(plan: Plan, size: int) -> int:
    """Return how long the new file is."""
    return size + sum(len(patch.new) - (patch.end - patch.start) for patch in plan.patches)


def _patch(outline: Outline, read: Read, path: bytes, new: tuple[Leaf, Stat] | None) -> Patch:
    start, end, entry = spot_of(outline, read, path)
    if entry is not None and not entry.is_usual:
        raise UnusualIndexError("an entry that a person has a say in")
    return Patch(start, end, b"" if new is None else _written(path, *new))


def _gained(patch: Patch) -> int:
    return bool(patch.new) - (patch.start < patch.end)


def _written(path: bytes, leaf: Leaf, stat: Stat) -> bytes:
    if _STRANGE_NAME.search(path) or not 0 < len(path) < LONGEST_PATH or leaf.mode not in {FILE, EXECUTABLE}:
        raise UnusualIndexError("a name or a mode that git has to judge")
    oid = bytes.fromhex(leaf.oid)
    entry = ENTRY.pack(*stat[:6], leaf.mode, *stat[6:], oid, len(path)) + path
    return entry + bytes(8 - len(entry) % 8)


def _refuse_files_as_folders(outline: Outline, read: Read, added: Sequence[bytes]) -> None:
    folders = {folder for path in added for folder in _folders(path)}
    if not folders.isdisjoint(added) or any(spot_of(outline, read, folder).entry for folder in folders):
        raise UnusualIndexError("a file where a folder is needed")
    for path in added:
        inside = spot_of(outline, read, path + b"/").start
        if inside < outline.end and path_at(read, inside, outline.end).startswith(path + b"/"):
            raise UnusualIndexError("a folder where a file is needed")


def _folders(path: bytes) -> Iterator[bytes]:
    while b"/" in path:
        path = path.rpartition(b"/")[0]
        yield path


def _extension(name: bytes, held: bytes, changed: Collection[bytes]) -> bytes:
    if name == b"TREE":
        try:
            held = invalidated(held, changed)
        except ValueError as error:
            raise UnusualIndexError("a cache tree of another form") from error
    return EXTENSION.pack(name, len(held)) + held


def _moved(outline: Outline, patches: Sequence[Patch], count: int, wanted: Wanted) -> Outline | None:
    """Return the outline after patches of entries; none where a part has become too long to look through."""
    end = outline.end + sum(len(patch.new) - (patch.end - patch.start) for patch in patches)
    starts = {HEADER.size, *_shifted(outline.marks, patches)}
    marks = tuple(sorted(start for start in starts if start < end))
    if any(after - start > _LONGEST_BLOCK for start, after in pairwise((*marks, end))):
        return None
    recent = {path: at for path, at in outline.recent.items() if path not in wanted}
    recent |= {path: new[1].modified for path, new in wanted.items() if new is not None}
    return Outline(count, end, marks, recent)


def _shifted(marks: Iterable[int], patches: Sequence[Patch]) -> Iterator[int]:
    by, following = 0, 0
    for mark in marks:
        while following < len(patches) and patches[following].end <= mark:
            start, end, new = patches[following]
            by += len(new) - (end - start)
            following += 1
        yield mark + by
