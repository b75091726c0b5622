"""What wakes an agent because somebody wants something of it: mentions, wakes asked for, decided approvals."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from gitcp.core.authority import may_wake
from gitcp.core.causes.candidate import Candidate, digest
from gitcp.core.causes.failures import again
from gitcp.model.guards import Approval, ApprovalStatus, Decision
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Cause, Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Task

_FOLLOWED: Final = frozenset({"task.start", "delivery", "task.finish"})


def mentions(snapshot: Snapshot, agent: Agent, inbox: Collection[str]) -> Iterator[Candidate]:
    """Yield the comments that name the agent."""
    for comment in snapshot.mentions(agent.id):
        if may_wake(snapshot, comment.author, agent.id):
            yield Candidate(mention(comment), comment.task if comment.task in inbox else None)


def mention(comment: Comment) -> Cause:
    """Return the cause that a comment is for those it names."""
    return Cause(reason=WakeReason.MENTION, record=comment.id, digest=comment.id.partition("/")[2])


def wakes(snapshot: Snapshot, agent: Agent, inbox: Collection[str]) -> Iterator[Candidate]:
    """Yield the wakes that were asked for by hand, and what failed runs were asked."""
    for wake in snapshot.all(Wake):
        if wake.agent != agent.id:
            continue
        failed = snapshot.get(Run, wake.again) if wake.again else None
        if failed is not None:
            yield again(snapshot, wake, failed, inbox)
        else:
            cause = Cause(reason=WakeReason.MANUAL, record=wake.id, digest=wake.id.partition("/")[2])
            yield Candidate(cause, wake.task if wake.task in inbox else None)


def approvals(snapshot: Snapshot, agent: Agent, inbox: Collection[str]) -> Iterator[Candidate]:
    """Yield the decisions of what the agent had asked for."""
    for approval in snapshot.all(Approval):
        cause = decision(approval)
        if approval.requested_by == agent.id and cause is not None and not _is_over(snapshot, approval):
            yield Candidate(cause, approval.task if approval.task in inbox else None)


def _is_over(snapshot: Snapshot, approval: Approval) -> bool:
    # Nobody is woken for what is closed.
    task = snapshot.get(Task, approval.task) if approval.task else None
    return task is not None and not task.is_open


def decision(approval: Approval) -> Cause | None:
    """Return the cause that an approval is for who asked for it, once it waits for nobody: decided, expired, or withdrawn."""
    if approval.status is ApprovalStatus.PENDING or _goes_on(approval):
        return None
    decided = digest(approval.status, [_said(made) for made in approval.decisions])
    return Cause(reason=WakeReason.APPROVAL, record=approval.id, digest=decided)


def _goes_on(approval: Approval) -> bool:
    # A tick does what was decided: it applies a change, it goes on with a task.
    is_applied_next = bool(approval.change) and approval.status is ApprovalStatus.APPROVED
    return is_applied_next or (approval.for_operation in _FOLLOWED and not approval.change)


def _said(made: Decision) -> dict[str, Any]:
    # What was decided before there were options says the same as it did.
    return made.model_dump(mode="json", exclude=None if made.option else {"option"})
