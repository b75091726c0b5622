"""Git's index as bytes: where the entries are, and what to put where so that some of them change.

The format is git's own, `git help gitformat-index`. In short, and all numbers big-endian:

    header      DIRC, version, number of entries
    entry       ctime, mtime (seconds and nanoseconds each), device, inode, mode, user, group, size: 32 bits each; SHA-1 of the blob;
                flags: valid, extended, stage (2 bits), length of the path (12 bits); 16 more flags if extended (from version 3);
                path; one to eight zero bytes up to a multiple of eight
    extension   four letters, size, bytes; what starts with a capital letter may be ignored
    checksum    the SHA-1 of all that stands before it, or zeros (`index.skipHash`)

Entries are sorted by the bytes of their paths, then by stage.

Rule: what is not understood in full is not touched; `UnusualIndexError` leaves it to git.
"""

import hashlib
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from gitcp.store.trees import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Leaf

CHECKSUM: Final = 20

HEADER = struct.Struct(">4sLL")
ENTRY = struct.Struct(">10L20sH")
EXTENSION = struct.Struct(">4sL")
NUMBER = struct.Struct(">L")
LONGEST_PATH: Final = 0x0FFF
# Resolved conflicts are no concern of entries; where the entries are in the file is noted by whoever writes it, if at all.
KEPT: Final = frozenset({b"TREE", b"REUC"})
_DROPPED: Final = frozenset({b"EOIE", b"IEOT"})
_MORE_FLAGS: Final = 2
_EXTENDED: Final = 0x4000
_STAGE: Final = 0x3000
_MODES: Final = frozenset({FILE, EXECUTABLE, SYMLINK, SUBMODULE})
_STRIDE: Final = 128
_ALL: Final = 0xFFFFFFFF

Read = Callable[[int, int], bytes]


class UnusualIndexError(Exception):
    """An index, or a change of it, that is left to git."""


class Stat(NamedTuple):
    """What an entry notes of its file, so that git need not read it again: 32 bits of each."""

    changed: int
    changed_ns: int
    modified: int
    modified_ns: int
    device: int
    inode: int
    user: int
    group: int
    size: int


class Entry(NamedTuple):
    """One entry. `flags` has the path's length in its lower bits; nothing else in it is the usual."""

    path: bytes
    leaf: Leaf
    stat: Stat
    flags: int

    @property
    def is_usual(self) -> bool:
        """Whether git compares the file with this entry, and no merge is open on it."""
        return self.flags == len(self.path)

    @property
    def is_in_conflict(self) -> bool:
        """Whether it is one side of a merge."""
        return bool(self.flags & _STAGE)


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the entries of one index file begin, every 128th or so, and where the last one ends.

    `recent`: the paths of the entries that note that their files were modified in the second in which the index was written, or later,
    and that second; git does not believe what these note.
    """

    count: int
    end: int
    marks: tuple[int, ...]
    recent: Mapping[bytes, int]

    def written_at(self, second: int) -> "Outline":
        """Return what it is once the file has been written."""
        return replace(self, recent={path: at for path, at in self.recent.items() if at >= second})


class Spot(NamedTuple):
    """Where a path's entry is in a file; or, from and to the same position, where it would be."""

    start: int
    end: int
    entry: Entry | None


def outlined(data: bytes, written: int) -> Outline:
    """Look through a whole index that was written at some second.

    Raises:
        UnusualIndexError: it is not of version 2 or 3, is damaged, or holds more than entries.
    """
    version, count = _header(data)
    _verify(data)
    marks, recent, end = _walked(data, count, NUMBER.pack(written & _ALL), version)
    extensions_of(data[end:-CHECKSUM])
    return Outline(count, end, marks, recent)


def spot_of(outline: Outline, read: Read, path: bytes) -> Spot:
    """Return where the entry of a path is, the first side of it where it is in conflict.

    Args:
        outline: of the file that is read.
        read: returns the bytes of the file between two positions.
        path: relative to the top of the working tree.

    Raises:
        UnusualIndexError: the file is not as its outline says.
    """
    marks = outline.marks
    block = max(0, bisect_right(marks, path, key=lambda mark: path_at(read, mark, outline.end)) - 1)
    start = marks[block] if marks else outline.end
    end = marks[block + 1] if block + 1 < len(marks) else outline.end
    held = read(start, end)
    for at, after, found in _paths(held):
        if found == path:
            return Spot(start + at, start + after, _entry(held, at)[0])
        if found > path:
            return Spot(start + at, start + at, None)
    return Spot(end, end, None)


