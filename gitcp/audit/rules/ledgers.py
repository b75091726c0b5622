"""Ledgers: what archived runs cost, summed anew from the runs that a commit archived."""

from collections.abc import Iterator

from gitcp.audit.act import Act
from gitcp.audit.finding import Finding
from gitcp.core.ledger import Book, month_of, without
from gitcp.errors import GitcpError
from gitcp.model.guards import Ledger
from gitcp.model.runs import Run
from gitcp.model.tasks import Task


def ledgers(act: Act) -> Iterator[Finding]:
    """Say which sums of a commit are not those of its runs."""
    expected = _expected(act)
    found = {deed.id: after for deed, _, after in act.of(Ledger)}
    for month in sorted({*expected, *found}):
        wanted, written = expected.get(month), found.get(month)
        if wanted != (written or act.world.get(Ledger, month)):
            path = next((deed.path for deed in act.deeds if (deed.kind, deed.id) == ("ledger", month)), "")
            told = "the sums as they were" if month not in expected else _told(wanted)
            yield act.broken("ledger/wrong-sum", path or f"ledger/{month}.yaml", told, _told(written))


def _expected(act: Act) -> dict[str, Ledger]:
    if not act.is_by_scheduler:
        return {}
    moved = [before for deed, before, _ in act.of(Run) if deed.is_archiving and before is not None]
    tasks = {before.id: before for _, before, _ in act.of(Task) if before is not None}
    book = Book(act.world, tasks)
    for run in sorted(moved, key=lambda run: run.id):
        book.enter(run)
    found = {ledger.id: ledger for ledger in book.ledgers()}
    for deed, before, _ in act.of(Run):
        if deed.is_return and before is not None:
            found |= _taken_out(act, before)
    return found


def _taken_out(act: Act, run: Run) -> dict[str, Ledger]:
    try:
        record = without(act.world, run).record
    except GitcpError:
        return {}
    return {month_of(run): record} if isinstance(record, Ledger) else {}


def _told(ledger: Ledger | None) -> str:
    if ledger is None:
        return "none"
    runs = sum(entry.runs for entry in ledger.entries)
    usd = sum(entry.amounts.usd for entry in ledger.entries)
    return f"{runs} runs, {usd:f} USD in {len(ledger.entries)} sums"
