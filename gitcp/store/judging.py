"""What the judge is asked about a commit, and whose commits it is not asked about: those that the scheduler made.

Rule: at the level `signed` the scheduler made what one of its keys has signed; at the others, what says so. The level and the keys are those that were
admitted before the commit. Signatures are looked at where they are asked for, and nowhere else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from gitcp.core.identity import keys_that_count
from gitcp.model.change import RecordChange
from gitcp.model.company import Assurance, Company
from gitcp.model.history import Entry, Merged
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from gitcp.store import messages
from gitcp.store.admission import Judge
from gitcp.store.layout import Place
from gitcp.store.merges import Content, brought, written
from gitcp.store.objects import Commit, Objects
from gitcp.store.readings import FileReading, read_leaf
from gitcp.store.signers import Signers
from gitcp.store.trees import Leaf

Pair = tuple[FileReading, FileReading]
"""What was last admitted at a path, and what a commit leaves there."""

COMPANY: Final = "gitcp.yaml"


class Judging:
    """Puts commits of one repository before a judge."""

    def __init__(self, judge: Judge, objects: Objects, view: Callable[[], Snapshot]) -> None:
        self._judge = judge
        self._objects = objects
        self._view = view
        self._signers = Signers(objects)
        self._read: tuple[Leaf | None, frozenset[str] | None] = (None, None)

    def is_schedulers(self, commit: Commit, company: Leaf | None) -> bool:
        """Whether the scheduler made a commit, by what was admitted of `gitcp.yaml` before it."""
        if not messages.is_by_scheduler(commit):
            return False
        keys = self._scheduler_keys(company)
        return keys is None or self._signers.of(commit.oid, keys) in keys

    def problems(self, commit: Commit, pairs: Sequence[Pair]) -> tuple[Problem, ...]:
        """Return what the judge says of a commit on top of what the view shows."""
        known = self._view()
        merged = brought(self._objects, commit.oid) if len(commit.parents) > 1 else ()
        others = written(self._objects, merged) if len(commit.parents) > 1 else None
        asked = [
            record_change(found.place, admitted, found, known, is_mixed=_is_mixed(found, others))
            for admitted, found in pairs
            if found.place is not None and found.leaf != admitted.leaf
        ]
        return tuple(self._judge(self._entry(commit, pairs, merged, keys_that_count(known, asked)), asked))

    def _scheduler_keys(self, company: Leaf | None) -> frozenset[str] | None:
        """Return the keys of the scheduler where its signature is asked for; none elsewhere."""
        if self._read[0] != company or company is None:
            self._read = (company, self._keys_in(company))
        return self._read[1]

    def _keys_in(self, company: Leaf | None) -> frozenset[str] | None:
        data = b"" if company is None else self._objects.data(company.oid)
        # A word may be written with escapes, and then there is a backslash. To read YAML takes a while, and few ask for it.
        if company is None or (b"signed" not in data and b"\\" not in data):
            return None
        record = read_leaf(COMPANY, company, lambda _: data).record
        if not isinstance(record, Company) or record.trust.assurance is not Assurance.SIGNED:
            return None
        return frozenset(record.trust.scheduler_keys)

    def _entry(
        self, commit: Commit, pairs: Sequence[Pair], merged: Sequence[str], keys: frozenset[str] | None
    ) -> Entry:
        entry = messages.entry(commit, [found.path for _, found in pairs])
        if keys is not None:
            entry = replace(entry, signer=self._signers.of(commit.oid, keys))
        return replace(entry, merged=tuple(self._all_of(merged, keys))) if merged else entry

    def _all_of(self, commits: Sequence[str], keys: frozenset[str] | None) -> Iterator[Merged]:
        for name in commits:
            author = self._objects.commit(name).author
            signer = None if keys is None else self._signers.of(name, keys)
            yield Merged(name, author.name, author.email, signer)


def _is_mixed(found: FileReading, written: frozenset[Content] | None) -> bool:
    return written is not None and (found.path, found.leaf.oid if found.leaf else None) not in written


def record_change(
    place: Place, admitted: FileReading, found: FileReading, known: Snapshot, *, is_mixed: bool = False
) -> RecordChange:
    """Return what a commit did to the record of a path."""
    return RecordChange(
        path=found.path,
        kind=place.kind,
        id=place.id,
        before=admitted.record,
        after=found.record,
        known=known,
        is_broken=found.is_broken,
        is_archived=place.archived,
        base=admitted.leaf.oid if admitted.leaf else None,
        blob=found.leaf.oid if found.leaf else None,
        is_mixed=is_mixed,
    )
