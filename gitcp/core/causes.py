"""What would wake an agent, derived from the tree alone.

Rule: a cause wakes an agent if no run of that agent answers it. Nothing here knows whether there is room or money: `plan` does.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gitcp.core.hops import MOST_HOPS, is_too_far
from gitcp.core.readiness import is_ready, is_workable
from gitcp.core.schedule import Slot, open_slot
from gitcp.model.base import format_instant
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Cause, Declared, Outcome, Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import CLOSED, Comment, Task, TaskStatus

LONGEST_RETRY = timedelta(hours=6)
_DECIDED = {ApprovalStatus.APPROVED, ApprovalStatus.REJECTED, ApprovalStatus.EXPIRED}
_RETRIED = {Outcome.FAILED, Outcome.TIMED_OUT, Outcome.SILENT, Outcome.ABANDONED, Outcome.OVER_BUDGET}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cause with the task that its run would have, the time before which it does not count, and why it wakes nobody at once."""

    cause: Cause
    task: str | None
    not_before: datetime | None = None
    suppressed: str | None = None


def digest(*parts: object) -> str:
    """Return a short, stable digest of plain values."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def assignment(snapshot: Snapshot, task: Task) -> Cause:
    """Return the cause that a task is for its assignee: what it acts on, and nothing that only records progress."""
    content = (
        task.title,
        task.description,
        task.priority,
        task.assignee,
        is_ready(snapshot, task),
        task.reopened,
    )
    return Cause(reason=WakeReason.ASSIGNMENT, record=task.id, digest=digest(*content))


def candidates(snapshot: Snapshot, agent: Agent, now: datetime) -> list[Candidate]:
    """Return all causes of an agent, answered or not, before `wake_on` is asked."""
    mine = [
        task
        for task in snapshot.tasks(statuses=set(TaskStatus) - CLOSED, assignee=agent.id)
        if not snapshot.is_inert("task", task.id)
    ]
    workable = [task for task in mine if is_workable(snapshot, task)]
    found: list[Candidate] = []
    for task in workable:
        found.extend(_of_task(snapshot, agent, task))
    reviewable = _reviewable(snapshot, agent)
    for task in reviewable:
        found.extend(_review(snapshot, agent, task))
    inbox = [task.id for task in (*workable, *reviewable)]
    found.extend(_mentions(snapshot, agent, inbox))
    found.extend(_wakes(snapshot, agent, inbox))
    found.extend(_approvals(snapshot, agent, inbox))
    found.extend(_heartbeat(snapshot, agent, inbox, now))
    return found


def slot_of(snapshot: Snapshot, agent: Agent, now: datetime) -> Slot | None:
    """Return the agent's open heartbeat slot."""
    if agent.heartbeat is None:
        return None
    return open_slot(agent.heartbeat, snapshot.company.timezone if snapshot.company else "UTC", now)


def heartbeat_of(agent: Agent, slot: Slot) -> Candidate:
    """Return the cause that a slot is for an agent beside its tasks."""
    return Candidate(_beat(agent.id, slot), None)


def unanswered(snapshot: Snapshot, agent: Agent, found: Iterable[Candidate]) -> list[Candidate]:
    """Keep the candidates that no run of the agent answers."""
    waiting = list(found)
    answered = snapshot.answered(agent.id, [candidate.cause for candidate in waiting])
    return [candidate for candidate in waiting if candidate.cause not in answered]


def _of_task(snapshot: Snapshot, agent: Agent, task: Task) -> Iterator[Candidate]:
    yield Candidate(assignment(snapshot, task), task.id)
    if _was_unblocked(snapshot, task):
        blockers = Cause(reason=WakeReason.UNBLOCKED, record=task.id, digest=digest(*sorted(task.blocked_by)))
        yield Candidate(blockers, task.id)
    children = snapshot.tasks(parent=task.id)
    children_open = any(child.is_open for child in children)
    if children and not children_open:
        closed = digest(*sorted(child.id for child in children))
        yield Candidate(Cause(reason=WakeReason.CHILDREN_DONE, record=task.id, digest=closed), task.id)
    last = last_run(snapshot, agent.id, task.id)
    if last is not None:
        yield from _after(snapshot, last, task, children_open=children_open)


def last_run(snapshot: Snapshot, agent: str, task: str) -> Run | None:
    """Return the latest run of an agent on a task if it has ended."""
    runs = snapshot.runs(agent=agent, task=task, limit=1)
    return runs[0] if runs and not runs[0].is_active else None


def failures_in_a_row(snapshot: Snapshot, run: Run) -> int:
    """Count the runs of this agent and task, from `run` backwards, that ended without success; a block that was lifted begins anew."""
    count = 0
    for earlier in snapshot.runs(agent=run.agent, task=run.task, limit=12):
        if earlier.outcome not in _RETRIED or earlier.blocked is not None:
            break
        count += 1
    return count


def _was_unblocked(snapshot: Snapshot, task: Task) -> bool:
    # Blockers that were closed before the task was written are no news to anybody.
    closed = [blocker.closed for name in task.blocked_by if (blocker := snapshot.get(Task, name)) is not None]
    return any(at is not None and at > task.created for at in closed)


