"""Slices of all tasks: what a page or a file of data holds, cut so that something new changes few of them.

Open tasks are cut where a task's id says so, once a part is long enough: one that comes or goes moves the others of its part alone.
Closed ones are cut by month, the oldest first, and data by number: what is old stays as it is.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from zlib import crc32

from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.groups import Grouping, alike
from gitcp.dashboard.refs import urgency
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.dashboard.task_counts import STATES
from gitcp.model.ids import number_of
from gitcp.model.tasks import Task, TaskStatus

COLUMNS: Final = (
    TaskStatus.BACKLOG,
    TaskStatus.TODO,
    TaskStatus.IN_PROGRESS,
    TaskStatus.IN_REVIEW,
    TaskStatus.BLOCKED,
)
CARDS: Final = 40
NEWEST: Final = 60
PART: Final = 200
SHARD: Final = 250
ROWS: Final = "rows-of-shard"
"""The fact which tasks a file of data holds; it changes with each of them."""

CLOSED: Final = "closed-of"
"""The fact which tasks were closed in a month; it changes with each of them."""

_SHORTEST: Final = 60
_CUT: Final = 140  # one task in so many begins a new part
_LONGEST: Final = 320
_RANK: Final = {status: rank for rank, status in enumerate(reversed(COLUMNS))}


class Part(NamedTuple):
    """Some of the tasks of a list, and whether more follow."""

    rows: Sequence[TaskRow]
    more: bool


class Lane(NamedTuple):
    """The most urgent tasks of a status, and how many it has in all."""

    rows: Sequence[TaskRow]
    total: int


class Month(NamedTuple):
    """How many tasks were closed in a month, written as 2026-11, and on how many pages they are."""

    name: str
    total: int
    parts: int


class Shard(NamedTuple):
    """How many tasks a file of data covers: those of one project with one quotient of their numbers."""

    project: str
    place: int
    open: int
    closed: int


def _closed_at(row: TaskRow) -> tuple[datetime, str]:
    return (row.closed or row.created, row.id)


_OPEN: Final = Grouping[TaskRow, TaskRow](
    "open", Task.kind, lambda row, _: (row.status.value,) if row.is_open else (), alike, urgency
)
"""Open tasks by status, the most urgent first."""

_CLOSED: Final = Grouping[TaskRow, TaskRow](
    "closed",
    Task.kind,
    lambda row, day_of: () if row.is_open else (day_of(_closed_at(row)[0])[:7],),
    alike,
    _closed_at,
)
"""Closed tasks by month, the oldest first."""

_SHARDS: Final = Grouping[TaskRow, TaskRow](
    "shard", Task.kind, lambda row, _: (shard_of(row),), alike, lambda row: (number_of(row.id), row.id)
)
"""All tasks by the file of data that holds them."""


def open_rows(register: "Register") -> Iterator[TaskRow]:
    """Yield the open tasks."""
    for rows in register.groups(_OPEN).values():
        yield from rows


@fact("lane")
def lane(register: Register, status: str) -> Lane:
    """Return what the board shows of a status."""
    rows = register.group(_OPEN, status)
    return Lane(rows[:CARDS], len(rows))


@fact("open-parts")
def _open_parts(register: Register, _: str) -> Sequence[Sequence[TaskRow]]:
    statuses = sorted(COLUMNS, key=_RANK.__getitem__)
    rows = [row for status in statuses for row in register.group(_OPEN, status.value)]
    return list(_cut(rows)) if len(rows) > PART else [rows]


def _cut(rows: Sequence[TaskRow]) -> Iterator[Sequence[TaskRow]]:
    start = 0
    for place, row in enumerate(rows):
        length = place - start
        if length >= _LONGEST or (length >= _SHORTEST and crc32(row.id.encode()) % _CUT == 0):
            yield rows[start:place]
            start = place
    yield rows[start:]


@fact("open-part")
def open_part(register: Register, number: str) -> Part | None:
    """Return a part of the open tasks, counted from one: those that are stuck first, then the furthest, each by urgency."""
    parts = _open_parts(register, "")
    place = int(number)
    return Part(parts[place - 1], place < len(parts)) if 1 <= place <= len(parts) else None


def open_parts(register: Register) -> Sequence[str]:
    """Name the parts of the open tasks; there is always one."""
    return [str(place + 1) for place in range(len(_open_parts(register, "")))]


@fact("open-count")
def open_count(register: Register, _: str) -> int:
    """Count the open tasks."""
    return sum(number for (_, _, status), number in register.counts(STATES).items() if status in COLUMNS)


def month_of(row: TaskRow, clock: Clock) -> str:
    """Return the month in which a task was closed, written as 2026-11."""
    day = clock.local(row.closed or row.created)
    return f"{day.year:04d}-{day.month:02d}"


@fact(CLOSED, is_told=True)
def _closed_of(register: Register, month: str) -> Sequence[TaskRow]:
    return register.group(_CLOSED, month)


@fact("closed-months")
def closed_months(register: Register, _: str) -> Sequence[Month]:
    """Return the months in which tasks were closed, the newest first."""
    found = register.groups(_CLOSED)
    return [
        Month(name, len(found[name]), -(-len(found[name]) // PART)) for name in sorted(found, reverse=True)
    ]


@fact("closed-newest")
def closed_newest(register: Register, _: str) -> Sequence[TaskRow]:
    """Return the tasks that were closed last, the last first."""
    found: list[TaskRow] = []
    for month in reversed(register.names_of(_CLOSED)):
        found += reversed(register.group(_CLOSED, month)[-NEWEST:])
        if len(found) >= NEWEST:
            break
    return found[:NEWEST]


def closed_part(register: Register, name: str) -> Part | None:
    """Return a part of the tasks that were closed in a month, the oldest first: 2026-11 is the first, 2026-11-2 the next."""
    month, part = split(name)
    rows = _closed_of(register, month)
    found = rows[(part - 1) * PART : part * PART]
    return Part(found, len(rows) > part * PART) if found else None


def closed_parts(register: Register) -> Sequence[str]:
    """Name the parts of the closed tasks."""
    return [
        joined(month.name, part + 1) for month in closed_months(register, "") for part in range(month.parts)
    ]


def split(name: str) -> tuple[str, int]:
    """Return the month and the number of a part."""
    year, month, *part = name.split("-")
    return f"{year}-{month}", int(part[0]) if part else 1


def joined(month: str, part: int) -> str:
    """Name a part of a month."""
    return month if part == 1 else f"{month}-{part}"


def shard_of(row: TaskRow) -> str:
    """Name the file of data that holds a task, such as CI-0.open."""
    return f"{row.project}-{number_of(row.id) // SHARD}.{'open' if row.is_open else 'closed'}"


@fact(ROWS, is_told=True)
def shard_rows(register: Register, name: str) -> Sequence[TaskRow]:
    """Return the tasks of a file of data, by number."""
    return register.group(_SHARDS, name)


def shard_names(register: Register) -> Sequence[str]:
    """Name the files of data that hold tasks."""
    return register.names_of(_SHARDS)


@fact("shards")
def shards(register: Register, _: str) -> Sequence[Shard]:
    """Say which tasks there are data of."""
    counts: dict[tuple[str, int], dict[str, int]] = {}
    for name, rows in register.groups(_SHARDS).items():
        place, _, state = name.rpartition(".")
        key, _, number = place.rpartition("-")
        counts.setdefault((key, int(number)), {})[state] = len(rows)
    return [
        Shard(key, place, of.get("open", 0), of.get("closed", 0))
        for (key, place), of in sorted(counts.items())
    ]
