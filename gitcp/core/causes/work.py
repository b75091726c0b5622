"""What wakes an agent for a task of its own."""

from collections.abc import Iterator

from gitcp.core.approvals import awaited
from gitcp.core.causes.candidate import Candidate, digest
from gitcp.core.causes.failures import RETRIED, last_run, retry, went_on
from gitcp.core.consequences import Consequence, consequence
from gitcp.core.readiness import is_ready
from gitcp.model.digests import asked_of_assignee, blockers_of
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Cause, Declared, Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


def assignment(snapshot: Snapshot, task: Task) -> Cause:
    """Return the cause that a task is for its assignee: what it acts on, and nothing that only records progress.

    Its reason is `routine` where a routine made the task.
    """
    content = asked_of_assignee(task, is_ready=is_ready(snapshot, task))
    reason = WakeReason.ROUTINE if task.routine is not None else WakeReason.ASSIGNMENT
    return Cause(reason=reason, record=task.id, digest=content)


def of_task(snapshot: Snapshot, agent: Agent, task: Task) -> Iterator[Candidate]:
    """Yield what a task that can be worked on is for its assignee."""
    yield Candidate(assignment(snapshot, task), task.id)
    if _was_unblocked(snapshot, task):
        blockers = Cause(reason=WakeReason.UNBLOCKED, record=task.id, digest=blockers_of(task))
        yield Candidate(blockers, task.id)
    children = snapshot.tasks(parent=task.id)
    children_open = any(child.is_open for child in children)
    if children and not children_open:
        closed = digest(*sorted(child.id for child in children))
        yield Candidate(Cause(reason=WakeReason.CHILDREN_DONE, record=task.id, digest=closed), task.id)
    last = last_run(snapshot, agent.id, task.id)
    if last is not None:
        yield from _after(snapshot, last, task, children_open=children_open)


def _was_unblocked(snapshot: Snapshot, task: Task) -> bool:
    # Blockers that were closed before the task was written are no news to anybody.
    closed = [blocker.closed for name in task.blocked_by if (blocker := snapshot.get(Task, name)) is not None]
    return any(at is not None and at > task.created for at in closed)


def _after(snapshot: Snapshot, last: Run, task: Task, *, children_open: bool) -> Iterator[Candidate]:
    if last.pending or last.ended_at is None:
        return
    if consequence(last) is Consequence.HOLD:
        yield went_on(last, task)
    elif last.blocked is not None or last.outcome is Outcome.CANCELLED:
        # The run left the task blocked, and it can be worked on: somebody lifted the block, by an operation or by hand.
        yield Candidate(Cause(reason=WakeReason.UNBLOCKED, record=task.id, digest=last.id), task.id)
    elif last.outcome in RETRIED:
        yield retry(snapshot, last, last.ended_at, task)
    elif last.declared is Declared.FINISH or not (children_open or awaited(snapshot, last.agent, task.id)):
        yield went_on(last, task)
