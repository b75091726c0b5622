"""Runs: one attempt of one agent, why, under which limits, how it ended, what it cost; and asked-for wakes."""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

from gitcp.model.amounts import Amounts, Charged, RunLimits, Usage
from gitcp.model.base import Count, Flag, Instant, Line, Positive, Record, Text, Value, instant_in
from gitcp.model.ids import ApprovalId, MemberId, RepositoryName, RunId, Sha, TaskId
from gitcp.model.members import WakeReason
from gitcp.model.tasks import Blocked, TaskStatus


class Cause(Value):
    """What wakes: a reason, the record that it is about, and a digest of what the agent acts on."""

    reason: WakeReason
    record: Line
    digest: Line

    @property
    def slot(self) -> datetime | None:
        """The nominal time of the heartbeat that it is; none of another cause, or where it cannot be read."""
        return instant_in(self.digest) if self.reason is WakeReason.HEARTBEAT else None


class RunStatus(StrEnum):
    """Whether a run still holds its place, its money and its task."""

    ACTIVE = "active"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    SILENT = "silent"
    OVER_BUDGET = "over_budget"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class FailureClass(StrEnum):
    """Whose fault a failure is; only the agent's own uses up attempts."""

    PLATFORM = "platform"
    TRANSIENT = "transient"
    AGENT = "agent"


class Declared(StrEnum):
    """What the agent said of its task before it ended."""

    FINISH = "finish"
    BLOCK = "block"
    CONTINUE = "continue"
    NOTHING = "nothing"


class Settlement(StrEnum):
    """Where the settled amounts come from."""

    METERED = "metered"
    REPORTED = "reported"
    RESERVED = "reserved"


class Cancel(Value):
    """A wish that the run ends. `hold`: because what it works on was paused, so that the task is not blocked and goes on later."""

    by: MemberId
    at: Instant
    reason: Text | None = None
    hold: Flag = False


class Verification(Value):
    """What the task's checks said of the delivered commit."""

    passed: Flag
    command: tuple[str, ...] = ()
    exit_code: int | None = None
    tail: Text | None = None


class Late(Value):
    """What a runner reported after its run had been given up: evidence, which changes nothing."""

    at: Instant
    outcome: Outcome
    declared: Declared | None = None
    branch: Line | None = None
    commits: tuple[Sha, ...] = ()
    rescue: Line | None = None
    summary: Text | None = None
    reason: Text | None = None


class Followed(Value):
    """A document that was approved when a run was claimed: which revision of it, and by which approval."""

    document: Line
    revision: Line
    approval: ApprovalId


class Run(Record):
    """A run: `runs/<YYYY>/<MM>/<DD>/<id>.yaml`. Written by its claim, and once more by its end.

    `zone`: the company's at the claim, by which days and months are counted; none: UTC. `hops`: how many agents passed the word on before it reached this one. `found`: its task's status at the claim. `progress`: whether it left a commit, a comment or another
    change of the record; unknown where nobody saw its end. `session` is the runtime's own name of its conversation; `priced_by` the price library and its version where the
    runtime told tokens alone, or its reservation where no price is known; `follows` what had been approved of its task's documents; `compare_url` shows what it
    delivered, for a person who opens the pull request.
    """

    kind: ClassVar[str] = "run"
    plural: ClassVar[str] = "runs"

    agent: MemberId
    task: TaskId | None = None
    answers: tuple[Cause, ...] = ()
    prompt: Text | None = None
    follows: tuple[Followed, ...] = ()
    attempt: Positive = 1
    hops: Count = 0
    found: TaskStatus | None = None
    runtime: Line
    executor: Line = "local"
    repository: RepositoryName | None = None
    limits: RunLimits = RunLimits()
    reserved: Amounts = Amounts()
    charges: tuple[Line, ...] = ()
    claimed_at: Instant
    claimed_by: Line
    zone: Line | None = None
    deadline: Instant
    status: RunStatus = RunStatus.ACTIVE
    cancel: Cancel | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    outcome: Outcome | None = None
    failure: FailureClass | None = None
    declared: Declared | None = None
    reason: Text | None = None
    usage: Usage | None = None
    settled_by: Settlement | None = None
    model: Line | None = None
    priced_by: Line | None = None
    session: Line | None = None
    branch: Line | None = None
    compare_url: Line | None = None
    commits: tuple[Sha, ...] = ()
    rescue: Line | None = None
    isolation: Line | None = None
    verification: Verification | None = None
    undelivered: Text | None = None
    blocked: Blocked | None = None
    pending: Flag = False
    progress: Flag | None = None
    late: Late | None = None
    summary: Text | None = None

    @property
    def is_active(self) -> bool:
        """Whether it still holds its place, its money and its task."""
        return self.status is RunStatus.ACTIVE

    @property
    def slot(self) -> datetime | None:
        """The nominal time of the heartbeat that it answers, if it answers one."""
        return next((at for cause in self.answers if (at := cause.slot) is not None), None)

    @property
    def counted_at(self) -> datetime:
        """When it was claimed as the company's clock showed it then, told as if that were UTC: what says in which day or month it counts."""
        place = _place(self.zone) if self.zone else None
        return self.claimed_at.astimezone(place).replace(tzinfo=UTC) if place else self.claimed_at

    @property
    def charge(self) -> Amounts:
        """What it takes from the budgets that its claim charged: its reservation while it is live, then what it settled."""
        return self.reserved if self.is_active or self.usage is None else self.usage


@lru_cache(maxsize=256)
def _place(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no zone has this name, or none may have it
        return None


def charged_by(runs: Collection[Run]) -> Charged:
    """Add up what runs take from a budget that all of them charged."""
    return Charged.of(
        (run.charge for run in runs if not run.is_active), (run.charge for run in runs if run.is_active)
    )


class Wake(Record):
    """A wake that somebody asked for: `wakes/<agent>/<request>.yaml`; its id is `<agent>/<request>`.

    `run`: in which run an agent asked for it. `again`: the failed run whose causes it keeps.
    """

    kind: ClassVar[str] = "wake"
    plural: ClassVar[str] = "wakes"

    by: MemberId
    at: Instant
    prompt: Text | None = None
    task: TaskId | None = None
    run: RunId | None = None
    again: RunId | None = None

    @property
    def agent(self) -> str:
        """Who shall wake."""
        return self.id.partition("/")[0]
