"""What files of JSON are made of: records in few words. Every path is relative to the site's root.

None of them is frozen: each is made, written and gone, and a frozen one takes seven times as long to make.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import PlainSerializer

from gitcp.dashboard.figures import instant
from gitcp.model.amounts import Metric
from gitcp.model.members import WakeReason
from gitcp.model.problem import Severity
from gitcp.model.runs import Outcome
from gitcp.model.tasks import Priority, TaskStatus

Instant = Annotated[datetime, PlainSerializer(instant, return_type=str, when_used="json")]
"""A time as records write it."""


@dataclass(slots=True)
class Where:
    """Where a record is: its page, its file in the control repository, and the forge's editor of that, if they are known."""

    page: str
    file: str | None
    edit: str | None


@dataclass(slots=True)
class Commit:
    """A commit of the control repository; `operation`, `actor`, `run` and `reason` are what it says of itself."""

    revision: str
    at: Instant
    author: str
    subject: str
    operation: str | None
    actor: str | None
    run: str | None
    reason: str | None


@dataclass(slots=True)
class Remark:
    """A comment; `body` is Markdown that somebody wrote: not to be trusted."""

    name: str
    at: Instant | None
    author: str
    run: str | None
    body: str


@dataclass(slots=True)
class Paper:
    """A document of a task; `text` is Markdown that somebody wrote: not to be trusted."""

    name: str
    text: str


@dataclass(slots=True)
class TaskLine:
    """A task in few words. `goal` is the task's own, which may be none although its project serves one. `reviewer`: whose review is next."""

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
    created: Instant
    closed: Instant | None
    due: Instant | None
    reviewer: str | None
    routine: str | None


@dataclass(slots=True)
class RunLine:
    """A run in few words. `outcome` is none while it is active; amounts are what it settled, nothing while it is active. Money is in dollars."""

    id: str
    agent: str
    task: str | None
    reasons: tuple[WakeReason, ...]
    runtime: str
    model: str | None
    active: bool
    outcome: Outcome | None
    claimed: Instant
    started: Instant | None
    ended: Instant | None
    usd: Decimal
    usd_imputed: Decimal
    tokens: int
    minutes: Decimal
    reserved_usd: Decimal


@dataclass(slots=True)
class MemberLine:
    """A member of the org chart in few words."""

    id: str
    kind: Literal["agent", "person"]
    name: str
    title: str | None
    reports_to: str | None
    page: str


@dataclass(slots=True)
class Cap:
    """What one limit of a budget allows, and how much of it is gone; left is limit - settled - reserved."""

    metric: Metric
    limit: Decimal
    settled: Decimal
    reserved: Decimal
    extra: Decimal
    dry_at: Instant | None


@dataclass(slots=True)
class BudgetUse:
    """A budget in its present period."""

    id: str
    since: Instant | None
    caps: tuple[Cap, ...]


@dataclass(slots=True)
class Item:
    """Something that a member may act on, and why."""

    task: str | None
    reason: str


@dataclass(slots=True)
class Wait:
    """A wake that does not happen yet, and why not; `until` is when it is looked at again."""

    agent: str | None
    task: str | None
    reason: str
    until: Instant | None


@dataclass(slots=True)
class Fault:
    """What is wrong with a file."""

    path: str
    line: int
    where: str
    message: str
    hint: str
    severity: Severity