def path_at(read: Read, at: int, end: int) -> bytes:
    """Return the path of the entry at a position, where the entries end at another."""
    return _entry(read(at, min(end, at + ENTRY.size + _MORE_FLAGS + LONGEST_PATH + 8)), 0)[0].path


def extensions_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return names and bytes of the extensions.

    Raises:
        UnusualIndexError: there is one that has to change with the entries, or that is not known.
    """
    found, at = [], 0
    while at < len(data):
        if at + EXTENSION.size > len(data):
            raise UnusualIndexError("ends within an extension")
        name, size = EXTENSION.unpack_from(data, at)
        at += EXTENSION.size
        if name not in KEPT | _DROPPED or at + size > len(data):
            raise UnusualIndexError("an extension that git alone keeps up to date")
        found.append((name, data[at : at + size]))
        at += size
    return found


def _header(data: bytes) -> tuple[int, int]:
    if len(data) < HEADER.size + CHECKSUM:
        raise UnusualIndexError("shorter than any index")
    signature, version, count = HEADER.unpack_from(data)
    if signature != b"DIRC" or version not in {2, 3}:
        raise UnusualIndexError("no index of version 2 or 3")
    return version, count


def _verify(data: bytes) -> None:
    found = data[-CHECKSUM:]
    said = hashlib.sha1(memoryview(data)[:-CHECKSUM], usedforsecurity=False).digest()
    if found not in {said, bytes(CHECKSUM)}:
        raise UnusualIndexError("damaged")


def _walked(
    data: bytes, count: int, written: bytes, version: int
) -> tuple[tuple[int, ...], dict[bytes, int], int]:
    marks, recent, previous = [], {}, b""
    at, last = HEADER.size, len(data) - CHECKSUM - ENTRY.size
    for number in range(count):
        if at > last:
            raise UnusualIndexError("ends within its entries")
        if not number % _STRIDE:
            marks.append(at)
        high = data[at + 60]
        length, head = (high & 0x0F) << 8 | data[at + 61], 62
        if high & 0x40:
            head = 64 if version > 2 else len(data)  # noqa: PLR2004 - what version 2 does not have
        end = at + (head + length + 8 & -8)
        if length == LONGEST_PATH or end > last + ENTRY.size or data[end - 1]:
            raise UnusualIndexError("an entry of another form")
        path = data[at + head : at + head + length]
        if path < previous:
            raise UnusualIndexError("not in order")
        if data[at + 8 : at + 12] >= written:
            recent[path] = NUMBER.unpack_from(data, at + 8)[0]
        at, previous = end, path
    return tuple(marks), recent, at


def _paths(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    at, previous = 0, b""
    while at + ENTRY.size < len(block):
        flags = block[at + 60] << 8 | block[at + 61]
        begins = at + (64 if flags & _EXTENDED else 62)
        ends = begins + (flags & LONGEST_PATH)
        after = at + (ends - at + 8 & -8)
        path = block[begins:ends]
        if path < previous or b"\0" in path or block[ends:after] != bytes(after - ends):
            raise UnusualIndexError("not in order, or an entry of another form")
        yield at, after, path
        at, previous = after, path
    if at != len(block):
        raise UnusualIndexError("ends within an entry")


def _entry(block: bytes, at: int) -> tuple[Entry, int]:
    try:
        *numbers, oid, flags = ENTRY.unpack_from(block, at)
    except struct.error as error:
        raise UnusualIndexError("ends within an entry") from error
    mode = numbers.pop(6)
    begins = at + ENTRY.size + (_MORE_FLAGS if flags & _EXTENDED else 0)
    ends = begins + (flags & LONGEST_PATH)
    after = at + (ends - at + 8 & -8)
    path = block[begins:ends]
    if not path or mode not in _MODES or b"\0" in path or block[ends:after] != bytes(after - ends):
        raise UnusualIndexError("an entry of another form")
    return Entry(path, Leaf(oid.hex(), mode), Stat(*numbers), flags), after
