"""Git objects in process: blobs, trees, commits. No value of pygit2 leaves this module and its siblings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pygit2

from gitcp.store.trees import Trees, missing, text_of


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


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A commit that is not written yet."""

    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


class Objects(Trees):
    """The objects of one repository."""

    def __init__(self, git_dir: Path) -> None:
        super().__init__(pygit2.Repository(str(git_dir)))
        self._last: Commit | None = None  # the tip, as a rule

    def close(self) -> None:
        """Let go of the files."""
        self._repository.free()

    def borrow(self, folder: Path) -> None:
        """Read the objects of another folder as well."""
        self._repository.odb.add_disk_alternate(str(folder))

    # -- reading

    def __contains__(self, oid: str) -> bool:
        return oid in self._repository

    def data(self, oid: str) -> bytes:
        """Return a blob's bytes."""
        return self._raw(oid)

    def commit(self, oid: str) -> Commit:
        """Return a commit."""
        if self._last is None or self._last.oid != oid:
            self._last = self._commit(oid)
        return self._last

    def _commit(self, oid: str) -> Commit:
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

    def resolve(self, name: str) -> str | None:
        """Return the commit that a name stands for, such as a branch, a tag or the beginning of an id; or none."""
        try:
            return str(self._repository.revparse_single(name).peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError):
            return None

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

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the last commit that both hold, or none where this clone knows of none."""
        try:
            found = self._repository.merge_base(one, other)
        except (KeyError, pygit2.GitError):  # where a shallow clone ends
            return None
        return str(found) if found else None

    def beyond(self, base: str, head: str) -> Iterator[Commit]:
        """Yield the commits of `head` that `base` does not hold, the newest first, as far as this clone has them."""
        walker = self._repository.walk(head)
        walker.hide(base)
        try:
            for found in walker:
                yield self._commit(str(found.id))
        except (KeyError, pygit2.GitError):  # where a shallow clone ends
            return

    def conflicts(self, ancestor: str, ours: str, theirs: str) -> list[str]:
        """Return the paths of three trees that git could not merge, sorted."""
        index = self._repository.merge_trees(ancestor, ours, theirs)
        found = index.conflicts or ()
        return sorted({text_of(side.path.encode()) for sides in found for side in sides if side is not None})

    def brought(self, merge: str) -> Iterator[str]:
        """Yield the commits that a merge brought to its first parent's history, newest first.

        Raises:
            GitcpError: this clone does not have all of them.
        """
        first, *others = self.commit(merge).parents
        walker = self._repository.walk(None)
        try:
            walker.hide(first)
            for other in others:
                walker.push(other)
            yield from (str(found.id) for found in walker)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise missing(merge) from error

    # -- writing

    def write(self, data: bytes) -> str:
        """Store a blob."""
        return str(self._repository.create_blob(data))

    def write_commit(
        self, tree: str, parents: tuple[str, ...], author: Signature, committer: Signature, message: str
    ) -> str:
        """Store a commit; no branch moves."""
        return str(
            self._repository.create_commit(
                None, _pygit2_signature(author), _pygit2_signature(committer), message, tree, list(parents)
            )
        )

    def write_signed(self, what: Unwritten, sign: Callable[[bytes], str]) -> str:
        """Store a commit with what `sign` returns for its bytes; no branch moves."""
        who = _pygit2_signature(what.author), _pygit2_signature(what.committer)
        parents: list[str | pygit2.Oid] = list(what.parents)
        text = str(self._repository.create_commit_string(*who, what.message, what.tree, parents))
        return str(self._repository.create_commit_with_signature(text, sign(text.encode())))

    def _found(self, oid: str) -> pygit2.Object:
        if self._loose.is_cut_off(oid):
            raise missing(oid)
        try:
            return self._repository[oid]
        except (KeyError, OSError, pygit2.GitError) as error:
            raise missing(oid) from error


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
