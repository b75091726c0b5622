"""How urgent a task is, in numbers that sort."""

from datetime import UTC, datetime, timedelta
from typing import Final

from gitcp.model.tasks import Priority, Task, TaskStatus

Urgency = tuple[int, int, int, int, str]
"""Nought if in progress, priority, due date, age, id; times in microseconds since 1970. The least is the most urgent."""

NO_DATE: Final = 2**62
_PRIORITY: Final = {priority: rank for rank, priority in enumerate(Priority)}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def ticks(at: datetime) -> int:
    """Return a time as a number that sorts: microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """Return the time that `ticks` made a number of."""
    return _EPOCH + number * _MICROSECOND


def urgency(task: Task) -> Urgency:
    """Return the sort key of work: in progress first, then priority, due date, age."""
    return (
        int(task.status is not TaskStatus.IN_PROGRESS),
        _PRIORITY[task.priority],
        ticks(task.due) if task.due else NO_DATE,
        ticks(task.created),
        task.id,
    )
