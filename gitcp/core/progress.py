"""Whether a run got anywhere, and how long an agent that gets nowhere has to wait."""

from datetime import datetime
from typing import Final

from gitcp.core.consequences import Consequence, consequence
from gitcp.core.pauses import pause
from gitcp.model.runs import Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

_MOST: Final = 12
_UNSEEN: Final = frozenset({Outcome.ABANDONED, Outcome.CANCELLED})


def progressed(snapshot: Snapshot, run: Run, task: Task | None, *, wrote: bool) -> bool | None:
    """Whether an ended run left a commit, a comment, another change of the record (`wrote`), or its task in another status.

    None where nobody saw the end of it, or the platform did not let it work.
    """
    if run.commits or wrote or _said(snapshot, run):
        return True
    if run.outcome in _UNSEEN or consequence(run) is Consequence.RETRY:
        return None
    return run.outcome is Outcome.SUCCEEDED and task is not None and task.status != run.found


def idle_until(snapshot: Snapshot, agent: str, task: str) -> datetime | None:
    """Return until when an agent leaves a task alone because its last runs on it got nowhere."""
    last = snapshot.runs(agent=agent, task=task, limit=1)
    if not last or last[0].progress:  # nearly always, and the others need not be read
        return None
    runs = [run for run in snapshot.runs(agent=agent, task=task, limit=_MOST) if run.progress is not None]
    idle = next((number for number, run in enumerate(runs) if run.progress), len(runs))
    ended_at = runs[0].ended_at if idle else None
    return ended_at + pause(snapshot, idle, runs[0].id) if ended_at else None


def _said(snapshot: Snapshot, run: Run) -> bool:
    return run.task is not None and any(comment.run == run.id for comment in snapshot.comments(run.task))
