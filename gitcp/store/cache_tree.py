"""The `TREE` extension of git's index: for each folder the tree that its entries make, as far as that is known.

A folder is its name and a zero byte, the number of its entries and that of the folders in it as digits, and the tree's SHA-1; without that
and with a negative number of entries it is not known. The folders in it follow. Git sorts them by length of name, then by name.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

_FOLDER = re.compile(rb"([^\0]*)\0(?:(-[0-9]{1,10})|[0-9]{1,10}) ([0-9]{1,10})\n")
_LEAF: Final = rb"[^\0]*\0(?:-[0-9]{1,10} 0\n|[0-9]{1,10} 0\n(?s:.{20}))"
_OID: Final = 20
_MANY: Final = 16

_Wanted = dict[bytes, "_Wanted"]


class _Folder(NamedTuple):
    name: bytes
    is_known: bool
    inner: int
    end: int


def invalidated(tree: bytes, paths: Collection[bytes]) -> bytes:
    """Say that the trees of all folders on the way to some files are not known.

    Raises:
        ValueError: it is damaged.
    """
    pieces, at = [], 0
    for start, folder in _on_the_way(tree, 0, _by_folder(paths)) if tree and paths else ():
        pieces.append(tree[at:start])
        pieces.append(b"%b\0-1 %d\n" % (folder.name, folder.inner))
        at = folder.end
    return b"".join((*pieces, tree[at:]))


def _by_folder(paths: Iterable[bytes]) -> _Wanted:
    root: _Wanted = {}
    for path in paths:
        inside = root
        for name in path.split(b"/")[:-1]:
            inside = inside.setdefault(name, {})
    return root


def _on_the_way(tree: bytes, at: int, wanted: _Wanted) -> Iterator[tuple[int, _Folder]]:
    """Yield the folders that are wanted, in their order, and where each begins; what comes after the last is not looked at."""
    folder = _read(tree, at)
    yield at, folder
    at, left = folder.end, len(wanted)
    for _ in range(folder.inner):
        if not left:
            return
        inner = _read(tree, at)
        if inner.name in wanted:
            left -= 1
            yield from _on_the_way(tree, at, wanted[inner.name])
        at = _passed(tree, at) if left else at


def _read(tree: bytes, at: int) -> _Folder:
    match = _FOLDER.match(tree, at)
    if match is None:
        raise ValueError(at)
    is_known = match[2] is None
    end = match.end() + (_OID if is_known else 0)
    if end > len(tree):
        raise ValueError(at)
    return _Folder(match[1], is_known, int(match[3]), end)


def _passed(tree: bytes, at: int) -> int:
    """Return where a folder ends, with all that is in it."""
    left = 1
    while left:
        folder = _read(tree, at)
        at, left = folder.end, left - 1 + folder.inner
        if folder.inner >= _MANY:
            # Most folders have none in them; to pass over thousands of those one by one takes long.
            leaves = re.compile(rb"(?:%b){%d}" % (_LEAF, folder.inner)).match(tree, at)
            if leaves:
                at, left = leaves.end(), left - folder.inner
    return at
