"""The rows of all tasks and runs as a site's index keeps them, and what a change of records does to them and to what pages asked."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from gitcp.dashboard import slices
from gitcp.dashboard.all_rows import Rows
from gitcp.dashboard.facts import digest
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.index.row_texts import RUNS, TASKS
from gitcp.dashboard.log import file_of
from gitcp.dashboard.notes import Answer
from gitcp.dashboard.portions import Portion
from gitcp.dashboard.rows import RunRow, TaskRow, run_row, task_row
from gitcp.dashboard.tracked import ANY, MEMBER
from gitcp.model.base import Record
from gitcp.model.guards import Approval
from gitcp.model.kinds import KINDS
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Comment, Document, Task

Key = tuple[str, str]
"""A kind of record and an id; the kind of an agent or a person is `member`."""

_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TROUBLED: Final = "troubled"
_MEMBERS: Final = frozenset({"agent", "person"})


@dataclass(slots=True)
class Known:
    """All rows; which members and approvals there are; what tells the records apart that a problem is told of: their files may not; and facts of the last build, which no index keeps."""

    rows: Rows
    others: set[Key]
    troubled: dict[Key, str]
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, rows: Rows | None = None) -> "Known":
        """Read them from the records; the rows only where there are none yet."""
        others = {(MEMBER, member.id) for member in snapshot.members()}
        others |= {(Approval.kind, approval.id) for approval in ever(snapshot, Approval)}
        return cls(rows or Rows.of(snapshot), others, troubled(snapshot))

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> "Known":
        """Read them from an index."""
        found: dict[str, list[tuple[str, str]]] = {}
        for kind, name, line in connection.execute("SELECT kind, id, line FROM known"):
            found.setdefault(kind, []).append((name, line))
        rows = Rows.sorted(
            TASKS.load_all(line for _, line in found.pop(Task.kind, ())),
            RUNS.load_all(line for _, line in found.pop(Run.kind, ())),
            (name for name, _ in found.pop(Document.kind, ())),
            (name for name, _ in found.pop(Comment.kind, ())),
        )
        marked = ((name.partition(" "), line) for name, line in found.pop(_TROUBLED, ()))
        others = {(kind, name) for kind, lines in found.items() for name, _ in lines}
        return cls(rows, others, {(kind, name): line for (kind, _, name), line in marked})


class KnownFilling:
    """What is known, while an index comes to hold it, and none of before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._whole = Portion()
        connection.execute("DELETE FROM known")

    def __len__(self) -> int:
        return len(self._whole)

    def add(self, portion: Portion) -> None:
        """Hold more tasks, runs, documents and comments."""
        self._whole.add(portion)
        self._put(
            (Task.kind, row.id, line) for row, line in zip(portion.tasks, portion.task_lines, strict=True)
        )
        self._put((Run.kind, row.id, line) for row, line in zip(portion.runs, portion.run_lines, strict=True))
        self._put((Document.kind, name, "") for name in portion.documents)
        self._put((Comment.kind, name, "") for name in portion.comments)

    def end(self, snapshot: Snapshot) -> Known:
        """Hold what is known beside them, and return all of it."""
        known = Known.of(snapshot, self._whole.rows())
        self._put((kind, name, "") for kind, name in known.others)
        self._put((_TROUBLED, f"{kind} {name}", line) for (kind, name), line in known.troubled.items())
        return known

    def _put(self, lines: Iterable[tuple[str, str, str]]) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?)", lines)


@dataclass(slots=True)
class Change:
    """What became of some records: the rows that change, none for those that go, the tasks whose words may, what kinds these records are of and what facts read of their rows that is another now, and what pages asked that this touches."""

    tasks: dict[str, TaskRow | None] = field(default_factory=dict)
    runs: dict[str, RunRow | None] = field(default_factory=dict)
    documents: dict[str, bool] = field(default_factory=dict)
    comments: dict[str, bool] = field(default_factory=dict)
    others: dict[Key, bool] = field(default_factory=dict)
    troubled: dict[Key, str] = field(default_factory=dict)
    worded: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, known: Known, snapshot: Snapshot, keys: Iterable[Key]) -> "Change":
        """Compare what is known of some records with what a later, or earlier, snapshot says of them."""
        now = troubled(snapshot)
        clock = Clock.of(_ANY_TIME, snapshot.company.timezone if snapshot.company else "UTC")
        change = cls(troubled=now)
        other = {key for key, _ in known.troubled.items() ^ now.items()}
        for kind, name in other.union(keys):
            change.notes |= {f"{kind} {name}", f"{ANY} {kind}"}
            change.kinds.add(kind)
            if (see := _SEEN.get(kind)) is not None:
                see(_Seen(change, known, snapshot, clock, name))
        return change

    def apply(self, known: Known, connection: sqlite3.Connection) -> None:
        """Let rows in memory and in an index be as they are now."""
        known.rows, touched = known.rows.edited(self.tasks, self.runs, self.documents, self.comments)
        self.kinds |= touched
        for key, is_there in self.others.items():
            (known.others.add if is_there else known.others.discard)(key)
        lines = dict(self._lines(known))
        known.troubled = self.troubled
        connection.executemany("DELETE FROM known WHERE kind = ? AND id = ?", lines)
        put = ((*key, line) for key, line in lines.items() if line is not None)
        connection.executemany("INSERT INTO known VALUES (?, ?, ?)", put)

    def _lines(self, known: Known) -> Iterator[tuple[Key, str | None]]:
        yield from (((Task.kind, n), row and TASKS.dump(row)) for n, row in self.tasks.items())
        yield from (((Run.kind, n), row and RUNS.dump(row)) for n, row in self.runs.items())
        yield from (((Document.kind, n), "" if is_there else None) for n, is_there in self.documents.items())
        yield from (((Comment.kind, n), "" if is_there else None) for n, is_there in self.comments.items())
        yield from ((key, "" if is_there else None) for key, is_there in self.others.items())
        for kind, name in {key for key, _ in known.troubled.items() ^ self.troubled.items()}:
            yield (_TROUBLED, f"{kind} {name}"), self.troubled.get((kind, name))


