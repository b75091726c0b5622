"""How a record becomes rows of the cache. Rule: whatever the questions in `view` need is written here, and nowhere else."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from gitcp.model.amounts import Amounts, Metric
from gitcp.model.base import Record
from gitcp.model.digests import asked_of_assignee, asked_of_reviewer, blockers_of
from gitcp.model.ids import claim_of
from gitcp.model.kinds import KINDS
from gitcp.model.problem import Problem
from gitcp.model.runs import Declared, Outcome, Run
from gitcp.model.tasks import Comment, Document, Task, TaskStatus
from gitcp.model.urgency import ticks, urgency
from gitcp.store.layout import Place

_MILLION: Final = 1_000_000
_COLUMNS: Final = (
    "path", "kind", "id", "oid", "json", "live", "archived", "misplaced",
    "task_status", "assignee", "project", "parent", "reviewer", "about", "stamp",
    "run_status", "agent", "run_task", "claimed_at", "pending", "outcome", "patient",
)  # fmt: skip
_RECORDS: Final = f"INSERT INTO records (number, {', '.join(_COLUMNS)}) VALUES (?{', ?' * len(_COLUMNS)})"  # noqa: S608
_WORKED_ON: Final = frozenset({TaskStatus.TODO, TaskStatus.IN_PROGRESS})
_SIDES: Final = {
    "answers": "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
    "charges": "INSERT INTO charges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "mentions": "INSERT INTO mentions VALUES (?, ?)",
    "blockers": "INSERT INTO blockers VALUES (?, ?)",
    "work": "INSERT INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}
_PROBLEMS: Final = "INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OTHERS: Final = "SELECT 1 FROM records WHERE kind = ? AND id = ? AND number <> ? LIMIT 1"
_SHOW: Final = """
UPDATE records SET shown = (number = (
  SELECT number FROM records AS best WHERE best.kind = :kind AND best.id = :id
  ORDER BY best.archived, best.misplaced, best.path LIMIT 1
)) WHERE kind = :kind AND id = :id
"""

Row = tuple[Any, ...]
Rows = tuple[Row, tuple[tuple[str, Row], ...]]
"""What one file is in the cache, but for its number: its row of `records`, and rows of other tables by their name."""


def rows_of(place: Place, oid: str, record: Record | None) -> Rows:
    """Return the rows of one file; of an archived one no more than where it is."""
    kind = record.kind if record else place.kind
    columns = (place.path, kind, place.id, oid)
    where = (place.archived, place.is_misplaced)
    if place.archived:
        return (*columns, None, False, *where, *_NO_TASK, place.task, None, *_put_away(place)), ()
    if record is None:
        return (*columns, None, False, *where, *_NO_ANSWERS), ()
    text = to_json(record) if _is_worked_on(record) else None
    return (*columns, text, True, *where, *_answers(record)), tuple(_side_rows(record))


def put_record(connection: sqlite3.Connection, place: Place, oid: str, record: Record | None) -> None:
    """Write the rows of one file; those of the path were removed before."""
    row, sides = rows_of(place, oid, record)
    number = connection.execute(_RECORDS, (None, *row)).lastrowid
    for table, side in sides:
        connection.execute(_SIDES[table], (number, *side))
    if connection.execute(_OTHERS, (row[1], place.id, number)).fetchone():
        _choose(connection, str(row[1]), place.id)


def put_many(connection: sqlite3.Connection, files: Sequence[Rows], first: int) -> None:
    """Write the rows of many files, numbered from `first` on, into tables that hold nothing of their paths; `choose_all` comes after."""
    numbered = tuple(enumerate(files, first))
    # A tree that no git writes may have two entries of one name.
    connection.executemany(
        _RECORDS.replace("INSERT", "INSERT OR IGNORE"), [(number, *row) for number, (row, _) in numbered]
    )
    for table, statement in _SIDES.items():
        sides = [(number, *row) for number, (_, rows) in numbered for name, row in rows if name == table]
        connection.executemany(statement, sides)


def choose_all(connection: sqlite3.Connection) -> None:
    """Let one of several files of each record be shown."""
    doubled = connection.execute("SELECT kind, id FROM records GROUP BY kind, id HAVING count(*) > 1")
    for kind, record_id in doubled.fetchall():
        _choose(connection, kind, record_id)


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
    if connection.execute(_OTHERS, (kind, record_id, number)).fetchone():
        _choose(connection, kind, record_id)


def put_problems(connection: sqlite3.Connection, problems: Iterable[Problem], *, refused: bool) -> None:
    """Write problems of a path."""
    put_problem_rows(connection, [problem_row(problem, refused=refused) for problem in problems])


def put_problem_rows(connection: sqlite3.Connection, problems: Iterable[Row]) -> None:
    """Write problems as `problem_row` returns them."""
    connection.executemany(_PROBLEMS, problems)


def problem_row(problem: Problem, *, refused: bool) -> Row:
    """Return the row of a problem."""
    p = problem
    subject = p.record or (None, None)
    consent = json.dumps(asdict(p.consent)) if p.consent else None
    return (
        p.path,
        p.line,
        p.where,
        p.message,
        p.hint,
        p.severity.value,
        *subject,
        consent,
        p.commit,
        p.by,
        refused,
    )


def to_json(record: Record) -> str:
    """Write a record, its id included, for `from_json`."""
    body = record.model_dump_json(by_alias=True, exclude_unset=True)
    identity = '{"id":' + json.dumps(record.id)
    return identity + ("}" if body == "{}" else "," + body[1:])


def from_json(kind: str, text: str) -> Record:
    """Read what `to_json` wrote."""
    return KINDS[kind].model_validate_json(text)


def _choose(connection: sqlite3.Connection, kind: str, record_id: str) -> None:
    connection.execute(_SHOW, {"kind": kind, "id": record_id})


def _is_worked_on(record: Record) -> bool:
    match record:
        case Task():
            return record.is_open
        case Run():
            return record.is_active
        case _:
            return not isinstance(record, Comment | Document)


_NO_TASK: Final = (None,) * 5
_NO_COMMENT: Final = (None,) * 2
_NO_RUN: Final = (None,) * 7
_NO_ANSWERS: Final = (*_NO_TASK, *_NO_COMMENT, *_NO_RUN)


def _answers(record: Record) -> Row:
    match record:
        case Task():
            task = (record.status.value, record.assignee, record.project, record.parent, record.reviewer)
            return (*task, *_NO_COMMENT, *_NO_RUN)
        case Comment():
            return (*_NO_TASK, record.task, record.stamp, *_NO_RUN)
        case Run():
            run = (record.status.value, record.agent, record.task, ticks(record.claimed_at), record.pending)
            outcome = record.outcome.value if record.outcome else None  # marshal takes plain values alone
            return (*_NO_TASK, *_NO_COMMENT, *run, outcome, _is_patient(record))
        case _:
            return _NO_ANSWERS


def _put_away(place: Place) -> Row:
    """Return what an archived run's name says of it: whose turn it is next rests on that."""
    claim = claim_of(place.id) if place.kind == Run.kind else None
    return (None, claim[0], None, ticks(claim[1]), None, None, None) if claim else _NO_RUN


