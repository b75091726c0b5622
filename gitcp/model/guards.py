"""What binds: budgets, policies, approvals."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gitcp.model.amounts import Amounts, BudgetLimits
from gitcp.model.base import Amount, Count, Flag, Fraction, Instant, Line, Positive, Record, Text, Value
from gitcp.model.ids import ApprovalId, GoalId, MemberId, ProjectKey, RunId, Sha, TaskId


class Scope(StrEnum):
    """What a budget covers."""

    COMPANY = "company"
    SUBTREE = "subtree"
    AGENT = "agent"
    PROJECT = "project"
    GOAL = "goal"
    TASK = "task"


class Period(StrEnum):
    """The time over which a budget is counted, in the company's time zone."""

    RUN = "run"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


class OnExceed(StrEnum):
    """What happens to a run that does not fit."""

    STOP = "stop"
    ASK = "ask"


class TopUp(Value):
    """What is added to a budget's limits for the period that a time lies in, and by which approval."""

    at: Instant
    limits: BudgetLimits
    approval: ApprovalId | None = None


class Budget(Record):
    """A cap: `budgets/company.yaml` or `budgets/<scope>/<target>.yaml`; its id is that path without ending."""

    kind: ClassVar[str] = "budget"
    plural: ClassVar[str] = "budgets"

    period: Period
    limits: BudgetLimits
    warn_at: tuple[Fraction, ...] = (0.8,)
    on_exceed: OnExceed = OnExceed.STOP
    backfill: Flag = False
    extra: tuple[TopUp, ...] = ()

    @property
    def scope(self) -> Scope:
        """What kind of thing it covers."""
        return Scope(self.id.partition("/")[0])

    @property
    def target(self) -> str | None:
        """The thing that it covers; none for the company."""
        return self.id.partition("/")[2] or None


class Verdict(StrEnum):
    """What a gate says of an operation."""

    ALLOW = "allow"
    DENY = "deny"
    APPROVAL = "approval"


class Gate(Value):
    """A rule: what matches every given field gets the verdict; of several the strictest counts.

    `operations` and `paths` are names or patterns (`budget.*`). `who`: whom it holds, members, roles, `agents`, `persons`, `strangers` or `below:` a
    member; none: everybody. `unless`: whom it does not hold. `approvers` are roles or persons, none: any person but who asks.
    """

    operations: Annotated[tuple[Line, ...], Field(min_length=1)]
    who: tuple[Line, ...] = ()
    unless: tuple[Line, ...] = ()
    labels: tuple[Line, ...] = ()
    projects: tuple[Line, ...] = ()
    priorities: tuple[Line, ...] = ()
    paths: tuple[Line, ...] = ()
    above_usd: Amount | None = None
    verdict: Verdict
    approvers: tuple[Line, ...] = ()
    quorum: Positive = 1
    expires_days: Positive | None = None
    reason: Line | None = None


class Access(Value):
    """What some persons may do. As soon as one policy has such a rule, persons may do only what one of them grants.

    `who`: roles or persons, `below:` a member, `*` for every person of the org chart, `strangers` for whoever is none; `operations` and `paths` are
    names or patterns.
    """

    who: Annotated[tuple[Line, ...], Field(min_length=1)]
    operations: Annotated[tuple[Line, ...], Field(min_length=1)]
    projects: tuple[Line, ...] = ()
    paths: tuple[Line, ...] = ()


class Policy(Record):
    """Rules: `policies/<id>.yaml`."""

    kind: ClassVar[str] = "policy"
    plural: ClassVar[str] = "policies"

    title: Line
    gates: tuple[Gate, ...] = ()
    access: tuple[Access, ...] = ()
    description: Text | None = None


class ApprovalStatus(StrEnum):
    """Where a request is."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    APPLIED = "applied"
    VOID = "void"


class Decision(Value):
    """One person's answer. `option`: which of the options; `content`: the hash of what it was decided about."""

    by: MemberId
    at: Instant
    verdict: Literal["approve", "reject"]
    option: Line | None = None
    comment: Text | None = None
    content: Line | None = None


class Withdrawal(Value):
    """Who took a request back, when, and why."""

    by: MemberId
    at: Instant
    reason: Text | None = None


class ProposedFile(Value):
    """A file as it is to become, byte for byte. `base`: the blob that it replaces, none: there is no file yet; `text`: none removes it."""

    path: Line
    base: Sha | None = None
    text: Text | None = None


class Approval(Record):
    """A request and its decisions: `approvals/AP-<n>.yaml`.

    `approvers`: persons or roles, none: any person. `for_operation`: what waits for it; none for a question in words. `change`: the files that it
    would change, applied as they stand here. `content`: the digest of what else it is about: a task, a delivery, the revision of `document`. `budget`:
    which one asks.
    """

    kind: ClassVar[str] = "approval"
    plural: ClassVar[str] = "approvals"

    title: Line
    for_operation: Line | None = None
    requested_by: MemberId
    requested_at: Instant
    task: TaskId | None = None
    run: RunId | None = None
    content: Line | None = None
    change: Annotated[tuple[ProposedFile, ...], Field(max_length=200)] = ()
    budget: Line | None = None
    document: Line | None = None
    options: tuple[Line, ...] = ()
    approvers: tuple[Line, ...] = ()
    quorum: Positive = 1
    expires: Instant | None = None
    status: ApprovalStatus = ApprovalStatus.PENDING
    decisions: tuple[Decision, ...] = ()
    withdrawn: Withdrawal | None = None
    description: Text | None = None


class LedgerEntry(Value):
    """Sums of the archived runs that one agent made for one project and goal, and that charged the same budgets.

    `goal` is what their tasks name themselves; where they name none, the project's counts.
    """

    project: ProjectKey | None = None
    goal: GoalId | None = None
    agent: MemberId
    budgets: tuple[Line, ...] = ()
    runs: Count
    amounts: Amounts


class Ledger(Record):
    """Sums of archived runs by the month of their claim, in UTC: `ledger/<YYYY-MM>.yaml`."""

    kind: ClassVar[str] = "ledger"
    plural: ClassVar[str] = "ledger"

    entries: tuple[LedgerEntry, ...] = ()
