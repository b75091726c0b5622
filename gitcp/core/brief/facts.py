"""What a brief is made of, read once from the snapshot."""

from dataclasses import dataclass
from itertools import islice

from gitcp.core.budgets import company_zone
from gitcp.core.lookup import existing
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Outcome, Run
from gitcp.model.snapshot import Snapshot, comments_ever, runs_ever
from gitcp.model.tasks import Comment, Task

_LOOKED_BACK = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """The run with all that its agent is told.

    `comments` are those of its task that the agent has not had in a run that went well, oldest first; `mentions` are those that woke it.
    """

    snapshot: Snapshot
    run: Run
    agent: Agent
    task: Task | None
    review: bool
    last: Run | None
    comments: tuple[Comment, ...]
    mentions: tuple[Comment, ...]

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
        mentions=_mentions(snapshot, run),
    )


def _earlier(snapshot: Snapshot, run: Run) -> list[Run]:
    if run.task is None:
        return []
    found = (earlier for earlier in runs_ever(snapshot, task=run.task) if earlier.agent == run.agent)
    return [earlier for earlier in islice(found, _LOOKED_BACK) if earlier.id != run.id]


def _unanswered(snapshot: Snapshot, run: Run, heard: Run | None) -> tuple[Comment, ...]:
    # What was written while the last run was at work was not in its brief: its claim is the line, not its end.
    since = f"{heard.claimed_at:%Y%m%dT%H%M%S}" if heard else ""
    comments = comments_ever(snapshot, run.task) if run.task else ()
    return tuple(c for c in comments if c.stamp >= since and c.author != run.agent)


def _mentions(snapshot: Snapshot, run: Run) -> tuple[Comment, ...]:
    names = [cause.record for cause in run.answers if cause.reason is WakeReason.MENTION]
    return tuple(comment for name in names if (comment := snapshot.get(Comment, name)) is not None)