_SIDE_TABLES: Final = {"task": ("blockers", "work"), "comment": ("mentions",), "run": ("answers", "charges")}


def _side_rows(record: Record) -> Iterator[tuple[str, Row]]:
    match record:
        case Task():
            for blocker in dict.fromkeys(record.blocked_by):
                yield "blockers", (blocker,)
            yield from _work_rows(record)
        case Comment():
            for member in record.mentions:
                yield "mentions", (member,)
        case Run():
            yield from _run_rows(record)
        case _:
            return


def _is_patient(run: Run) -> bool:
    """Whether its agent left the task and wants to go on, which it does not while a child is open."""
    return run.outcome is Outcome.SUCCEEDED and run.blocked is None and run.declared is not Declared.FINISH


def _work_rows(task: Task) -> Iterator[tuple[str, Row]]:
    """Yield whose turn it is: the assignee's of what may be worked on, the reviewer's of what is in review."""
    how = urgency(task)
    if task.status in _WORKED_ON and task.assignee is not None:
        blockers = blockers_of(task) if task.blocked_by else None
        yield "work", (task.assignee, False, *how, asked_of_assignee(task), blockers)
    elif task.reviewer is not None:
        yield "work", (task.reviewer, True, *how, asked_of_reviewer(task), None)


def _run_rows(run: Run) -> Iterator[tuple[str, Row]]:
    for cause in run.answers:
        yield "answers", (run.agent, cause.record, cause.reason.value, cause.digest)
    if run.charges:
        taken = (ticks(run.counted_at), run.is_active, *_millionths(run.charge))
        for budget in dict.fromkeys(run.charges):
            yield "charges", (budget, *taken)


def _millionths(charge: Amounts) -> Row:
    money = (charge.usd, charge.usd_imputed)
    whole = (charge.tokens * _MILLION, charge.runs * _MILLION)
    return (*(int(amount * _MILLION) for amount in money), *whole, int(charge.minutes * _MILLION))


def amounts(sums: tuple[int, ...] | None) -> dict[Metric, Decimal]:
    """Return what sums of charges say: for every metric whole units and millionths; none where nothing was charged."""
    numbers = sums or (0,) * (2 * len(Metric))
    return {metric: _amount(*numbers[2 * n : 2 * n + 2]) for n, metric in enumerate(Metric)}


def _amount(whole: int, millionths: int) -> Decimal:
    units, part = divmod(millionths, 1_000_000)
    return whole + units + (Decimal(part).scaleb(-6).normalize() if part else Decimal(0))
