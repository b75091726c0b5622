"""Git objects in process: blobs, trees, commits. No value of pygit2 leaves this module and its siblings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import pygit2

from gitcp.errors import GitcpError, RecordError

FOLDER: Final = 0o040000
FILE: Final = 0o100644
EXECUTABLE: Final = 0o100755
SYMLINK: Final = 0o120000
SUBMODULE: Final = 0o160000
PLAIN: Final = frozenset({FILE, EXECUTABLE})

_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)


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


@dataclass(frozen=True, slots=True)
class Signature:
    """Who, and when."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as it is stored."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


_Entry = tuple[bytes, bytes, bytes]  # mode, name, oid


class Objects:
    """The objects of one repository."""

    def __init__(self, git_dir: Path) -> None:
        self._repository = pygit2.Repository(str(git_dir))

    def close(self) -> None:
        """Let go of the files."""
        self._repository.free()

    # -- reading

    def __contains__(self, oid: str) -> bool:
        return oid in self._repository

    def data(self, oid: str) -> bytes:
        """Return a blob's bytes."""
        return self._raw(oid)

    def commit(self, oid: str) -> Commit:
        """Return a commit."""
        found = self._found(oid).peel(pygit2.Commit)
        return Commit(
            str(found.id),
            str(found.tree_id),
            # libgit2 hides the parents where a shallow clone ends; they are there once it was deepened.
            tuple(map(str, found.parent_ids)) or _parents(found.read_raw()),
            _signature(found.author),
            _signature(found.committer),
            found.raw_message.decode("utf-8", "replace"),
        )

    def first_parents(self, oid: str) -> Iterator[Commit]:
        """Yield a commit and its first parents, newest first, as far as this clone has them."""
        following: str | None = oid
        while following is not None and following in self._repository:
            commit = self.commit(following)
            yield commit
            following = commit.parents[0] if commit.parents else None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `new` holds all of `old`."""
        return old == new or bool(self._repository.descendant_of(new, old))

    def leaf(self, tree: str | None, path: str) -> Leaf | None:
        """Return what a tree holds at a path; a folder is nothing."""
        if tree is None:
            return None
        found = self._entry(tree, path)
        return None if found is None or found.mode == FOLDER else found

    def leaves(self, tree: str) -> Iterator[tuple[str, Leaf]]:
        """Yield every path of a tree."""
        return ((change.path, change.after) for change in self.diff(None, tree) if change.after is not None)

    def diff(self, old: str | None, new: str | None) -> Iterator[FileChange]:
        """Yield what differs between two trees; the cost follows what changed."""
        return self._differences("", bytes.fromhex(old) if old else None, bytes.fromhex(new) if new else None)

    def _differences(self, prefix: str, old: bytes | None, new: bytes | None) -> Iterator[FileChange]:
        if old == new:
            return
        before, after = self._entries(old), self._entries(new)
        names = sorted({name for _, name, _ in before ^ after})
        olds = {name: (mode, oid) for mode, name, oid in before}
        news = {name: (mode, oid) for mode, name, oid in after}
        for name in names:
            yield from self._difference(prefix + _text(name), olds.get(name), news.get(name))

    def _difference(
        self, path: str, old: tuple[bytes, bytes] | None, new: tuple[bytes, bytes] | None
    ) -> Iterator[FileChange]:
        old_folder, new_folder = _folder(old), _folder(new)
        if old_folder is not None or new_folder is not None:
            yield from self._differences(path + "/", old_folder, new_folder)
        before, after = _leaf(old), _leaf(new)
        if before != after:
            yield FileChange(path, before, after)

    def _entries(self, tree: bytes | None) -> set[_Entry]:
        return set() if tree is None else set(_ENTRY.findall(self._raw(tree.hex())))

    def _raw(self, oid: str) -> bytes:
        try:
            return bytes(self._repository.read(oid)[1])
        except (KeyError, pygit2.GitError) as error:
            raise _missing(oid) from error

    def _found(self, oid: str) -> pygit2.Object:
        try:
            return self._repository[oid]
        except (KeyError, pygit2.GitError) as error:
            raise _missing(oid) from error

    # -- writing

    def write(self, data: bytes) -> str:
        """Store a blob."""
        return str(self._repository.create_blob(data))

    def edit(self, tree: str | None, changes: Mapping[str, Leaf | None]) -> str:
        """Store the tree with some paths changed; only the folders on their way are written again.

        Raises:
            RecordError: a path leads through a file, or to a folder.
        """
        return self._edited("", tree, changes) or str(self._repository.TreeBuilder().write())

    def _edited(self, prefix: str, tree: str | None, changes: Mapping[str, Leaf | None]) -> str | None:
        builder = self._repository.TreeBuilder(tree) if tree else self._repository.TreeBuilder()
        for name, inner in _by_first_name(changes).items():
            held = self._entry(tree, name) if tree else None
            is_folder = held is not None and held.mode == FOLDER
            if "" in inner:
                _refuse(prefix + name, is_folder, "a folder")
                new = inner[""]
            else:
                _refuse(prefix + name, held is not None and not is_folder, "a file")
                folder = self._edited(f"{prefix}{name}/", held.oid if held else None, inner)
                new = Leaf(folder, FOLDER) if folder else None
            if new is not None:
                builder.insert(name, new.oid, new.mode)
            elif held is not None:
                builder.remove(name)
        return str(builder.write()) if len(builder) else None

    def _entry(self, tree: str, path: str) -> Leaf | None:
        try:
            found = self._found(tree).peel(pygit2.Tree)[path]
        except KeyError:
            return None
        return Leaf(str(found.id), int(found.filemode))

    def write_commit(
        self, tree: str, parents: tuple[str, ...], author: Signature, committer: Signature, message: str
    ) -> str:
        """Store a commit; no branch moves."""
        return str(
            self._repository.create_commit(
                None, _pygit2_signature(author), _pygit2_signature(committer), message, tree, list(parents)
            )
        )


def _missing(oid: str) -> GitcpError:
    return GitcpError(
        f"object {oid}: is missing or damaged", hint="`git fsck` says what else is; a fresh clone mends it"
    )


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def _folder(entry: tuple[bytes, bytes] | None) -> bytes | None:
    return entry[1] if entry is not None and int(entry[0], 8) == FOLDER else None


def _leaf(entry: tuple[bytes, bytes] | None) -> Leaf | None:
    if entry is None or _folder(entry):
        return None
    mode = int(entry[0], 8)
    if mode not in {SYMLINK, SUBMODULE}:  # old programs wrote other bits as well
        mode = EXECUTABLE if mode & 0o100 else FILE
    return Leaf(entry[1].hex(), mode)


def _by_first_name(changes: Mapping[str, Leaf | None]) -> dict[str, dict[str, Leaf | None]]:
    grouped: dict[str, dict[str, Leaf | None]] = {}
    for path, leaf in changes.items():
        name, _, rest = path.partition("/")
        grouped.setdefault(name, {})[rest] = leaf
    return grouped


def _refuse(path: str, is_in_the_way: bool, what: str) -> None:
    if is_in_the_way:
        raise RecordError(f"{path}: {what} is in the way", hint=f"move {path} elsewhere and commit that")


def _parents(raw: bytes) -> tuple[str, ...]:
    header = raw.partition(b"\nauthor ")[0]
    return tuple(line[7:].decode() for line in header.split(b"\n") if line.startswith(b"parent "))


def _signature(found: pygit2.Signature) -> Signature:
    zone = timezone(timedelta(minutes=found.offset))
    return Signature(
        found.raw_name.decode("utf-8", "replace"),
        found.raw_email.decode("utf-8", "replace"),
        datetime.fromtimestamp(found.time, UTC).astimezone(zone),
    )


def _pygit2_signature(who: Signature) -> pygit2.Signature:
    offset = who.at.utcoffset() or timedelta()
    return pygit2.Signature(
        who.name, who.email, int(who.at.timestamp()), offset // timedelta(minutes=1), "utf-8"
    )
