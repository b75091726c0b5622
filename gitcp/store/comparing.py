"""What two states of the company differ in, as records: for people to read, for admission to judge, for plans to be made on both.

Rule: what it costs follows from what differs, but for the first snapshot that is asked for.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from gitcp.core.differences import Pair
from gitcp.core.identity import keys_that_count
from gitcp.errors import RecordError
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.history import Entry
from gitcp.model.kinds import KINDS
from gitcp.model.snapshot import Snapshot
from gitcp.store import messages
from gitcp.store.admission import Judge, Standing
from gitcp.store.cache import Cache
from gitcp.store.layout import MEMBER, Place, path_of, place_of, roomy_paths
from gitcp.store.memo import Memo
from gitcp.store.objects import Commit
from gitcp.store.readings import FileReading, read_archived, read_leaf
from gitcp.store.replay import Replay
from gitcp.store.signers import Signers
from gitcp.store.states import State, States
from gitcp.store.trees import FileChange
from gitcp.store.view import CacheSnapshot

_MEMBERS: Final = frozenset({"agent", "person"})


@dataclass(frozen=True, slots=True)
class Compared:
    """The records that differ between two states, and the paths that do and are no record's."""

    pairs: tuple[Pair, ...]
    others: tuple[str, ...]


def compare(states: States, before: State, after: State, paths: Collection[str] = ()) -> Compared:
    """Return what differs between two states; with `paths`, only in these files and below these folders."""
    wanted = [path.strip("/").removeprefix("./") for path in paths]
    found: dict[tuple[str, str], list[tuple[FileReading, FileReading]]] = {}
    others: list[str] = []
    for change in states.objects.diff(before.tree, after.tree):
        if wanted and not any(_is_below(change.path, path) for path in wanted):
            continue
        place = place_of(change.path)
        if place is None:
            others.append(change.path)
        else:
            found.setdefault((place.kind, place.id), []).append(_read(states, change))
    return Compared(tuple(_pair(place, files) for place, files in found.items()), tuple(others))


def _is_below(path: str, wanted: str) -> bool:
    return wanted in {"", "."} or path == wanted or path.startswith(f"{wanted}/")


def _read(states: States, change: FileChange) -> tuple[FileReading, FileReading]:
    data = states.objects.data
    before = read_leaf(change.path, change.before, data, archived=True)
    return before, read_leaf(change.path, change.after, data, archived=True)


def _pair(place: tuple[str, str], files: list[tuple[FileReading, FileReading]]) -> Pair:
    # A file that was moved, into the archive say, is two changes of one record.
    before = _first(old for old, _ in files)
    after = _first(new for _, new in files)
    reading = after if after is not None else before
    assert reading is not None
    record = (after.record if after else None) or (before.record if before else None)
    return Pair(
        record.kind if record else place[0],
        place[1],
        reading.path,
        before.record if before else None,
        after.record if after else None,
        was_broken=before is not None and before.record is None,
        is_broken=after is not None and after.record is None,
        was_archived=_is_archived(before),
        is_archived=_is_archived(after),
    )


def _first(readings: Iterable[FileReading]) -> FileReading | None:
    held = sorted((r for r in readings if r.leaf is not None), key=_is_archived)
    return held[0] if held else None


def _is_archived(reading: FileReading | None) -> bool:
    return reading is not None and reading.place is not None and reading.place.archived


def find(states: States, state: State, name: str) -> list[FileReading]:
    """Return the files of a state whose record has this id, or that have this path; several where kinds share an id."""
    named = place_of(name)
    places = [named.path] if named else list(_usual_paths(name))
    data = states.objects.data
    found = [
        read_leaf(p, leaf, data, archived=True)
        for p in places
        if (leaf := states.objects.leaf(state.tree, p))
    ]
    return found or ([] if named else list(_anywhere(states, state, name)))


def _usual_paths(record_id: str) -> Iterator[str]:
    for kind in KINDS.values():
        if kind.kind == "person":
            continue  # where agents are
        try:
            yield from roomy_paths(path_of(kind, record_id))
        except RecordError:
            continue


