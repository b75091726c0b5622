"""Tasks and runs in few words: what lists, counts, sums and charts are made of."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from gitcp.model.members import WakeReason
from gitcp.model.runs import Outcome, Run, Settlement
from gitcp.model.tasks import Priority, Task, TaskStatus


class TaskRow(NamedTuple):
    """A task in a list. `project` is the key; `goal` is the task's own, which may be none although its project serves one.

    `reviewer`: whose review is next. `routine`: what made it, and `slot` for which nominal time.
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
    slot: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status not in {TaskStatus.DONE, TaskStatus.CANCELLED}


class RunRow(NamedTuple):
    """A run in a list. `outcome` is none while it is active, and of an ended one whose end says none. Amounts are what it settled, nothing while it is active; `is_guessed`: nobody knows its use, so that it is counted at what was reserved. `slot`: the nominal time of the heartbeat that it answers."""

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
    slot: datetime | None = None


def claimed(run: RunRow) -> tuple[datetime, str]:
    """Return what runs are ordered by: their claims."""
    return run.claimed_at, run.id


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
        slot=task.routine.slot if task.routine else None,
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
        slot=run.slot,
    )
