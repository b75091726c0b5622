"""The questions of a snapshot, asked of the cache."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gitcp.errors import GitcpError
from gitcp.model.amounts import Charged, Metric
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.members import Agent, Member, Person
from gitcp.model.problem import Problem
from gitcp.model.runs import Cause, Run, RunStatus
from gitcp.model.snapshot import Lead, R
from gitcp.model.tasks import Comment, Document, Task, TaskStatus
from gitcp.model.urgency import moment, ticks
from gitcp.store import readable
from gitcp.store.cache import DAMAGE, fact
from gitcp.store.collector import without_collector
from gitcp.store.complaints import complaints
from gitcp.store.leads import leads
from gitcp.store.memo import MOST, NOTHING, Ahead, Answers, Found, Key, Memo
from gitcp.store.readings import Unpack
from gitcp.store.rows import amounts, from_json

_FIELDS: Final = "SELECT r.path, r.oid, r.kind, r.id, r.json FROM records r"
_ONE: Final = f"{_FIELDS} WHERE r.kind = ? AND r.id = ? AND r.shown AND (r.live OR r.archived)"
_PATH: Final = "SELECT path FROM records WHERE kind = ? AND id = ? AND shown"
_LIVE: Final = "r.shown AND r.live"
_MEMBERS: Final = ("agent", "person", "member")
_NEWEST: Final = "r.claimed_at DESC, r.id DESC"
_ERRORS: Final = """
SELECT kind, id FROM problems WHERE severity = 'error' AND kind IS NOT NULL
UNION
SELECT kind, id FROM records WHERE shown = 0
"""
_MANY: Final = frozenset({Task, Comment, Document, Run})  # too many to be held for as long as a snapshot is
_NEWEST_CLAIM: Final = (
    "SELECT max(claimed_at) FROM records WHERE agent = :agent AND shown"
    " AND (run_task >= :first AND run_task < :end OR about >= :first AND about < :end)"
)
_EVER: Final = -(2**62)
# Whole units and their fractions apart: the sum of either fits into 64 bits.
_SUMS: Final = ", ".join(f"sum(c.{m} / 1000000), sum(c.{m} % 1000000)" for m in Metric)
_CHARGED: Final = (
    f"SELECT c.active, {_SUMS} FROM charges c WHERE c.budget = ? AND c.counted_at >= ?"  # noqa: S608 - columns of the table
    " AND c.number NOT IN (SELECT number FROM records WHERE shown = 0) GROUP BY c.active"
)

Condition = tuple[str, *tuple[Any, ...]]  # a piece of SQL and what stands for its question marks


class CacheSnapshot:
    """One state of the cache. Implements `gitcp.model.snapshot.Snapshot`. `unpack` reads what has no text there.

    `damaged` is told when the file turns out to be, and says what to raise. `ahead`: how many of the records that `among` yields are held.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        memo: Memo,
        unpack: Unpack,
        problems: Sequence[Problem] = (),
        damaged: Callable[[sqlite3.DatabaseError], GitcpError] | None = None,
        ahead: int = MOST,
    ) -> None:
        self._damaged = damaged
        self._connection = connection
        self._memo = memo
        self._unpack = unpack
        self._problems = problems
        self._revision = fact(connection, "revision") or ""
        self._known = Answers(memo.most)  # a plan asks again and again
        self._ahead = Ahead(ahead)
        self._everything: dict[type[Record], list[Any]] = {}
        self._inert: frozenset[tuple[str, str]] | None = None
        self._complaints: Sequence[Problem] | None = None

    @property
    def revision(self) -> str:
        """The commit, forty hexadecimal digits; empty for a branch without commits."""
        return self._revision

    def copy(self, there: sqlite3.Connection) -> Sequence[Problem]:
        """Write this state into another file; return the problems that are not in it."""
        self._connection.backup(there)
        return self._problems

    @property
    def company(self) -> Company | None:
        """The company, or none when `gitcp.yaml` is missing or broken."""
        return self.get(Company, "gitcp")

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or none; an archived one too."""
        key = kind.kind, record_id
        _, found = self._known.get(key) or self._known.keep(key, self._ahead.get(key) or self._found(*key))
        return found if isinstance(found, kind) else None

    def path(self, kind: type[Record], record_id: str) -> str | None:
        """Return where a record's file is, or none."""
        known, _ = self._known.get((kind.kind, record_id)) or NOTHING  # who asks has read it, as a rule
        return known or next((str(path) for (path,) in self._ask(_PATH, (kind.kind, record_id))), None)

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return every record of a kind."""
        known = self._everything.get(kind)
        if known is None:
            with without_collector():
                known = self._select(kind, [("r.kind = ?", kind.kind)], "r.id")
            if kind not in _MANY:
                self._everything[kind] = known
        return known

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        return self.get(Agent, member_id) or self.get(Person, member_id)

    def members(self) -> Sequence[Member]:
        """Return the org chart's members."""
        return sorted([*self.all(Agent), *self.all(Person)], key=lambda member: member.id)

    def tasks(
        self,
        *,
        statuses: Collection[TaskStatus] | None = None,
        assignee: str | None = None,
        project: str | None = None,
        parent: str | None = None,
        reviewer: str | None = None,
    ) -> Sequence[Task]:
        """Return the tasks that fit every given condition; `reviewer`: whose review is next."""
        conditions = _given(
            [("assignee", assignee), ("project", project), ("parent", parent), ("reviewer", reviewer)]
        )
        if statuses is not None:
            conditions.append((f"r.task_status IN ({', '.join('?' * len(statuses))})", *statuses))
        return self._select(Task, conditions or [("r.kind = 'task'",)], "r.id")

    def dependents(self, task_id: str) -> Sequence[Task]:
        """Return the tasks whose `blocked_by` names this one."""
        held = "r.number IN (SELECT number FROM blockers WHERE blocker = ?)"
        return self._select(Task, [(held, task_id)], "r.id")

    def comments(self, task_id: str) -> Sequence[Comment]:
        """Return a task's comments, oldest first."""
        return self._select(Comment, [("r.about = ?", task_id)], "r.id")

    def mentions(self, member_id: str) -> Sequence[Comment]:
        """Return the comments that name a member and that no run of that member answers, oldest first."""
        named = "r.number IN (SELECT number FROM mentions WHERE member = ?)"
        unanswered = (
            "NOT EXISTS (SELECT 1 FROM answers a JOIN records run USING (number)"
            " WHERE a.agent = ? AND a.record = r.id AND a.reason = 'mention' AND run.shown)"
        )
        return self._select(Comment, [(named, member_id), (unanswered, member_id)], "r.stamp, r.id")

    def runs(
        self,
        *,
        active: bool | None = None,
        pending: bool | None = None,
        agent: str | None = None,
        task: str | None = None,
        claimed_from: datetime | None = None,
        limit: int | None = None,
    ) -> Sequence[Run]:
        """Return runs that fit every given condition, newest claim first."""
        conditions = _given([("agent", agent), ("run_task", task)])
        if active:  # those are few: a plus keeps SQLite from going through all runs of an agent instead
            conditions = [(f"+{text}", *values) for text, *values in conditions]
        if active is not None:
            conditions.append(("r.run_status = ?" if active else "r.run_status <> ?", RunStatus.ACTIVE))
        if pending is not None:
            conditions.append(("r.pending = 1" if pending else "r.pending = 0",))  # as the index has it
        if claimed_from is not None:
            conditions.append(("r.claimed_at >= ?", ticks(claimed_from)))
        return self._select(
            Run,
            [(f"{'+' if active or pending else ''}r.claimed_at IS NOT NULL",), *conditions],
            _NEWEST,
            limit=limit,
        )

    def charged(self, budget_id: str, counted_from: datetime | None) -> Charged:
        """Add up the runs whose claim charged a budget; without reading a single one of them."""
        since = _EVER if counted_from is None else ticks(counted_from)
        sums = {bool(row[0]): row[1:] for row in self._ask(_CHARGED, (budget_id, since))}
        return Charged(amounts(sums.get(False)), amounts(sums.get(True)))

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of this agent answers."""
        rows = self._ask(
            "SELECT DISTINCT a.reason, a.record, a.digest FROM answers a JOIN records r USING (number)"
            " WHERE a.agent = ? AND a.record IN (SELECT value FROM json_each(?)) AND r.shown",
            (agent, json.dumps(sorted({cause.record for cause in causes}))),
        )
        known = set(rows)
        return frozenset(c for c in causes if (c.reason.value, c.record, c.digest) in known)

    def leads(self, slots: Mapping[str, str | None]) -> Sequence[Lead]:
        """Return a lead for each of these agents."""
        return leads(self._ask, slots)

    def claimed_last(self, agent: str, project: str) -> datetime | None:
        """Return when an agent's newest run on a task of a project was claimed."""
        (newest,) = next(
            self._ask(_NEWEST_CLAIM, {"agent": agent, "first": f"{project}-", "end": f"{project}."})
        )
        return None if newest is None else moment(newest)

    def is_archived(self, kind: type[Record], record_id: str) -> bool:
        """Whether a record is in the archive."""
        return bool(self._put_away(kind, [("r.id = ?", record_id)]))

    def archived(self, kind: type[R], *, task: str | None = None) -> Sequence[R]:
        """Return the archived records of a kind; with `task`, the comments, documents or runs of that one."""
        rows = self._put_away(kind, _given([("about", task)]))
        return [found for row in rows if isinstance(found := self._unpack(*row), kind)]

    def names(self, *kinds: type[Record]) -> Sequence[str]:
        """Return the ids of all records of some kinds, archived or not; of what belongs to a task the task's."""
        return readable.names(self._ask, kinds)

    def among(self, names: Collection[str], *kinds: type[Record]) -> Iterator[Record]:
        """Yield the records of some kinds that have these ids, or belong to the tasks of these, archived or not. They are held for who asks for them again."""
        read: dict[Key, Found] = {}
        for path, kind, record_id, oid, text in readable.among(self._ask, names, kinds):
            found = self._unpack(kind, record_id, oid) if text is None else from_json(kind, text)
            if found is not None:
                read[found.kind, found.id] = path, found
                yield found
        self._ahead.keep(read)

    def archived_around(self, task_id: str) -> Sequence[Task]:
        """Return the archived tasks that name a task as their parent or among their blockers."""
        unpacked = (self._unpack(*row, task_id) for row in self._put_away(Task, []))
        tasks = (task for task in unpacked if isinstance(task, Task))
        return [task for task in tasks if task_id in (task.parent, *task.blocked_by)]

    def _put_away(self, kind: type[Record], conditions: Sequence[Condition]) -> list[tuple[str, str, str]]:
        where = " AND ".join(["r.kind = ?", "r.archived", "r.shown", *(text for text, *_ in conditions)])
        values = [kind.kind, *(value for _, *given in conditions for value in given)]
        question = f"SELECT r.kind, r.id, r.oid FROM records r WHERE {where} ORDER BY r.id"  # noqa: S608 - conditions from here
        return list(self._ask(question, values))

    def problems(self) -> Sequence[Problem]:
        """Return what is wrong with files of this revision, sorted by path."""
        if self._complaints is None:
            self._complaints = complaints(self._ask, self._problems)
        return self._complaints

    def is_inert(self, kind: str, record_id: str) -> bool:
        """Whether an error stands against this record: broken, doubled, or changed in a way that was refused."""
        if self._inert is None:
            self._inert = frozenset(self._ask(_ERRORS))
        kinds = _MEMBERS if kind in _MEMBERS else (kind,)
        return any((kind, record_id) in self._inert for kind in kinds)

    def _ask(self, question: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[Any]:
        try:
            yield from self._connection.execute(question, values)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            if self._damaged is None or getattr(error, "sqlite_errorcode", 0) & 0xFF not in DAMAGE:
                raise
            raise self._damaged(error) from error

    def _found(self, kind: str, record_id: str) -> Found:
        row = next(self._ask(_ONE, (kind, record_id)), None)
        return NOTHING if row is None else (row[0], self._record(row))

    def _select(
        self, kind: type[R], conditions: Sequence[Condition], order: str, *, limit: int | None = None
    ) -> list[R]:
        where = " AND ".join([_LIVE, *(condition[0] for condition in conditions)])
        values = [value for condition in conditions for value in condition[1:]]
        ending = "" if limit is None else f" LIMIT {int(limit)}"
        rows = self._ask(f"{_FIELDS} WHERE {where} ORDER BY {order}{ending}", values)
        return [found for found in map(self._record, rows) if isinstance(found, kind)]

    def _record(self, row: tuple[str, str, str, str, str | None]) -> Record | None:
        path, oid, kind, record_id, text = row
        known = self._memo.get(path, oid)
        if known is None:
            known = self._unpack(kind, record_id, oid) if text is None else from_json(kind, text)
            if known is not None:
                self._memo.keep(path, oid, known)
        return known


def _given(named: Sequence[tuple[str, str | None]]) -> list[Condition]:
    return [(f"r.{column} = ?", value) for column, value in named if value is not None]
