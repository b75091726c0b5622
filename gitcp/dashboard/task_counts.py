"""How many tasks are how far, and on which day so many were created or done: few numbers, whatever else changes of a task."""

from typing import Final

from gitcp.dashboard.days import DayOf
from gitcp.dashboard.groups import Counting
from gitcp.dashboard.rows import TaskRow
from gitcp.model.tasks import Task, TaskStatus


def _done(row: TaskRow, day_of: DayOf) -> tuple[str, str, str] | None:
    if row.status is not TaskStatus.DONE or row.closed is None:
        return None
    return row.project, row.goal or "", day_of(row.closed)


STATES: Final = Counting[TaskRow, tuple[str, str, TaskStatus]](
    "states", Task.kind, lambda row, _: (row.project, row.goal or "", row.status)
)
"""Tasks by project, goal and status."""

CREATED: Final = Counting[TaskRow, tuple[str, str]](
    "created", Task.kind, lambda row, day_of: (row.project, day_of(row.created))
)
"""Tasks by project and the day on which they were created."""

DONE: Final = Counting[TaskRow, tuple[str, str, str]]("done", Task.kind, _done)
"""Tasks that are done by project, goal and day."""
