"""What happened, as it is told: commits with what they cost and, where the company asks for signatures, whose hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final

from gitcp.audit.log import Sought, Told, found
from gitcp.control.plane import Plane
from gitcp.control.records import kind_of
from gitcp.errors import GitcpError
from gitcp.model.company import Assurance
from gitcp.model.history import Entry
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, persons
from gitcp.store.passages import Passages

_ENDS: Final = frozenset({"run.finish", "run.reap"})


@dataclass(frozen=True, slots=True)
class Range:
    """Between which commits; `after` is not told itself, `to` is. None: from the beginning, to the tip."""

    after: str | None = None
    to: str | None = None


def tell(
    plane: Plane,
    sought: Sought,
    *,
    record: str | None = None,
    between: Range | None = None,
    limit: int | None = None,
) -> list[Told]:
    """Return what happened, newest first: in the company or about one record, archived or not.

    Raises:
        GitcpError: a commit of the range is not there.
        UnknownRecordError: there is no such record.
    """
    snapshot = plane.snapshot()
    with Passages.open(plane.store.root) as passages:
        entries = _entries(plane, snapshot, record)
        if between is not None:
            entries = _between(passages, entries, between.after, between.to or snapshot.revision)
        wanted = list(islice(found(entries, sought), limit))
        keys = _keys(snapshot)
        signed = wanted if keys is None else [passages.signed(entry, keys) for entry in wanted]
        return [_told(snapshot, entry) for entry in signed]


def _entries(plane: Plane, snapshot: Snapshot, record: str | None) -> Iterable[Entry]:
    history = plane.store.history()
    return history.entries() if record is None else history.entries_of(kind_of(snapshot, record), record)


def _between(passages: Passages, entries: Iterable[Entry], after: str | None, to: str) -> Iterable[Entry]:
    line = passages.line(None, passages.resolve(to)).commits
    first = passages.resolve(after) if after else None
    if first is not None and first not in line:
        raise GitcpError(f"{after}: is no commit of this history", hint="see `gitcp audit log --json`")
    wanted = frozenset(takewhile(lambda commit: commit != first, reversed(line)))
    return (entry for entry in entries if entry.revision in wanted)


def _keys(snapshot: Snapshot) -> frozenset[str] | None:
    company = snapshot.company
    if company is None or company.trust.assurance is not Assurance.SIGNED:
        return None
    return frozenset(company.trust.scheduler_keys).union(*(person.keys for person in persons(snapshot)))


def _told(snapshot: Snapshot, entry: Entry) -> Told:
    run = entry.trailers.get("Gitcp-Run") if entry.trailers.get("Gitcp-Op") in _ENDS else None
    record = snapshot.get(Run, run) if run else None
    usage = record.usage if record else None
    usd, minutes = (usage.usd, usage.minutes) if usage else (None, None)
    return Told(entry, usd, minutes, entry.signer)
