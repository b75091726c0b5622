"""The numbers of tasks. Rule: none is given twice, also where the counter is missing or behind."""

from gitcp.errors import RecordError
from gitcp.model.ids import number_of, task_id
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Counter, Task


def next_number(snapshot: Snapshot, project: str) -> int:
    """Return the next free number of a project.

    Raises:
        RecordError: the counter cannot be read.
    """
    if snapshot.is_inert("counter", project):
        raise RecordError(
            f"tasks/{project}/next: expected the next number, found a file that cannot be read",
            hint=f"write the next number into tasks/{project}/next",
        )
    counter = snapshot.get(Counter, project)
    number = max(counter.next, 1) if counter else _last(snapshot, project) + 1
    while _is_taken(snapshot, task_id(project, number)):
        number += 1
    return number


def _last(snapshot: Snapshot, project: str) -> int:
    return max((number_of(task.id) for task in ever(snapshot, Task) if task.project == project), default=0)


def _is_taken(snapshot: Snapshot, task: str) -> bool:
    return (
        snapshot.is_archived(Task, task)
        or snapshot.get(Task, task) is not None
        or snapshot.is_inert("task", task)
    )
