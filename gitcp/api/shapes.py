"""The shapes of answers, for the description alone: nothing is made from them, and a test holds the answers to them.

Rule: a shape with a `record` has every field of that record, and in front of them what the view adds or tells otherwise.
"""

from typing import Any, ClassVar

from pydantic import BaseModel

from gitcp.api.declarations import Declaration
from gitcp.model.amounts import RunLimits
from gitcp.model.base import Instant, Record
from gitcp.model.guards import ApprovalStatus
from gitcp.model.members import Agent, WakeReason
from gitcp.model.planning import GoalLevel
from gitcp.model.runs import Declared as End
from gitcp.model.runs import Outcome, Run, RunStatus
from gitcp.model.tasks import Priority, Task, TaskStatus


class Shape(BaseModel):
    """An answer, or a part of one."""

    record: ClassVar[type[Record] | None] = None


class TaskRow(Shape):
    """A task in a list. `held` says what is paused above it."""

    id: str
    title: str
    status: TaskStatus
    priority: Priority
    assignee: str | None
    reviewer: str | None
    project: str
    goal: str | None
    parent: str | None
    labels: tuple[str, ...]
    due: Instant | None
    created: Instant
    closed: Instant | None
    ready: bool
    open_blockers: tuple[str, ...]
    held: str | None


class RunRow(Shape):
    """A run in a list; a live one shows what it reserved, an ended one what it used."""

    id: str
    agent: str
    task: str | None
    status: RunStatus
    outcome: Outcome | None
    declared: End | None
    reasons: tuple[WakeReason, ...]
    attempt: int
    claimed_at: Instant
    ended_at: Instant | None
    minutes: float | None
    usd: float | None
    tokens: int | None
    commits: tuple[str, ...]
    reason: str | None


class WrittenComment(Shape):
    """A comment with when and by whom it was written."""

    id: str
    task: str
    author: str
    at: Instant | None
    body: str
    mentions: tuple[str, ...]
    run: str | None


class Blocker(Shape):
    """What a task waits for."""

    id: str
    title: str | None
    status: TaskStatus | None


class GoalAbove(Shape):
    """A goal that a task serves."""

    id: str
    title: str
    level: GoalLevel


class ApprovalRow(Shape):
    """An approval in a list. `missing` is how many more have to approve, `waits_for` who may decide and has not."""

    id: str
    title: str
    status: ApprovalStatus
    requested_by: str
    requested_at: Instant
    task: str | None
    approvers: tuple[str, ...]
    waits_for: tuple[str, ...]
    expires: Instant | None
    missing: int


class ApprovalToDecide(Shape):
    """An approval that waits for a member, and why."""

    reason: str
    approval: ApprovalRow


class WholeTask(Shape):
    """A task with all that stands around it; its runs newest first, its comments oldest first."""

    record = Task

    id: str
    reviewer: str | None
    project: str
    goal: str | None
    ready: bool
    open_blockers: tuple[str, ...]
    held: str | None
    archived: bool
    passed: tuple[str, ...]
    project_name: str | None
    blockers: tuple[Blocker, ...]
    dependents: tuple[str, ...]
    children: tuple[TaskRow, ...]
    goals: tuple[GoalAbove, ...]
    comments: tuple[WrittenComment, ...]
    documents: tuple[str, ...]
    runs: tuple[RunRow, ...]
    approvals: tuple[ApprovalRow, ...]
    compare_url: str | None


class WholeRun(Shape):
    """A run with every field of its record, the slot that it was for, and how late after it it was claimed."""

    record = Run

    id: str
    archived: bool
    reasons: tuple[WakeReason, ...]
    minutes: float | None
    slot: Instant | None
    late_minutes: float | None
    task_title: str | None
    transcript: str | None


class WholeAgent(Shape):
    """An agent with its place in the org chart, its open tasks and its last runs; of its runtime's environment the names alone."""

    record = Agent

    id: str
    chain_of_command: tuple[str, ...]
    reports: tuple[str, ...]
    subtree: tuple[str, ...]
    tasks: tuple[TaskRow, ...]
    runtime: dict[str, Any]
    run_limits: RunLimits
    next_heartbeat: Instant | None
    active_runs: tuple[str, ...]
    runs: tuple[RunRow, ...]


class WholeDocument(Shape):
    """A document with its text. `revision`: the digest of the text; `approval`: the last that was approved of it, `approved`: it still says that."""

    id: str
    task: str
    document: str
    revision: str
    approval: str | None
    approved: bool
    text: str


class Tasks(Shape):
    """Tasks that fit; `left_off` is how many more there are."""

    tasks: tuple[TaskRow, ...]
    left_off: int


class InboxItem(Shape):
    """A task that a member may act on, and why; `waits` says what must happen before."""

    reason: str
    waits: str | None
    task: TaskRow


class Inbox(Shape):
    """A member's inbox in its order."""

    member: str
    approvals: tuple[ApprovalToDecide, ...]
    items: tuple[InboxItem, ...]


class AgentAtWork(Shape):
    """Who the agent is, its run, and what it has declared."""

    agent: WholeAgent
    run: WholeRun
    declared: Declaration


class Written(Shape):
    """A record that an operation wrote."""

    kind: str
    id: str


class Receipt(Shape):
    """What an operation did. `repeated`: it had been done before, by the same request; `revision` is the commit."""

    operation: str
    revision: str
    repeated: bool
    subject: str
    task: str | None
    records: tuple[Written, ...]
    notes: tuple[str, ...]


class Declaring(Shape):
    """The last word on how the run ends."""

    declared: End
    summary: str | None
    reason: str | None
    waits_for: str | None
    next: str


class DeclaringInstead(Declaring):
    """An operation on the run's own task, which was taken as the word on how the run ends."""

    hint: str


class CostsSoFar(Shape):
    """What was reported up to now, in sum."""

    usd: float
    tokens: int
