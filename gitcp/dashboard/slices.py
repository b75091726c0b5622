"""Slices of all tasks: what a page or a file of data holds, cut so that something new changes few of them.

Open tasks are cut where a task's id says so, once a part is long enough: one that comes or goes moves the others of its part alone.
Closed ones are cut by month, the oldest first, and data by number: what is old stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from zlib import crc32

from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.refs import by_urgency
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.model.ids import number_of
from gitcp.model.tasks import TaskStatus

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


@fact("open-by-status")
def _by_status(register: Register, _: str) -> Mapping[TaskStatus, Sequence[TaskRow]]:
    found: dict[TaskStatus, list[TaskRow]] = {status: [] for status in COLUMNS}
    for row in register.rows.tasks.values():
        if row.is_open:
            found[row.status].append(row)
    return {status: by_urgency(rows) for status, rows in found.items()}


@fact("lane")
def lane(register: Register, status: str) -> Lane:
    """Return what the board shows of a status."""
    rows = _by_status(register, "")[TaskStatus(status)]
    return Lane(rows[:CARDS], len(rows))


@fact("open-parts")
def _open_parts(register: Register, _: str) -> Sequence[Sequence[TaskRow]]:
    by_status = _by_status(register, "")
    rows = [row for status in sorted(COLUMNS, key=_RANK.__getitem__) for row in by_status[status]]
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
    return sum(len(rows) for rows in _by_status(register, "").values())


@fact("closed-by-month")
def _closed(register: Register, _: str) -> Mapping[str, Sequence[TaskRow]]:
    found: dict[str, list[TaskRow]] = {}
    for row in register.rows.tasks.values():
        if not row.is_open:
            found.setdefault(month_of(row, register.clock), []).append(row)
    for rows in found.values():
        rows.sort(key=_closed_at)
    return dict(sorted(found.items()))


def month_of(row: TaskRow, clock: Clock) -> str:
    """Return the month in which a task was closed, written as 2026-11."""
    day = clock.local(row.closed or row.created)
    return f"{day.year:04d}-{day.month:02d}"


@fact(CLOSED, is_told=True)
def _closed_of(register: Register, month: str) -> Sequence[TaskRow]:
    return _closed(register, "").get(month, ())


def _closed_at(row: TaskRow) -> tuple[object, str]:
    return (row.closed or row.created, row.id)


@fact("closed-months")
def closed_months(register: Register, _: str) -> Sequence[Month]:
    """Return the months in which tasks were closed, the newest first."""
    found = _closed(register, "")
    return [
        Month(name, len(found[name]), -(-len(found[name]) // PART)) for name in sorted(found, reverse=True)
    ]


@fact("closed-newest")
def closed_newest(register: Register, _: str) -> Sequence[TaskRow]:
    """Return the tasks that were closed last, the last first."""
    found: list[TaskRow] = []
    for rows in reversed(list(_closed(register, "").values())):
        found += reversed(rows[-NEWEST:])
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


@fact("rows-by-shard")
def _shards(register: Register, _: str) -> Mapping[str, Sequence[TaskRow]]:
    found: dict[str, list[TaskRow]] = {}
    for row in register.rows.tasks.values():
        found.setdefault(shard_of(row), []).append(row)
    return {name: sorted(rows, key=lambda row: (number_of(row.id), row.id)) for name, rows in found.items()}


def shard_of(row: TaskRow) -> str:
    """Name the file of data that holds a task, such as CI-0.open."""
    return f"{row.project}-{number_of(row.id) // SHARD}.{'open' if row.is_open else 'closed'}"


@fact(ROWS, is_told=True)
def shard_rows(register: Register, name: str) -> Sequence[TaskRow]:
    """Return the tasks of a file of data, by number."""
    return _shards(register, "").get(name, ())


def shard_names(register: Register) -> Sequence[str]:
    """Name the files of data that hold tasks."""
    return sorted(_shards(register, ""))


@fact("shards")
def shards(register: Register, _: str) -> Sequence[Shard]:
    """Say which tasks there are data of."""
    counts: dict[tuple[str, int], dict[str, int]] = {}
    for name, rows in _shards(register, "").items():
        place, _, state = name.rpartition(".")
        key, _, number = place.rpartition("-")
        counts.setdefault((key, int(number)), {})[state] = len(rows)
    return [
        Shard(key, place, of.get("open", 0), of.get("closed", 0))
        for (key, place), of in sorted(counts.items())
    ]
