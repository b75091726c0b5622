"""The numbers of tasks and approvals. Rule: none is given twice, also where the counter is missing or behind."""

from typing import Final

from gitcp.errors import RecordError
from gitcp.model.guards import Approval
from gitcp.model.ids import approval_id, number_of, task_id
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Counter, Task

APPROVALS: Final = "approvals"


def next_number(snapshot: Snapshot, project: str) -> int:
    """Return the next free number of a project.

    Raises:
        RecordError: the counter cannot be read.
    """
    counter = _counter(snapshot, project, f"tasks/{project}/next")
    number = max(counter.next, 1) if counter else _last(snapshot, project) + 1
    while _is_taken(snapshot, task_id(project, number)):
        number += 1
    return number


def next_approval(snapshot: Snapshot) -> int:
    """Return the next free number of an approval.

    Raises:
        RecordError: the counter cannot be read.
    """
    counter = _counter(snapshot, APPROVALS, "approvals/next")
    known = [number_of(approval.id) for approval in ever(snapshot, Approval)]
    number = max([counter.next if counter else 1, 1, *(last + 1 for last in known)])
    while snapshot.is_inert(Approval.kind, approval_id(number)):
        number += 1
    return number


def _counter(snapshot: Snapshot, of: str, path: str) -> Counter | None:
    if snapshot.is_inert("counter", of):
        raise RecordError(
            f"{path}: expected the next number, found a file that cannot be read",
            hint=f"write the next number into {path}",
        )
    return snapshot.get(Counter, of)


def _last(snapshot: Snapshot, project: str) -> int:
    return max((number_of(task.id) for task in ever(snapshot, Task) if task.project == project), default=0)


def _is_taken(snapshot: Snapshot, task: str) -> bool:
    return (
        snapshot.is_archived(Task, task)
        or snapshot.get(Task, task) is not None
        or snapshot.is_inert("task", task)
    )
