"""Tasks together: the board by status, and the lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gitcp.dashboard import links, words
from gitcp.dashboard.figures import plural
from gitcp.dashboard.refs import Ref, TaskLine, by_closing, by_urgency, task_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.dashboard.views.tabs import Tab
from gitcp.dashboard.words import Badge
from gitcp.model.tasks import TaskStatus

CLOSED_SHOWN: Final = 8
_COLUMNS: Final = (
    TaskStatus.BACKLOG,
    TaskStatus.TODO,
    TaskStatus.IN_PROGRESS,
    TaskStatus.IN_REVIEW,
    TaskStatus.BLOCKED,
)
_ORDER: Final = {status: rank for rank, status in enumerate(reversed(_COLUMNS))}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board; `more` leads to what it has no room for."""

    anchor: str
    status: Badge
    count: int
    tasks: tuple[TaskLine, ...]
    more: Ref | None


@dataclass(frozen=True, slots=True)
class Board:
    """Open tasks by status, and what was closed last."""

    tabs: tuple[Tab, ...]
    columns: tuple[Column, ...]
    total: str


@dataclass(frozen=True, slots=True)
class TaskList:
    """Tasks, one below the other."""

    tabs: tuple[Tab, ...]
    caption: str
    tasks: tuple[TaskLine, ...]
    when: str
    empty: str


def board(register: Register) -> Board:
    """Show the board."""
    tasks = list(register.tasks.values())
    columns = [_column(register, status, tasks) for status in _COLUMNS]
    total = plural(sum(column.count for column in columns), "open task")
    return Board(_tabs(register, links.BOARD), (*columns, _closed(register, tasks)), total)


def _column(register: Register, status: TaskStatus, tasks: Iterable[TaskRow]) -> Column:
    found = by_urgency(task for task in tasks if task.status is status)
    lines = tuple(task_line(register, task) for task in found)
    return Column(status.value.replace("_", "-"), words.TASK_STATUS[status], len(found), lines, None)


def _closed(register: Register, tasks: Iterable[TaskRow]) -> Column:
    found = by_closing(task for task in tasks if not task.is_open)
    lines = tuple(task_line(register, task) for task in found[:CLOSED_SHOWN])
    more = Ref(f"All {len(found):,} closed tasks", links.CLOSED_TASKS) if len(found) > CLOSED_SHOWN else None
    return Column("closed", Badge("Closed", "good", "done"), len(found), lines, more)


def open_list(register: Register) -> TaskList:
    """List open tasks: those that are stuck first, then the furthest, each by urgency."""
    found = by_urgency(task for task in register.tasks.values() if task.is_open)
    lines = tuple(task_line(register, task) for task in sorted(found, key=lambda task: _ORDER[task.status]))
    return TaskList(_tabs(register, links.TASK_LIST), "Open tasks", lines, "Due", "No task is open.")


def closed_list(register: Register) -> TaskList:
    """List closed tasks, the last first."""
    found = by_closing(task for task in register.tasks.values() if not task.is_open)
    lines = tuple(task_line(register, task) for task in found)
    tabs = _tabs(register, links.CLOSED_TASKS)
    return TaskList(tabs, "Closed tasks", lines, "Closed", "No task is closed yet.")


def _tabs(register: Register, current: str) -> tuple[Tab, ...]:
    closed = sum(not task.is_open for task in register.tasks.values())
    tabs = (
        ("Board", links.BOARD),
        (f"Open ({len(register.tasks) - closed:,})", links.TASK_LIST),
        (f"Closed ({closed:,})", links.CLOSED_TASKS),
    )
    return tuple(Tab(label, href, href == current) for label, href in tabs)
