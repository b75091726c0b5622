"""After a run that failed: how often in a row, and how long to wait."""

from datetime import datetime, timedelta
from typing import Final

from gitcp.core.causes.candidate import Candidate, digest
from gitcp.model.members import WakeReason
from gitcp.model.runs import Cause, Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

LONGEST_RETRY: Final = timedelta(hours=6)
RETRIED: Final = frozenset(
    {Outcome.FAILED, Outcome.TIMED_OUT, Outcome.SILENT, Outcome.ABANDONED, Outcome.OVER_BUDGET}
)


def last_run(snapshot: Snapshot, agent: str, task: str) -> Run | None:
    """Return the latest run of an agent on a task if it has ended."""
    runs = snapshot.runs(agent=agent, task=task, limit=1)
    return runs[0] if runs and not runs[0].is_active else None


def failures_in_a_row(snapshot: Snapshot, run: Run) -> int:
    """Count the runs of this agent and task, from `run` backwards, that ended without success; a block that was lifted begins anew."""
    count = 0
    for earlier in snapshot.runs(agent=run.agent, task=run.task, limit=12):
        if earlier.outcome not in RETRIED or earlier.blocked is not None:
            break
        count += 1
    return count


def retry(snapshot: Snapshot, last: Run, ended_at: datetime, task: Task) -> Candidate:
    """Return the wake that tries a failed run again, once it has waited."""
    again = Cause(reason=WakeReason.RETRY, record=task.id, digest=last.id)
    return Candidate(again, task.id, ended_at + retry_after(snapshot, last))


def retry_after(snapshot: Snapshot, last: Run) -> timedelta:
    """Return how long to wait after a failed run: doubling, with up to a quarter of jitter that is fixed by the run's name."""
    base = snapshot.company.scheduler.retry_minutes if snapshot.company else 2
    pause: timedelta = timedelta(minutes=float(base)) * 2.0 ** (max(failures_in_a_row(snapshot, last), 1) - 1)
    jitter = int(digest(last.id), 16) % 1000 / 4000
    return min(pause * (1 + jitter), LONGEST_RETRY)
