"""Tree objects of Git: what is at a path, what differs, and the tree with some paths changed. The mode of a file is git's."""

import re
from bisect import insort
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

import pygit2
from pygit2.enums import ObjectType

from gitcp.errors import GitcpError, RecordError
from gitcp.store.loose import Loose
from gitcp.store.tree_objects import differing, rows

FOLDER: Final = 0o040000
FILE: Final = 0o100644
EXECUTABLE: Final = 0o100755
SYMLINK: Final = 0o120000
SUBMODULE: Final = 0o160000
PLAIN: Final = frozenset({FILE, EXECUTABLE})

_MOST_ENTRIES: Final = 40_000
_MOST_BYTES: Final = 32_000_000
_WHOLE_ENTRY = re.compile(rb"(([0-7]+) ([^\0]+)\0(.{20}))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a tree holds at a path: the blob's name and the file's mode."""

    oid: str
    mode: int = FILE


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path that differs between two trees."""

    path: str
    before: Leaf | None
    after: Leaf | None


Entry = tuple[bytes, bytes, bytes]  # mode, oid, and all of it as it stands in the tree


_H = TypeVar("_H", bound=Sized)


class _Recent(Generic[_H]):
    """What the trees hold that were looked at last: a large folder costs more to read than all else, and is asked for again and again."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[str, _H] = OrderedDict()
        self._size = 0

    def get(self, tree: str) -> _H | None:
        found = self._held.get(tree)
        if found is not None:
            self._held.move_to_end(tree)
        return found

    def keep(self, tree: str, entries: _H) -> None:
        if tree in self._held:
            return
        self._held[tree] = entries
        self._size += len(entries)
        while self._size > self._most and len(self._held) > 1:
            self._size -= len(self._held.popitem(last=False)[1])


class Trees:
    """The trees of one repository."""

    def __init__(self, repository: pygit2.Repository) -> None:
        self._repository = repository
        self._loose = Loose(Path(repository.path))
        self._folders = _Recent[dict[bytes, Entry]](_MOST_ENTRIES)
        self._bytes = _Recent[bytes](_MOST_BYTES)  # who goes along a history meets each tree twice

    def leaf(self, tree: str | None, path: str) -> Leaf | None:
        """Return what a tree holds at a path; a folder is nothing."""
        if tree is None:
            return None
        *folders, name = path.encode().split(b"/")
        for folder in folders:
            entry = self._folder(tree).get(folder)
            oid = _folder(entry)
            if oid is None:
                return None
            tree = oid.hex()
        return _leaf(self._folder(tree).get(name))

    def count(self, tree: str | None, folder: str) -> int:
        """Return how many entries a folder has; none if there is no such folder."""
        for name in folder.encode().split(b"/"):
            oid = _folder(self._folder(tree).get(name)) if tree else None
            tree = oid.hex() if oid else None
        return len(self._folder(tree)) if tree else 0

    def leaves(self, tree: str) -> Iterator[tuple[str, Leaf]]:
        """Yield every path of a tree, those of a folder together, in no other order."""
        waiting = [("", bytes.fromhex(tree))]
        while waiting:
            prefix, folder = waiting.pop()
            for mode, name, oid in rows(self._raw(folder.hex())):
                leaf = _leaf((mode, oid, b""))
                if leaf is None:
                    waiting.append((f"{prefix}{text_of(name)}/", oid))
                else:
                    yield prefix + text_of(name), leaf

    def diff(self, old: str | None, new: str | None) -> Iterator[FileChange]:
        """Yield what differs between two trees; the cost follows what changed."""
        found: list[FileChange] = []  # a generator for each folder took as long as all else
        self._compare("", bytes.fromhex(old) if old else None, bytes.fromhex(new) if new else None, found)
        return iter(found)

    def _compare(self, prefix: str, old: bytes | None, new: bytes | None, found: list[FileChange]) -> None:
        if old == new:
            return
        before, after = differing(self._bytes_of(old), self._bytes_of(new))
        olds = {name: (mode, oid, b"") for mode, name, oid in before}
        news = {name: (mode, oid, b"") for mode, name, oid in after}
        for name in sorted(olds.keys() | news.keys()):
            self._compare_entries(prefix + text_of(name), olds.get(name), news.get(name), found)

    def _compare_entries(
        self, path: str, old: Entry | None, new: Entry | None, found: list[FileChange]
    ) -> None:
        old_folder, new_folder = _folder(old), _folder(new)
        if old_folder is not None or new_folder is not None:
            self._compare(f"{path}/", old_folder, new_folder, found)
        before, after = _leaf(old), _leaf(new)
        if before != after:
            found.append(FileChange(path, before, after))

    def _bytes_of(self, tree: bytes | None) -> bytes:
        if tree is None:
            return b""
        name = tree.hex()
        known = self._bytes.get(name)
        if known is None:
            known = self._raw(name)
            self._bytes.keep(name, known)
        return known

    def edit(self, tree: str | None, changes: Mapping[str, Leaf | None]) -> str:
        """Store the tree with some paths changed; only the folders on their way are written again.

        Raises:
            RecordError: a path leads through a file, or to a folder.
        """
        return self._edited("", tree, changes) or self._written({})

    def _edited(self, prefix: str, tree: str | None, changes: Mapping[str, Leaf | None]) -> str | None:
        before = self._folder(tree) if tree else {}
        after = dict(before)
        for name, inner in _by_first_name(changes).items():
            held = before.get(name.encode())
            new = self._changed(f"{prefix}{name}", held, inner)
            if new is not None:
                after[name.encode()] = new
            else:
                after.pop(name.encode(), None)
        return self._written(_in_order(before, after)) if after else None

    def _changed(self, path: str, held: Entry | None, inner: Mapping[str, Leaf | None]) -> Entry | None:
        folder = _folder(held)
        if "" in inner:
            _refuse(path, folder is not None, "a folder")
            return _entry(path, inner[""])
        _refuse(path, held is not None and folder is None, "a file")
        oid = self._edited(f"{path}/", folder.hex() if folder else None, inner)
        return _entry(path, Leaf(oid, FOLDER)) if oid else None

    def _written(self, entries: dict[bytes, Entry]) -> str:
        data = b"".join([entry for _, _, entry in entries.values()])
        oid = str(self._repository.write(ObjectType.TREE, data))
        self._folders.keep(oid, entries)
        return oid

    def _folder(self, tree: str) -> dict[bytes, Entry]:
        """Return what a tree object holds, by name and in git's order; nobody changes it."""
        known = self._folders.get(tree)
        if known is None:
            found = _WHOLE_ENTRY.findall(self._raw(tree))
            known = {name: (mode, oid, entry) for entry, mode, name, oid in found}
            self._folders.keep(tree, known)
        return known

    def _raw(self, oid: str) -> bytes:
        if self._loose.is_cut_off(oid):
            raise missing(oid)
        try:
            return bytes(self._repository.read(oid)[1])
        except (KeyError, OSError, pygit2.GitError) as error:
            raise missing(oid) from error


def missing(oid: str) -> GitcpError:
    """Tell of an object that cannot be read."""
    return GitcpError(
        f"object {oid}: is missing or damaged", hint="`git fsck` says what else is; a fresh clone mends it"
    )


def text_of(name: bytes) -> str:
    """Return a path or a name as text; what is not UTF-8 in it is shown."""
    return name.decode("utf-8", "backslashreplace")


def _in_order(before: dict[bytes, Entry], after: dict[bytes, Entry]) -> dict[bytes, Entry]:
    """Return a folder's entries in git's order; those that were there before are in it already."""
    added = [item for item in after.items() if item[0] not in before]
    if not added:
        return after
    items = [item for item in after.items() if item[0] in before]
    for item in added:
        insort(items, item, key=_git_order)
    return dict(items)


def _git_order(item: tuple[bytes, Entry]) -> bytes:
    name, entry = item
    return name if _folder(entry) is None else name + b"/"


def _folder(entry: Entry | None) -> bytes | None:
    return entry[1] if entry is not None and _MODES[entry[0]] == FOLDER else None


def _leaf(entry: Entry | None) -> Leaf | None:
    if entry is None:
        return None
    mode = _MODES[entry[0]]
    return None if mode == FOLDER else Leaf(entry[1].hex(), mode)


def _entry(path: str, leaf: Leaf | None) -> Entry | None:
    if leaf is None:
        return None
    mode, oid, name = b"%o" % leaf.mode, bytes.fromhex(leaf.oid), path.rpartition("/")[2].encode()
    return mode, oid, b"%s %s\0%s" % (mode, name, oid)


class _Modes(dict[bytes, int]):
    """What a mode means; old programs wrote other bits as well."""

    def __missing__(self, written: bytes) -> int:
        mode = int(written, 8)
        if mode not in {FOLDER, SYMLINK, SUBMODULE}:
            mode = EXECUTABLE if mode & 0o100 else FILE
        return mode


_MODES: Final = _Modes({b"40000": FOLDER, b"100644": FILE, b"100755": EXECUTABLE})


def _by_first_name(changes: Mapping[str, Leaf | None]) -> dict[str, dict[str, Leaf | None]]:
    grouped: dict[str, dict[str, Leaf | None]] = {}
    for path, leaf in changes.items():
        name, _, rest = path.partition("/")
        grouped.setdefault(name, {})[rest] = leaf
    return grouped


def _refuse(path: str, is_in_the_way: bool, what: str) -> None:
    if is_in_the_way:
        raise RecordError(f"{path}: {what} is in the way", hint=f"move {path} elsewhere and commit that")


def mode_of(written: bytes) -> int:
    """Return what a mode means that a tree has, or git prints."""
    return _MODES[written.lstrip(b"0")]
