"""What a brief is made of, read once from the snapshot."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from gitcp.core.approvals import awaited
from gitcp.core.budgets import company_zone
from gitcp.core.lookup import existing
from gitcp.model.guards import Approval
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Outcome, Run
from gitcp.model.snapshot import R, Snapshot, comments_ever, runs_ever
from gitcp.model.tasks import Comment, Task

_LOOKED_BACK = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """The run with all that its agent is told.

    `comments` are those of its task that the agent has not had in a run that went well, oldest first; `mentions` are those that woke it, `approvals` the decisions that did;
    `undecided` is what it asked for on its task and waits for. What was written after the claim is for the next run.
    """

    snapshot: Snapshot
    run: Run
    agent: Agent
    task: Task | None
    review: bool
    last: Run | None
    comments: tuple[Comment, ...]
    mentions: tuple[Comment, ...]
    approvals: tuple[Approval, ...]
    undecided: tuple[Approval, ...]
    checkout: tuple[str, ...] = ()

    @property
    def today(self) -> str:
        """The day of the claim in the company's time zone."""
        return self.run.claimed_at.astimezone(company_zone(self.snapshot.company)).date().isoformat()


def gather(snapshot: Snapshot, run: Run) -> Facts:
    """Read what the brief of a run holds."""
    task = snapshot.get(Task, run.task) if run.task else None
    earlier = [r for r in _earlier(snapshot, run) if not r.is_active and r.claimed_at <= run.claimed_at]
    heard = next((r for r in earlier if r.outcome is Outcome.SUCCEEDED), None)
    return Facts(
        snapshot=snapshot,
        run=run,
        agent=existing(snapshot, Agent, run.agent),
        task=task,
        review=task is not None and task.reviewer == run.agent,
        last=earlier[0] if earlier else None,
        comments=_unanswered(snapshot, run, heard),
        mentions=_woken_by(snapshot, run, WakeReason.MENTION, Comment),
        approvals=_woken_by(snapshot, run, WakeReason.APPROVAL, Approval),
        undecided=tuple(awaited(snapshot, run.agent, run.task)) if run.task else (),
    )


def _earlier(snapshot: Snapshot, run: Run) -> list[Run]:
    if run.task is None:
        return []
    found = (earlier for earlier in runs_ever(snapshot, task=run.task) if earlier.agent == run.agent)
    return [earlier for earlier in islice(found, _LOOKED_BACK) if earlier.id != run.id]


def _unanswered(snapshot: Snapshot, run: Run, heard: Run | None) -> tuple[Comment, ...]:
    # What was written while the last run was at work was not in its brief: its claim is the line, not its end.
    since = _stamp(heard.claimed_at) if heard else ""
    # A claim tells its second only, so what was said in that second is told to both rather than to none.
    until = _stamp(run.claimed_at + timedelta(seconds=1))
    comments = comments_ever(snapshot, run.task) if run.task else ()
    woke = {cause.record for cause in run.answers if cause.reason is WakeReason.MENTION}
    return tuple(
        c
        for c in comments
        if c.stamp >= since and c.author != run.agent and (c.stamp < until or c.id in woke)
    )


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S}"


def _woken_by(snapshot: Snapshot, run: Run, reason: WakeReason, kind: type[R]) -> tuple[R, ...]:
    names = dict.fromkeys(cause.record for cause in run.answers if cause.reason is reason)
    return tuple(record for name in names if (record := snapshot.get(kind, name)) is not None)
