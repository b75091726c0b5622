"""After a run that failed: how often in a row, how long to wait, and when it is enough."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from gitcp.core.causes.candidate import Candidate, digest
from gitcp.core.consequences import COUNTED, Consequence, consequence
from gitcp.core.lookup import settings_of
from gitcp.core.org import manager_of
from gitcp.core.pauses import LONGEST_PAUSE, pause
from gitcp.model.members import WakeReason
from gitcp.model.runs import Cause, Outcome, Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

LONGEST_RETRY: Final = LONGEST_PAUSE
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
        if not _failed(earlier):
            break
        count += 1
    return count


def went_on(last: Run, task: Task) -> Candidate:
    """Return the wake that goes on where a run left off."""
    return Candidate(Cause(reason=WakeReason.CONTINUE, record=task.id, digest=last.id), task.id)


def retry(snapshot: Snapshot, last: Run, ended_at: datetime, task: Task) -> Candidate:
    """Return the wake that tries a failed run again, once it has waited."""
    again = Cause(reason=WakeReason.RETRY, record=task.id, digest=last.id)
    return Candidate(again, task.id, ended_at + retry_after(snapshot, last))


def retry_after(snapshot: Snapshot, last: Run) -> timedelta:
    """Return how long to wait after a failed run."""
    times = failures_in_a_row(snapshot, last) if last.task else last.attempt
    return pause(snapshot, times, last.id)


def is_given_up(snapshot: Snapshot, failed: Sequence[Run]) -> bool:
    """Whether runs in a row, the newest first, are enough: the agent's failures by `attempts`, the platform's by `retries`."""
    settings = settings_of(snapshot)
    by_agent = sum(consequence(run) in COUNTED for run in failed)
    by_platform = sum(1 for _ in takewhile(lambda run: consequence(run) is Consequence.RETRY, failed))
    return by_agent >= settings.attempts or by_platform > settings.retries


def failed_in_a_row(snapshot: Snapshot, run: Run) -> list[Run]:
    """Return the failed runs of this agent and task, from `run` backwards, as many as `is_given_up` needs."""
    settings = settings_of(snapshot)
    most = settings.attempts + settings.retries + 1
    return list(takewhile(_failed, snapshot.runs(agent=run.agent, task=run.task, limit=most)))


def again(snapshot: Snapshot, wake: Wake, run: Run, inbox: Collection[str]) -> Candidate:
    """Return the wake that does again what a failed run was asked; when it failed too often, somebody must act."""
    cause = Cause(reason=WakeReason.RETRY, record=run.id, digest=run.id)
    task = run.task if run.task in inbox else None
    if run.outcome not in RETRIED or run.ended_at is None:
        return Candidate(cause, task)
    failed = failed_in_a_row(snapshot, run) if run.task else _chain(snapshot, run)
    if not is_given_up(snapshot, failed):
        return Candidate(cause, task, run.ended_at + retry_after(snapshot, run))
    manager = manager_of(snapshot, run.agent) or "nobody"
    because = f" ({run.reason})" if run.reason else ""
    reason = f"{len(failed)} runs in a row failed{because}: {manager} must wake {run.agent}, or delete wakes/{wake.id}.yaml"
    return Candidate(cause, None, suppressed=reason)


def wake_again(agent: str, run: str) -> str:
    """Return the id of the wake that asks for a run to be tried again."""
    return f"{agent}/{digest(run)}"


def _chain(snapshot: Snapshot, run: Run) -> list[Run]:
    found, settings = [run], settings_of(snapshot)
    while len(found) <= settings.attempts + settings.retries:
        retried = (c.record for c in found[-1].answers if c.reason is WakeReason.RETRY)
        before = next((r for name in retried if (r := snapshot.get(Run, name)) is not None), None)
        if before is None or not _failed(before):
            break
        found.append(before)
    return found


def _failed(run: Run) -> bool:
    return run.outcome in RETRIED and run.blocked is None