@dataclass(frozen=True, slots=True)
class _Seen:
    """One record, as it was known and as it is."""

    change: Change
    known: Known
    snapshot: Snapshot
    clock: Clock
    name: str

    def task(self) -> None:
        """Touch what a task changes."""
        task = self.snapshot.get(Task, self.name)
        old, new = self.known.rows.tasks.get(self.name), task_row(task) if task else None
        self.change.tasks[self.name] = new
        sides = [row for row in (old, new) if row is not None]
        self._touch("children", (row.parent for row in sides))
        self._touch("dependents", (blocker for row in sides for blocker in row.blocked_by))
        self._touch("tasks-of", (row.assignee for row in sides))
        self._touch("reviews-of", (row.reviewer for row in sides))
        self._touch("project-tasks", (row.project for row in sides))
        self._touch(slices.ROWS, (slices.shard_of(row) for row in sides))
        self._touch(slices.CLOSED, (slices.month_of(row, self.clock) for row in sides if not row.is_open))
        self.change.worded.add(self.name)
        if (old and old.title) != (new and new.title):
            self._touch("title", (self.name,))
        self._touch_there(was=old is not None, is_there=new is not None)

    def run(self) -> None:
        """Touch what a run changes; which task its file is about is known by its record."""
        run = self.snapshot.get(Run, self.name)
        old, new = self.known.rows.runs.get(self.name), run_row(run) if run else None
        self.change.runs[self.name] = new
        sides = [row for row in (old, new) if row is not None]
        self._touch("runs-by", (row.agent for row in sides))
        self._touch("runs-on", (row.task for row in sides))
        if (old and old.task) != (new and new.task):
            self._touch("log", (row.task for row in sides))
        self._touch_there(was=old is not None, is_there=new is not None)

    def comment(self) -> None:
        """Touch what a comment changes."""
        self.change.comments[self.name] = self.snapshot.get(Comment, self.name) is not None
        self._of_task("comments")

    def document(self) -> None:
        """Touch what a document changes."""
        self.change.documents[self.name] = self.snapshot.get(Document, self.name) is not None
        self._of_task("documents")

    def member(self) -> None:
        """Touch what a member changes; names are told apart by their value."""
        self._other(MEMBER, is_there=self.snapshot.member(self.name) is not None)

    def approval(self) -> None:
        """Touch what a request changes."""
        self._other(Approval.kind, is_there=self.snapshot.get(Approval, self.name) is not None)

    def _of_task(self, word: str) -> None:
        task = self.name.partition("/")[0]
        self._touch(word, (task,))
        self.change.worded.add(task)

    def _other(self, kind: str, *, is_there: bool) -> None:
        self.change.others[kind, self.name] = is_there
        self._touch_there(was=(kind, self.name) in self.known.others, is_there=is_there)

    def _touch_there(self, *, was: bool, is_there: bool) -> None:
        if was != is_there:
            self._touch("there", (self.name,))

    def _touch(self, word: str, arguments: Iterable[str | None]) -> None:
        self.change.notes |= _noted(word, arguments)


_SEEN: Final[Mapping[str, Callable[[_Seen], None]]] = {
    Task.kind: _Seen.task,
    Run.kind: _Seen.run,
    Comment.kind: _Seen.comment,
    Document.kind: _Seen.document,
    MEMBER: _Seen.member,
    Approval.kind: _Seen.approval,
}
"""What a change of a record touches beside the record itself and all of its kind."""


def troubled(snapshot: Snapshot) -> dict[Key, str]:
    """Return the records that may be other than their files say, since a problem is told of them, and what tells each apart."""
    keys = {record_key(*problem.record) for problem in snapshot.problems() if problem.record is not None}
    return {key: digest(_record(snapshot, *key)) for key in keys}


def _record(snapshot: Snapshot, kind: str, name: str) -> Record | None:
    if kind == MEMBER:
        return snapshot.member(name)
    return snapshot.get(KINDS[kind], name) if kind in KINDS else None


def record_key(kind: str, name: str) -> Key:
    """Return the key of a record: agents and persons share their ids."""
    return (MEMBER if kind in _MEMBERS else kind, name)


def _noted(word: str, arguments: Iterable[str | None]) -> set[str]:
    return {f"{word} {argument}" for argument in arguments if argument is not None}


def log_notes(names: Collection[str], rows: Rows) -> set[str]:
    """Return the questions whose answers new commits change that have these names."""
    tasks = (rows.runs[name].task for name in names if name in rows.runs and file_of(name) in names)
    return {*_noted("log", names), *_noted("log", tasks)}
