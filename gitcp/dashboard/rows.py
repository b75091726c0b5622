"""Tasks and runs in few words, all of them: what lists, counts, sums and charts are made of.

A company of a hundred thousand tasks has them at hand where it could not hold its records.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, Self, TypeVar

from gitcp.model.members import WakeReason
from gitcp.model.runs import Outcome, Run, Settlement
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Comment, Document, Priority, Task, TaskStatus

T = TypeVar("T")


class TaskRow(NamedTuple):
    """A task in a list. `project` is the key; `goal` is the task's own, which may be none although its project serves one.

    `reviewer`: whose review is next. `routine`: what made it.
    """

    id: str
    title: str
    status: TaskStatus
    priority: Priority
    project: str
    assignee: str | None
    goal: str | None
    parent: str | None
    blocked_by: tuple[str, ...]
    labels: tuple[str, ...]
    created: datetime
    closed: datetime | None
    due: datetime | None
    reviewer: str | None = None
    routine: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status not in {TaskStatus.DONE, TaskStatus.CANCELLED}


class RunRow(NamedTuple):
    """A run in a list. `outcome` is none while it is active, and of an ended one whose end says none. Amounts are what it settled, nothing while it is active; `is_guessed`: nobody knows its use, so that it is counted at what was reserved."""

    id: str
    agent: str
    task: str | None
    reasons: tuple[WakeReason, ...]
    runtime: str
    model: str | None
    is_active: bool
    is_stopping: bool
    outcome: Outcome | None
    claimed_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    zone: str | None
    charges: tuple[str, ...]
    usd: Decimal
    usd_imputed: Decimal
    tokens: int
    minutes: Decimal
    reserved_usd: Decimal
    repository: str | None = None
    is_guessed: bool = False


def task_row(task: Task) -> TaskRow:
    """Say a task in few words."""
    return TaskRow(
        id=task.id,
        title=task.title,
        status=task.status,
        priority=task.priority,
        project=task.project,
        assignee=task.assignee,
        goal=task.goal,
        parent=task.parent,
        blocked_by=task.blocked_by,
        labels=task.labels,
        created=task.created,
        closed=task.closed,
        due=task.due,
        reviewer=task.reviewer,
        routine=task.routine.routine if task.routine else None,
    )


def run_row(run: Run) -> RunRow:
    """Say a run in few words."""
    used = run.charge
    held = run.is_active
    return RunRow(
        id=run.id,
        agent=run.agent,
        task=run.task,
        reasons=tuple(dict.fromkeys(cause.reason for cause in run.answers)),
        runtime=run.runtime,
        model=run.model,
        is_active=held,
        is_stopping=held and run.cancel is not None,
        outcome=run.outcome,
        claimed_at=run.claimed_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        zone=run.zone,
        charges=run.charges,
        usd=Decimal(0) if held else used.usd,
        usd_imputed=Decimal(0) if held else used.usd_imputed,
        tokens=0 if held else used.tokens,
        minutes=Decimal(0) if held else used.minutes,
        reserved_usd=run.reserved.usd if held else Decimal(0),
        repository=run.repository,
        is_guessed=not held and (run.usage is None or run.settled_by is Settlement.RESERVED),
    )


@dataclass(frozen=True)
class Rows:
    """All tasks by id, all runs with the newest claim first, and the ids of all documents and comments; archived ones too."""

    tasks: Mapping[str, TaskRow]
    runs: Mapping[str, RunRow]
    documents: Sequence[str]
    comments: Collection[str] = ()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """Read the records of a snapshot, every one of them."""
        return cls.sorted(
            (task_row(task) for task in ever(snapshot, Task)),
            (run_row(run) for run in ever(snapshot, Run)),
            (document.id for document in ever(snapshot, Document)),
            (comment.id for comment in ever(snapshot, Comment)),
        )

    @classmethod
    def sorted(
        cls,
        tasks: Iterable[TaskRow],
        runs: Iterable[RunRow],
        documents: Iterable[str],
        comments: Iterable[str] = (),
    ) -> Self:
        """Put rows in order."""
        newest = sorted(runs, key=lambda row: (row.claimed_at, row.id), reverse=True)
        return cls(
            {row.id: row for row in sorted(tasks, key=lambda row: row.id)},
            {row.id: row for row in newest},
            sorted(documents),
            frozenset(comments),
        )

    def edited(
        self,
        tasks: Mapping[str, TaskRow | None],
        runs: Mapping[str, RunRow | None],
        documents: Mapping[str, bool],
        comments: Mapping[str, bool],
    ) -> "Rows":
        """Return the rows with some put in place of what was there, or taken away: none; of documents and comments whether they are there."""
        if not (tasks or runs or documents or comments):
            return self
        return Rows.sorted(
            _with(self.tasks, tasks),
            _with(self.runs, runs),
            _kept(self.documents, documents),
            _kept(self.comments, comments),
        )

    @cached_property
    def talks(self) -> Mapping[str, int]:
        """How many comments each task has."""
        return Counter(name.partition("/")[0] for name in self.comments)

    @cached_property
    def by_assignee(self) -> Mapping[str, Sequence[TaskRow]]:
        """Tasks by who does them."""
        return _grouped((row.assignee, row) for row in self.tasks.values())

    @cached_property
    def by_parent(self) -> Mapping[str, Sequence[TaskRow]]:
        """Tasks by what they are part of."""
        return _grouped((row.parent, row) for row in self.tasks.values())

    @cached_property
    def by_blocker(self) -> Mapping[str, Sequence[TaskRow]]:
        """Tasks by what blocks them."""
        return _grouped((blocker, row) for row in self.tasks.values() for blocker in row.blocked_by)

    @cached_property
    def by_task(self) -> Mapping[str, Sequence[RunRow]]:
        """Runs by task, newest first."""
        return _grouped((row.task, row) for row in self.runs.values())

    @cached_property
    def by_agent(self) -> Mapping[str, Sequence[RunRow]]:
        """Runs by agent, newest first."""
        return _grouped((row.agent, row) for row in self.runs.values())

    @cached_property
    def documents_of(self) -> Mapping[str, Sequence[str]]:
        """Documents by task."""
        return _grouped((name.partition("/")[0], name) for name in self.documents)


def _kept(names: Collection[str], changed: Mapping[str, bool]) -> set[str]:
    there = {name for name, is_there in changed.items() if is_there}
    return {*(name for name in names if name not in changed), *there}


def _with(rows: Mapping[str, T], changes: Mapping[str, T | None]) -> list[T]:
    kept = {**rows, **changes} if changes else rows
    return [row for row in kept.values() if row is not None]


def _grouped(pairs: Iterable[tuple[str | None, T]]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for group, thing in pairs:
        if group is not None:
            groups[group].append(thing)
    return dict(groups)
