"""The log of the record branch. Implements `gitcp.model.history.History`."""

from collections.abc import Callable, Iterator
from itertools import islice

from gitcp.model.history import Entry
from gitcp.model.snapshot import Snapshot, runs_ever
from gitcp.store import messages
from gitcp.store.layout import MEMBER, Place, place_of
from gitcp.store.objects import Commit, Objects
from gitcp.store.past_commits import PastCommits

_MEMBERS = frozenset({"agent", "person", MEMBER})
_OF_TASKS = frozenset({"comment", "document"})


class Log:
    """The first-parent log, from the commit that the store knows as the last."""

    def __init__(self, objects: Objects, snapshot: Callable[[], Snapshot]) -> None:
        self._objects = objects
        self._snapshot = snapshot

    def entries(self, *, limit: int | None = None) -> Iterator[Entry]:
        """Yield commits, newest first, with the paths that each changed."""
        return islice(self._entries(self._snapshot().revision), limit)

    def entries_of(self, kind: str, record_id: str, *, limit: int | None = None) -> Iterator[Entry]:
        """Yield the commits that are about one record, newest first."""
        snapshot = self._snapshot()
        runs = (
            frozenset(run.id for run in runs_ever(snapshot, task=record_id))
            if kind == "task"
            else frozenset()
        )
        about = (
            entry for entry in self._entries(snapshot.revision) if is_about(entry, kind, record_id, runs)
        )
        return islice(about, limit)

    def paths_since(self, revision: str) -> list[str] | None:
        """Return the paths that are not as they were at another commit, or none where this clone does not have it."""
        tip = self._snapshot().revision
        if not tip or revision not in self._objects:
            return None
        before, after = (self._objects.commit(oid).tree for oid in (revision, tip))
        return [change.path for change in self._objects.diff(before, after)]

    def text_at(self, revision: str, path: str) -> str | None:
        """Return a file's text at a commit, or none."""
        if revision not in self._objects:
            return None
        leaf = self._objects.leaf(self._objects.commit(revision).tree, path)
        return None if leaf is None else self._objects.data(leaf.oid).decode("utf-8", "replace")

    def past(self) -> PastCommits:
        """Return the commits as what they did to records."""
        return PastCommits(self._objects, self._snapshot().revision)

    def text_of(self, blob: str) -> str | None:
        """Return the text of a file by the name of its blob, or none where this clone does not have it."""
        return self._objects.data(blob).decode("utf-8", "replace") if blob in self._objects else None

    def _entries(self, tip: str) -> Iterator[Entry]:
        if tip:
            for commit in self._objects.first_parents(tip):
                yield messages.entry(commit, self._paths(commit))

    def _paths(self, commit: Commit) -> Iterator[str]:
        parent = commit.parents[0] if commit.parents else None
        if parent is None or parent in self._objects:
            before = self._objects.commit(parent).tree if parent else None
            yield from (change.path for change in self._objects.diff(before, commit.tree))


def is_about(entry: Entry, kind: str, record_id: str, runs: frozenset[str]) -> bool:
    """Whether a commit is about a record: by its paths, or for a task by its trailer; `runs` are those of the task."""
    if kind == "task" and entry.trailers.get(messages.TASK) == record_id:
        return True
    return any(_is_of(place_of(path), kind, record_id, runs) for path in entry.paths)


def _is_of(place: Place | None, kind: str, record_id: str, runs: frozenset[str]) -> bool:
    if place is None:
        return False
    if place.id == record_id and (place.kind == kind or {place.kind, kind} <= _MEMBERS):
        return True
    if kind != "task":
        return False
    return place.id in runs if place.kind == "run" else _below(place, record_id)


def _below(place: Place, task: str) -> bool:
    return place.kind in _OF_TASKS and place.id.startswith(f"{task}/")
