"""The commits of a branch with the record files that each touched. Implements `gitcp.model.chronicle.Chronicle`."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from gitcp.errors import GitcpError
from gitcp.model.base import Record
from gitcp.model.chronicle import Held, Line, Passage, Touched
from gitcp.model.history import Entry, Merged
from gitcp.store import messages
from gitcp.store.admission import GUARDS
from gitcp.store.layout import place_of
from gitcp.store.merges import brought, written
from gitcp.store.objects import Commit, Objects
from gitcp.store.readings import is_of_interest, read_leaf
from gitcp.store.repository import find_repository
from gitcp.store.signers import Signers
from gitcp.store.trees import PLAIN, FileChange, Leaf

_MERGE: Final = 2


class Passages:
    """Reads objects alone: no cache, no ref and no checkout is asked or changed."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._signers = Signers(objects)
        self._last: Commit | None = None

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Open the repository that a path lies in.

        Raises:
            NotAControlRepositoryError: there is none.
        """
        objects = Objects(find_repository(path).git_dir)
        try:
            yield cls(objects)
        finally:
            objects.close()

    def resolve(self, name: str) -> str:
        """Return the commit that a name stands for.

        Raises:
            GitcpError: there is no such commit.
        """
        oid = self._objects.resolve(name)
        if oid is None:
            raise GitcpError(f"{name!r}: is no commit here", hint="see `git log`, and `git fetch` first")
        return oid

    def holds(self, name: str, commit: str) -> bool:
        """Whether what a name stands for has a commit in its history."""
        tip = self._objects.resolve(name)
        return tip is not None and self._objects.is_ancestor(commit, tip)

    def line(self, root: str | None, tip: str) -> Line:
        """Return the first-parent line from a root, or from its beginning, to a tip."""
        commits: list[str] = []
        last: Commit | None = None
        for last in self._objects.first_parents(tip):
            commits.append(last.oid)
            if last.oid == root:
                return Line(commits[::-1])
        if root is not None:
            raise GitcpError(
                f"{root}: expected a commit in the first-parent history of {tip[:12]}, found none",
                hint="the history was rewritten, or this clone is too shallow: git fetch --unshallow",
            )
        return Line(commits[::-1], is_cut_off=last is not None and bool(last.parents))

    def at(self, commit: str) -> datetime:
        """Return when a commit was made, as its committer says."""
        return self._objects.commit(commit).committer.at.astimezone(UTC)

    def opening(self, commit: str) -> Iterator[Held]:
        """Yield the record files of a commit's tree, and what else lies in their folders."""
        for path, leaf in self._objects.leaves(self._objects.commit(commit).tree):
            if is_of_interest(path, leaf):
                yield _held(path, leaf)

    @property
    def guards(self) -> frozenset[str]:
        """The kinds of records that keep what was last admitted while a change of theirs stands refused."""
        return GUARDS

    def passage(self, commit: str) -> Passage:
        """Return what a commit did to its first parent's tree, and what it merged; signatures are not looked at."""
        found = self._objects.commit(commit)
        changes = list(self._objects.diff(self._tree_before(found), found.tree))
        self._last = found
        entry = messages.entry(found, [change.path for change in changes])
        touched = tuple(_touched(change) for change in changes if _is_of_interest(change))
        if len(found.parents) < _MERGE:
            return Passage(entry, touched)
        merged = brought(self._objects, commit)
        others = written(self._objects, merged)
        mixed = frozenset(each.path for each in touched if (each.path, _blob(each.after)) not in others)
        foreign = frozenset(path for path in mixed if self._is_unchanged(found, path))
        return Passage(replace(entry, merged=tuple(self._all_of(merged))), touched, mixed, foreign)

    def signed(self, entry: Entry, keys: Collection[str]) -> Entry:
        """Return a commit with whose signature over it holds, and over what it merged."""
        merged = (replace(each, signer=self._signers.of(each.revision, keys)) for each in entry.merged)
        return replace(entry, signer=self._signers.of(entry.revision, keys), merged=tuple(merged))

    def _tree_before(self, commit: Commit) -> str | None:
        if not commit.parents:
            return None
        parent = commit.parents[0]
        is_next = self._last is not None and self._last.oid == parent
        return self._last.tree if is_next and self._last else self._objects.commit(parent).tree

    def read(self, held: Held) -> Record | None:
        """Return the record of a file, an archived one too; none if it cannot be read."""
        if held.is_strange:
            return None
        return read_leaf(held.path, Leaf(held.blob), self._objects.data, archived=True).record

    def _all_of(self, commits: Sequence[str]) -> Iterator[Merged]:
        for name in commits:
            author = self._objects.commit(name).author
            yield Merged(name, author.name, author.email)

    def _is_unchanged(self, merge: Commit, path: str) -> bool:
        # What both sides changed is for who merges to bring together.
        other = merge.parents[1]
        base = self._objects.merge_base(merge.parents[0], other) if other in self._objects else None
        tree = self._objects.commit(base).tree if base else None
        return base is None or self._objects.leaf(tree, path) == self._objects.leaf(
            self._objects.commit(other).tree, path
        )


def _blob(held: Held | None) -> str | None:
    return held.blob if held else None


def _is_of_interest(change: FileChange) -> bool:
    return is_of_interest(change.path, change.before, change.after)


def _touched(change: FileChange) -> Touched:
    before, after = change.before, change.after
    return Touched(
        change.path,
        _held(change.path, before) if before else None,
        _held(change.path, after) if after else None,
    )


_place_of = lru_cache(maxsize=4096)(place_of)


def _held(path: str, leaf: Leaf) -> Held:
    place = _place_of(path)
    strange = leaf.mode not in PLAIN
    if place is None:
        return Held(path, leaf.oid, is_strange=strange)
    return Held(path, leaf.oid, place.kind, place.id, place.archived, strange)