def _anywhere(states: States, state: State, record_id: str) -> Iterator[FileReading]:
    for path, leaf in states.objects.leaves(state.tree):
        place = place_of(path)
        if place is not None and place.id == record_id:
            yield read_leaf(path, leaf, states.objects.data, archived=True)


def is_of_kind(reading: FileReading, kind: str) -> bool:
    """Whether a file holds a record of a kind; one of org/ that cannot be read may be any member."""
    held = reading.record.kind if reading.record else reading.place.kind if reading.place else ""
    return held == kind or (held == MEMBER and kind in _MEMBERS)


class Proposed:
    """A state that comes from another one: both as snapshots, and the change between them as admission sees it."""

    def __init__(self, states: States, judge: Judge, base: State, head: State) -> None:
        self._states, self._base, self._head = states, base, head
        self._memo = Memo()
        self._before = Cache(states.folder / "before.sqlite")
        self._after = Cache(states.folder / "after.sqlite")
        self._replay(self._before, judge).bring_to(base.commit.oid)
        self._is_carried_out = False

    def close(self) -> None:
        """Let go of the files."""
        self._before.close()
        self._after.close()

    def before(self) -> CacheSnapshot:
        """Return what was admitted before."""
        return self._view(self._before)

    def after(self) -> CacheSnapshot:
        """Return the records as they will be if all of it is admitted."""
        if not self._is_carried_out:
            self._is_carried_out = True
            self._before.writer.backup(self._after.writer)
            with self._after.transaction():
                self._replay(self._after, None).add(self._head.commit, self._differing())
        return self._view(self._after)

    def changes(self) -> list[RecordChange]:
        """Return the change as one commit's, each record against what was last admitted of it."""
        known, standing = self.before(), Standing(self._before.writer)
        data = self._states.objects.data
        found: list[RecordChange] = []
        for change in self._differing():
            before = read_leaf(change.path, standing.admitted(change.path, change.before), data)
            after = read_leaf(change.path, change.after, data)
            if after.place is not None and before.leaf != after.leaf:
                found.append(_changed(after.place, before, after, known))
        return found

    def entries(self) -> list[Entry]:
        """Return the commits of the proposal, the newest first. None is believed to be the scheduler's, and none decides anything."""
        keys = keys_that_count(self.before(), self.changes())
        objects = self._states.objects
        signed = Signers(objects) if keys is not None else None
        return [
            _as_proposed(
                commit, signed.of(commit.oid, keys or ()) if signed and commit.oid in objects else None
            )
            for commit in self._states.beyond(self._base, self._head)
        ]

    def _differing(self) -> list[FileChange]:
        return list(self._states.objects.diff(self._base.tree, self._head.tree))

    def _replay(self, cache: Cache, judge: Judge | None) -> Replay:
        states = self._states
        return Replay(cache, states.objects, states.git_dir, judge, lambda: self._view(cache))

    def _view(self, cache: Cache) -> CacheSnapshot:
        return CacheSnapshot(cache.writer, self._memo, self._unpacked)

    def _unpacked(self, kind: str, record_id: str, oid: str, naming: str = "") -> Record | None:
        return read_archived(kind, record_id, oid, self._states.objects.data, naming=naming)


def _as_proposed(commit: Commit, signer: str | None) -> Entry:
    entry = messages.entry(commit, ())
    by = entry.author, entry.author_email
    return replace(entry, committer=by[0], committer_email=by[1], trailers={}, signer=signer)


def _changed(place: Place, before: FileReading, after: FileReading, known: Snapshot) -> RecordChange:
    record = after.record or before.record
    return RecordChange(
        path=after.path,
        kind=record.kind if record else place.kind,  # of org/, the file says which
        id=place.id,
        before=before.record,
        after=after.record,
        known=known,
        is_broken=after.is_broken,
        is_archived=place.archived,
        base=before.leaf.oid if before.leaf else None,
        blob=after.leaf.oid if after.leaf else None,
    )
