"""Commits of the record branch as what they did to records."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from gitcp.errors import GitcpError, NotAllowedError
from gitcp.model.base import Record
from gitcp.model.past import PastCommit, RecordStep
from gitcp.store import messages
from gitcp.store.objects import Commit, Objects
from gitcp.store.readings import FileReading, read_leaf

Key = tuple[str, str]
_RANGE: Final = ".."


class PastCommits:
    """The first-parent line that ends at a commit."""

    def __init__(self, objects: Objects, tip: str) -> None:
        self._objects = objects
        self._tip = tip

    def named(self, names: Sequence[str]) -> list[PastCommit]:
        """Return the commits that names stand for, each once, the newest first; `A..B` are those after A up to B.

        Raises:
            GitcpError: there is no such commit in this clone.
            NotAllowedError: it is not in the record branch itself, but in a branch that was merged, or in none.
        """
        wanted = {oid: name for name in names for oid in self._meant(name)}
        found = []
        for commit in self._line():
            if commit.oid in wanted:
                del wanted[commit.oid]
                found.append(self._told(commit))
            if not wanted:
                return found
        raise NotAllowedError(
            f"{next(iter(wanted.values()))}: expected a commit of the record branch, found one beside it",
            hint="name the merge that brought it; gitcp audit log lists the commits",
        )

    def since(self, oldest: str, about: Collection[Key], without: Collection[str]) -> list[PastCommit]:
        """Return the commits after one that are about some of these records (kind and id), the oldest first."""
        found = []
        for commit in self._line():
            if commit.oid == oldest:
                break
            told = self._told(commit, about)
            if told.steps and commit.oid not in without:
                found.append(told)
        return found[::-1]

    def resolve(self, name: str) -> str | None:
        """Return the commit that a name stands for, or none."""
        return self._objects.resolve(name)

    def is_after(self, commit: str, earlier: str) -> bool:
        """Whether a commit holds all of an earlier one, or is that one."""
        return self._objects.is_ancestor(earlier, commit)

    def _line(self) -> Iterator[Commit]:
        return self._objects.first_parents(self._tip) if self._tip else iter(())

    def _meant(self, name: str) -> list[str]:
        if _RANGE not in name:
            return [self._oid(name)]
        first, _, last = name.partition(_RANGE)
        start, end = self._oid(first), self._oid(last or "HEAD")
        found: list[str] = []
        for commit in self._objects.first_parents(end):
            if commit.oid == start:
                return found
            found.append(commit.oid)
        raise NotAllowedError(f"{name}: expected the first to be before the last in the record branch")

    def _oid(self, name: str) -> str:
        oid = self._objects.resolve(name)
        if oid is None:
            raise GitcpError(
                f"{name!r}: is no commit here", hint="see `gitcp audit log --json`, or `git log`"
            )
        return oid

    def _told(self, commit: Commit, about: Collection[Key] | None = None) -> PastCommit:
        entry = messages.entry(commit, ())
        steps = tuple(self._steps(commit, about))
        return PastCommit(commit.oid, entry.subject, entry.trailers.get(messages.OPERATION), steps)

    def _steps(self, commit: Commit, about: Collection[Key] | None) -> Iterator[RecordStep]:
        parent = commit.parents[0] if commit.parents else None
        if parent is not None and parent not in self._objects:
            raise GitcpError(
                f"{commit.oid[:12]}: what was before it is not in this clone", hint="git fetch --unshallow"
            )
        before = self._objects.commit(parent).tree if parent else None
        sides: dict[Key, list[list[FileReading]]] = {}
        for change in self._objects.diff(before, commit.tree):
            for side, leaf in enumerate((change.before, change.after)):
                reading = read_leaf(change.path, leaf, self._objects.data)
                if reading.place is not None and leaf is not None:
                    sides.setdefault((reading.place.kind, reading.place.id), [[], []])[side].append(reading)
        for key, (old, new) in sides.items():
            step = _step(key, old, new)
            if about is None or (step.kind, step.id) in about:
                yield step


def _step(key: Key, old: Sequence[FileReading], new: Sequence[FileReading]) -> RecordStep:
    before, after = _record(old), _record(new)
    known = after or before
    return RecordStep(
        known.kind if known else key[0],
        key[1],
        before,
        after,
        is_broken=any(reading.is_broken for reading in (*old, *new)),
        is_archived=any(reading.place is not None and reading.place.archived for reading in (*old, *new)),
    )


def _record(readings: Sequence[FileReading]) -> Record | None:
    return next((reading.record for reading in readings if reading.record is not None), None)
