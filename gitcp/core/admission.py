"""Admission: hand edits are read as implied operations and judged by the tables.

Here the schema (by the codec) and the state tables judge; policies join them in `judge`.
"""

from collections.abc import Iterator

from gitcp.core.lifecycle import TRANSITIONS, reachable_by_hand
from gitcp.model.base import Record
from gitcp.model.problem import Problem
from gitcp.model.runs import Run
from gitcp.model.tasks import Counter, Task


def judge(path: str, before: Record | None, after: Record | None) -> Iterator[Problem]:
    """Yield what is wrong with one record's change in a commit that is not the scheduler's.

    A refused change leaves the record inert until its file is changed again.
    """
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
    if isinstance(before, Counter) and isinstance(after, Counter) and after.next < before.next:
        message = f"expected {before.next} or more, found {after.next}: numbers are never used again"
        yield Problem(path=path, message=message, hint=f"write {before.next}", record=("counter", after.id))


def _run(path: str, before: Record | None, after: Record | None) -> Iterator[Problem]:
    if (
        isinstance(before, Run)
        and isinstance(after, Run)
        and before.is_active
        and before.evolve(cancel=after.cancel) == after
    ):
        return
    record = after or before
    assert record is not None
    message = "runs are written by the scheduler alone, this change is by somebody else"
    yield Problem(
        path=path,
        message=message,
        hint="revert the commit; to end a run use `gitcp run cancel`",
        record=("run", record.id),
    )
