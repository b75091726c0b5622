"""How a record becomes rows of the cache. Rule: whatever the questions in `view` need is written here, and nowhere else."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from gitcp.model.base import Record
from gitcp.model.problem import Problem
from gitcp.model.runs import Run
from gitcp.model.tasks import Comment, Task
from gitcp.store.layout import Place

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_COLUMNS: Final = (
    "path", "kind", "id", "oid", "json", "archived", "misplaced",
    "task_status", "assignee", "project", "parent", "about", "stamp",
    "run_status", "agent", "run_task", "claimed_at", "pending",
)  # fmt: skip
_INSERT: Final = (
    f"INSERT INTO records ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"  # noqa: S608
)
_SHOW: Final = """
UPDATE records SET shown = (number = (
  SELECT number FROM records AS best WHERE best.kind = :kind AND best.id = :id
  ORDER BY best.archived, best.misplaced, best.path LIMIT 1
)) WHERE kind = :kind AND id = :id
"""

Row = tuple[Any, ...]


def ticks(at: datetime) -> int:
    """Return a time as a number that sorts: microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def put_record(connection: sqlite3.Connection, place: Place, oid: str, record: Record | None) -> None:
    """Write the rows of one file; those of the path were removed before."""
    kind = record.kind if record else place.kind
    columns: dict[str, Any] = dict.fromkeys(_COLUMNS)
    columns |= {"path": place.path, "kind": kind, "id": place.id, "oid": oid}
    columns |= {"archived": place.archived, "misplaced": place.is_misplaced}
    if record is not None and not place.archived:
        columns |= {"json": to_json(record), **_questions(record)}
    number = connection.execute(_INSERT, columns).lastrowid
    if record is not None and not place.archived:
        for statement, row in _side_rows(record):
            connection.execute(statement, (number, *row))
    _choose(connection, kind, place.id)


def remove_path(connection: sqlite3.Connection, path: str) -> None:
    """Remove the rows of one file, its problems included."""
    connection.execute("DELETE FROM problems WHERE path = ?", (path,))
    row = connection.execute("SELECT number, kind, id FROM records WHERE path = ?", (path,)).fetchone()
    if row is None:
        return
    number, kind, record_id = row
    connection.execute("DELETE FROM records WHERE number = ?", (number,))
    for table in _SIDE_TABLES.get(kind, ()):
        connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608 - a name from below
    _choose(connection, kind, record_id)


def put_problems(connection: sqlite3.Connection, problems: Iterable[Problem], *, refused: bool) -> None:
    """Write problems of a path."""
    connection.executemany(
        "INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (p.path, p.line, p.where, p.message, p.hint, p.severity, *(p.record or (None, None)), refused)
            for p in problems
        ],
    )


def to_json(record: Record) -> str:
    """Write a record, its id included, for `from_json`."""
    body = record.model_dump_json(by_alias=True, exclude_defaults=True)
    identity = '{"id":' + json.dumps(record.id)
    return identity + ("}" if body == "{}" else "," + body[1:])


def _choose(connection: sqlite3.Connection, kind: str, record_id: str) -> None:
    connection.execute(_SHOW, {"kind": kind, "id": record_id})


def _questions(record: Record) -> dict[str, Any]:
    match record:
        case Task():
            return {
                "task_status": record.status,
                "assignee": record.assignee,
                "project": record.project,
                "parent": record.parent,
            }
        case Comment():
            return {"about": record.task, "stamp": record.stamp}
        case Run():
            return {
                "run_status": record.status,
                "agent": record.agent,
                "run_task": record.task,
                "claimed_at": ticks(record.claimed_at),
                "pending": record.pending,
            }
        case _:
            return {}


_SIDE_TABLES: Final = {"task": ("blockers",), "comment": ("mentions",), "run": ("answers", "charges")}


def _side_rows(record: Record) -> Iterator[tuple[str, Row]]:
    match record:
        case Task():
            for blocker in dict.fromkeys(record.blocked_by):
                yield "INSERT INTO blockers VALUES (?, ?)", (blocker,)
        case Comment():
            for member in record.mentions:
                yield "INSERT INTO mentions VALUES (?, ?)", (member,)
        case Run():
            for cause in record.answers:
                row = (record.agent, cause.record, cause.reason, cause.digest)
                yield "INSERT INTO answers VALUES (?, ?, ?, ?, ?)", row
            for budget in dict.fromkeys(record.charges):
                yield "INSERT INTO charges VALUES (?, ?, ?)", (budget, ticks(record.claimed_at))
        case _:
            return
