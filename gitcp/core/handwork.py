"""What the state tables say of a record that was changed by hand."""

from collections.abc import Iterator

from gitcp.core.lifecycle import TRANSITIONS, reachable_by_hand
from gitcp.model.base import Record
from gitcp.model.guards import Ledger
from gitcp.model.problem import Problem
from gitcp.model.runs import Run
from gitcp.model.tasks import Counter, Task


def by_tables(path: str, before: Record | None, after: Record | None) -> Iterator[Problem]:
    """Yield what is wrong with one record's change in a commit that is not the scheduler's, whoever made it."""
    if isinstance(before, Run) or isinstance(after, Run):
        yield from _run(path, before, after)
    if (
        isinstance(before, Task)
        and isinstance(after, Task)
        and not reachable_by_hand(before.status, after.status)
    ):
        possible = ", ".join(dict.fromkeys(status.value for status in TRANSITIONS[before.status].values()))
        yield Problem(
            path=path,
            where="status",
            message=f"expected {before.status}, {possible}, found {after.status}: no step leads there from {before.status}",
            hint=f"set `status: {before.status}` again, or use `gitcp task`",
            record=("task", after.id),
        )
    if isinstance(before, Counter) and (not isinstance(after, Counter) or after.next < before.next):
        found = after.next if isinstance(after, Counter) else "none"
        message = f"expected {before.next} or more, found {found}: numbers are never used again"
        yield Problem(path=path, message=message, hint=f"write {before.next}", record=("counter", before.id))
    if isinstance(before, Ledger) or isinstance(after, Ledger):
        yield _not_by_hand(path, before, after, "the ledger is written by the scheduler alone")


def _run(path: str, before: Record | None, after: Record | None) -> Iterator[Problem]:
    if (
        isinstance(before, Run)
        and isinstance(after, Run)
        and before.is_active
        and before.evolve(cancel=after.cancel) == after
    ):
        return
    rule = "runs are written by the scheduler alone, this change is by somebody else"
    yield _not_by_hand(path, before, after, rule, "; to end a run use `gitcp run cancel`")


def _not_by_hand(
    path: str, before: Record | None, after: Record | None, rule: str, otherwise: str = ""
) -> Problem:
    record = after or before
    assert record is not None
    return Problem(
        path=path, message=rule, hint=f"revert the commit{otherwise}", record=(record.kind, record.id)
    )
