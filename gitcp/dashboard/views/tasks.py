"""Tasks together: the board by status, and the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gitcp.dashboard import links, slices, words
from gitcp.dashboard.figures import MONTHS, plural
from gitcp.dashboard.refs import Ref, TaskLine, task_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.dashboard.views.tabs import Tab
from gitcp.dashboard.words import Badge
from gitcp.model.tasks import Priority, TaskStatus

CLOSED_SHOWN: Final = 8
_CLOSED: Final = Badge("Closed", "good", "done")


@dataclass(frozen=True, slots=True)
class Card:
    """A task on the board, and the key of its project."""

    line: TaskLine
    project: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board; `more` leads to what it has no room for."""

    anchor: str
    status: Badge
    count: int
    tasks: tuple[Card, ...]
    more: Ref | None


@dataclass(frozen=True, slots=True)
class Board:
    """Open tasks by status, and what was closed last."""

    tabs: tuple[Tab, ...]
    columns: tuple[Column, ...]
    total: str


@dataclass(frozen=True, slots=True)
class TaskList:
    """Tasks, one below the other; `pages` lead to the next and to the earlier ones, `months` to the closed ones of each month."""

    title: str
    lead: str | None
    tabs: tuple[Tab, ...]
    caption: str
    tasks: tuple[TaskLine, ...]
    when: str
    empty: str
    pages: tuple[Ref, ...] = ()
    months: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """All tasks: what the rows of data are called; `lists` are for those who read without a script."""

    tabs: tuple[Tab, ...]
    statuses: tuple[tuple[str, Badge], ...]
    priorities: tuple[tuple[str, Badge], ...]
    lists: tuple[Ref, ...]


def board(register: Register) -> Board:
    """Show the board."""
    columns = [_column(register, status) for status in slices.COLUMNS]
    total = plural(sum(column.count for column in columns), "open task")
    return Board(_tabs(links.BOARD), (*columns, _closed(register)), total)


def _column(register: Register, status: TaskStatus) -> Column:
    lane = slices.lane(register, status.value)
    badge = words.TASK_STATUS[status]
    more = f"All {lane.total:,} in {badge.label}" if lane.total > len(lane.rows) else None
    return Column(
        status.value.replace("_", "-"),
        badge,
        lane.total,
        _cards(register, lane.rows),
        Ref(more, links.tasks_where("status", status.value)) if more else None,
    )


def _closed(register: Register) -> Column:
    rows = slices.closed_newest(register, "")[:CLOSED_SHOWN]
    count = sum(month.total for month in slices.closed_months(register, ""))
    more = Ref(f"All {count:,} closed tasks", links.CLOSED_TASKS) if count > len(rows) else None
    return Column("closed", _CLOSED, count, _cards(register, rows), more)


def _cards(register: Register, rows: Sequence[TaskRow]) -> tuple[Card, ...]:
    return tuple(Card(task_line(register, row), row.project) for row in rows)


def open_list(register: Register, name: str) -> TaskList | None:
    """List a part of the open tasks: those that are stuck first, then the furthest, each by urgency."""
    part = slices.open_part(register, name)
    if part is None:
        return None
    number = int(name)
    pages = [(number - 1, "Back"), (number + 1, "More open tasks")]
    there = (number > 1, part.more)
    return TaskList(
        title="Open tasks" if number == 1 else f"Open tasks, part {number}",
        lead=plural(slices.open_count(register, ""), "open task") if number == 1 and part.more else None,
        tabs=_tabs(links.TASK_LIST),
        caption="Open tasks",
        tasks=_lines(register, part.rows),
        when="Due",
        empty="No task is open.",
        pages=tuple(
            Ref(text, links.open_page(str(n)))
            for (n, text), is_there in zip(pages, there, strict=True)
            if is_there
        ),
    )


def closed_list(register: Register) -> TaskList:
    """List the tasks that were closed last, the last first, and lead to those of each month."""
    rows = slices.closed_newest(register, "")
    months = slices.closed_months(register, "")
    count = sum(month.total for month in months)
    return TaskList(
        title="Closed tasks",
        lead=f"The last {len(rows)} of {count:,}" if count > len(rows) else None,
        tabs=_tabs(links.CLOSED_TASKS),
        caption="Closed tasks",
        tasks=_lines(register, rows),
        when="Closed",
        empty="No task is closed yet.",
        months=tuple(
            Ref(f"{month_name(month.name)} ({month.total:,})", links.closed_page(month.name))
            for month in months
        ),
    )


def closed_part(register: Register, name: str) -> TaskList | None:
    """List a part of the tasks that were closed in a month, the oldest first."""
    part = slices.closed_part(register, name)
    if part is None:
        return None
    month, number = slices.split(name)
    title = f"Closed in {month_name(month)}"
    pages = [Ref("Back", links.closed_page(slices.joined(month, number - 1)))] if number > 1 else []
    if part.more:
        pages.append(Ref(f"More of {month_name(month)}", links.closed_page(slices.joined(month, number + 1))))
    return TaskList(
        title=title if number == 1 else f"{title}, part {number}",
        lead=None,
        tabs=_tabs(links.CLOSED_TASKS),
        caption=title,
        tasks=_lines(register, part.rows),
        when="Closed",
        empty="",
        pages=(*pages, Ref("All months", links.CLOSED_TASKS)),
    )


def table(register: Register) -> Table:
    """Show all tasks, to be filtered and sorted."""
    months = slices.closed_months(register, "")
    return Table(
        tabs=_tabs(links.ALL_TASKS),
        statuses=tuple((status.value, words.TASK_STATUS[status]) for status in TaskStatus),
        priorities=tuple((priority.value, words.PRIORITY[priority]) for priority in Priority),
        lists=(
            Ref("Open tasks", links.TASK_LIST),
            Ref("Closed tasks", links.CLOSED_TASKS),
            *(Ref(f"Closed in {month_name(month.name)}", links.closed_page(month.name)) for month in months),
        ),
    )


def month_name(month: str) -> str:
    """Write a month such as 2026-11."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def _lines(register: Register, rows: Sequence[TaskRow]) -> tuple[TaskLine, ...]:
    return tuple(task_line(register, row) for row in rows)


def _tabs(current: str) -> tuple[Tab, ...]:
    tabs = (
        ("Board", links.BOARD, None),
        ("Open", links.TASK_LIST, "open"),
        ("Closed", links.CLOSED_TASKS, "closed"),
        ("All, with filters", links.ALL_TASKS, None),
    )
    return tuple(Tab(label, href, href == current, count) for label, href, count in tabs)