def _after(snapshot: Snapshot, last: Run, task: Task, *, children_open: bool) -> Iterator[Candidate]:
    if last.pending or last.ended_at is None:
        return
    if last.blocked is not None or last.outcome is Outcome.CANCELLED:
        # The run left the task blocked, and it can be worked on: somebody lifted the block, by an operation or by hand.
        yield Candidate(Cause(reason=WakeReason.UNBLOCKED, record=task.id, digest=last.id), task.id)
    elif last.outcome in _RETRIED:
        yield _retry(snapshot, last, last.ended_at, task)
    elif last.declared is Declared.FINISH or not children_open:
        yield Candidate(Cause(reason=WakeReason.CONTINUE, record=task.id, digest=last.id), task.id)


def _retry(snapshot: Snapshot, last: Run, ended_at: datetime, task: Task) -> Candidate:
    again = Cause(reason=WakeReason.RETRY, record=task.id, digest=last.id)
    return Candidate(again, task.id, ended_at + retry_after(snapshot, last))


def retry_after(snapshot: Snapshot, last: Run) -> timedelta:
    """Return how long to wait after a failed run: doubling, with up to a quarter of jitter that is fixed by the run's name."""
    base = snapshot.company.scheduler.retry_minutes if snapshot.company else 2
    pause: timedelta = timedelta(minutes=float(base)) * 2.0 ** (max(failures_in_a_row(snapshot, last), 1) - 1)
    jitter = int(digest(last.id), 16) % 1000 / 4000
    return min(pause * (1 + jitter), LONGEST_RETRY)


def _reviewable(snapshot: Snapshot, agent: Agent) -> list[Task]:
    return [
        task
        for task in snapshot.tasks(statuses={TaskStatus.IN_REVIEW}, reviewer=agent.id)
        if not snapshot.is_inert("task", task.id)
    ]


def _review(snapshot: Snapshot, agent: Agent, task: Task) -> Iterator[Candidate]:
    content = digest(task.submitted, task.reopened, len(task.reviewed))
    asked = Cause(reason=WakeReason.REVIEW, record=task.id, digest=content)
    yield Candidate(asked, task.id)
    last = last_run(snapshot, agent.id, task.id)
    if last is None or last.pending or last.ended_at is None or not snapshot.answered(agent.id, [asked]):
        return
    attempts = snapshot.company.scheduler.attempts if snapshot.company else 3
    if last.outcome in _RETRIED and failures_in_a_row(snapshot, last) < attempts:
        yield _retry(snapshot, last, last.ended_at, task)
    elif last.outcome is Outcome.SUCCEEDED and not _continues(last):
        # It ended without a verdict: asked once more, then somebody must act.
        yield Candidate(Cause(reason=WakeReason.CONTINUE, record=task.id, digest=last.id), task.id)


def _continues(run: Run) -> bool:
    return any(cause.reason is WakeReason.CONTINUE for cause in run.answers)


def _mentions(snapshot: Snapshot, agent: Agent, inbox: Collection[str]) -> Iterator[Candidate]:
    for comment in snapshot.mentions(agent.id):
        if comment.author != agent.id and snapshot.member(comment.author) is not None:
            too_far = f"more than {MOST_HOPS} agents in a row mentioned each other: a person must say go on"
            yield Candidate(
                mention(comment),
                comment.task if comment.task in inbox else None,
                suppressed=too_far if is_too_far(snapshot, comment) else None,
            )


def mention(comment: Comment) -> Cause:
    """Return the cause that a comment is for those it names."""
    return Cause(reason=WakeReason.MENTION, record=comment.id, digest=comment.id.partition("/")[2])


def _wakes(snapshot: Snapshot, agent: Agent, inbox: Collection[str]) -> Iterator[Candidate]:
    for wake in snapshot.all(Wake):
        if wake.agent == agent.id:
            cause = Cause(reason=WakeReason.MANUAL, record=wake.id, digest=wake.id.partition("/")[2])
            yield Candidate(cause, wake.task if wake.task in inbox else None)


def _approvals(snapshot: Snapshot, agent: Agent, inbox: Collection[str]) -> Iterator[Candidate]:
    for approval in snapshot.all(Approval):
        if approval.requested_by == agent.id and approval.status in _DECIDED:
            decided = digest(
                approval.status, [decision.model_dump(mode="json") for decision in approval.decisions]
            )
            cause = Cause(reason=WakeReason.APPROVAL, record=approval.id, digest=decided)
            yield Candidate(cause, approval.task if approval.task in inbox else None)


def _heartbeat(snapshot: Snapshot, agent: Agent, inbox: Iterable[str], now: datetime) -> Iterator[Candidate]:
    slot = slot_of(snapshot, agent, now)
    if slot is None or agent.heartbeat is None:
        return
    for task in inbox:
        yield Candidate(_beat(task, slot), task)
    if agent.heartbeat.prompt:
        yield heartbeat_of(agent, slot)


def _beat(record: str, slot: Slot) -> Cause:
    return Cause(reason=WakeReason.HEARTBEAT, record=record, digest=format_instant(slot.at))
