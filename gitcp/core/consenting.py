"""What a tick does with approvals: close, conclude, apply, void, ask, and go on with tasks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gitcp.core.actions import Apply, Ask, Conclude, Consenting, Expire, Follow, Integrate, Void
from gitcp.core.applying import is_applicable, over
from gitcp.core.approvals import ApprovalEvent, event_of
from gitcp.core.documents import changed_since
from gitcp.core.task_gates import (
    START,
    about,
    asked_again,
    in_review,
    is_gated,
    lost,
    standing_at_end,
    to_finish,
)
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus


def consenting(snapshot: Snapshot, now: datetime) -> Iterator[Expire | Ask | Consenting | Integrate]:
    """Yield what is to be done about each approval that is not over; in the order of their requests."""
    found = [approval for approval in snapshot.all(Approval) if approval.status in _STEPS]
    for approval in sorted(found, key=lambda each: (each.requested_at, each.id)):
        if not snapshot.is_inert(approval.kind, approval.id):
            yield from _STEPS[approval.status](snapshot, approval, now)
    yield from _gated(snapshot)


def _pending(snapshot: Snapshot, approval: Approval, now: datetime) -> Iterator[Expire | Consenting]:
    why = over(snapshot, approval) or lost(snapshot, approval) or changed_since(snapshot, approval)
    if approval.expires is not None and approval.expires <= now:
        yield Expire(approval.id)
    elif why is not None:
        yield Void(approval.id, why)
    elif event_of(snapshot, approval) is not ApprovalEvent.DECIDE:
        yield Conclude(approval.id)


def _approved(snapshot: Snapshot, approval: Approval, _: datetime) -> Iterator[Expire | Consenting]:
    why = over(snapshot, approval) or lost(snapshot, approval)
    if why is not None:
        yield Void(approval.id, why)
    elif is_applicable(snapshot, approval):
        yield Apply(approval.id)


def _rejected(snapshot: Snapshot, approval: Approval, _: datetime) -> Iterator[Expire | Consenting]:
    question = asked_again(snapshot, approval) if is_gated(approval) else None
    if question is None or question.content != approval.content:
        return
    statuses = _AT_WORK if approval.for_operation == START else {TaskStatus.IN_REVIEW}
    is_free = not snapshot.runs(active=True, task=question.task.id, limit=1)
    if question.task.status in statuses and is_free:
        yield Follow(approval.id)


def _gated(snapshot: Snapshot) -> Iterator[Ask | Follow | Integrate]:
    for task in in_review(snapshot):
        standing = standing_at_end(snapshot, task)
        yield from standing.asks
        if standing.is_agreed:
            yield from _agreed(snapshot, task)


def _agreed(snapshot: Snapshot, task: Task) -> Iterator[Follow | Integrate]:
    if task.delivery is not None and task.delivery.is_held:
        yield Integrate(task.id, task.delivery.commit)
        return
    question = to_finish(snapshot, task)
    known = about(snapshot, question) if question is not None else []
    yield from (Follow(approval.id) for approval in known[-1:])


_AT_WORK: Final = frozenset({TaskStatus.TODO, TaskStatus.IN_PROGRESS})
_STEPS: Final = {
    ApprovalStatus.PENDING: _pending,
    ApprovalStatus.APPROVED: _approved,
    ApprovalStatus.REJECTED: _rejected,
}
