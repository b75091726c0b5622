"""The bytes of tree objects: their entries, and which of them two do not share.

A history is mostly steps by few files from one large folder to the next. To read every entry of both took twenty times as long as to find
where their bytes part and meet again, and to read what is between.
"""

import re
from collections.abc import Sequence
from typing import Final

Row = tuple[bytes, bytes, bytes]
"""Mode, name and object of an entry."""

_ENTRY: Final = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)
_ENTRIES: Final = re.compile(rb"(?:[0-7]+ [^\0]+\0.{20})*", re.DOTALL)
_STEP: Final = 2048


def rows(tree: bytes) -> Sequence[Row]:
    """Return the entries of a tree."""
    return _ENTRY.findall(tree)


def differing(old: bytes, new: bytes) -> tuple[set[Row], set[Row]]:
    """Return the entries of each of two trees that the other does not have."""
    if not old or not new:
        return set(rows(old)), set(rows(new))
    start = _boundary(old, 0, _beginning(old, new))
    ends = _ends(old, new, start)
    before, after = (
        set(_ENTRY.findall(tree, start, end)) for tree, end in zip((old, new), ends, strict=True)
    )
    return before - after, after - before


def _ends(old: bytes, new: bytes, start: int) -> tuple[int, int]:
    """Return where in each of two trees entries begin that both have to the end; an entry begins at `start` in both."""
    alike = _ending(old, new, start)
    ends = tuple(_boundary_after(tree, start, len(tree) - alike) for tree in (old, new))
    is_same = len(old) - ends[0] == len(new) - ends[1]
    return (ends[0], ends[1]) if is_same else (len(old), len(new))


def _beginning(old: bytes, new: bytes) -> int:
    """Return how many bytes two trees have alike at their beginnings, or some fewer."""
    most, at = min(len(old), len(new)), 0
    while at < most and old[at : at + _STEP] == new[at : at + _STEP]:
        at += _STEP
    return min(at, most)


def _ending(old: bytes, new: bytes, start: int) -> int:
    """Return how many bytes two trees have alike at their ends, or some fewer; none before `start`."""
    most, size = min(len(old), len(new)) - start, 0
    while size + _STEP <= most and _last(old, size) == _last(new, size):
        size += _STEP
    return size


def _last(tree: bytes, size: int) -> bytes:
    end = len(tree) - size
    return tree[end - _STEP : end]


def _boundary(tree: bytes, start: int, limit: int) -> int:
    """Return where the last entry begins or ends that is not after `limit`, from the beginning of one on."""
    found = _ENTRIES.match(tree, start, limit)
    return found.end() if found else start


def _boundary_after(tree: bytes, start: int, limit: int) -> int:
    """Return where the first entry begins or ends that is not before `limit`."""
    before = _boundary(tree, start, limit)
    found = _ENTRY.match(tree, before) if before < limit else None
    return found.end() if found else before
