"""What a tick does with approvals: close, conclude, apply, void."""

from collections.abc import Iterator
from datetime import datetime

from gitcp.core.actions import Apply, Conclude, Consenting, Expire, Void
from gitcp.core.applying import is_applicable, over
from gitcp.core.approvals import ApprovalEvent, event_of
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.snapshot import Snapshot


def consenting(snapshot: Snapshot, now: datetime) -> Iterator[Expire | Consenting]:
    """Yield what is to be done about each approval that is not over; in the order of their requests."""
    found = [approval for approval in snapshot.all(Approval) if approval.status in _STEPS]
    for approval in sorted(found, key=lambda each: (each.requested_at, each.id)):
        if not snapshot.is_inert(approval.kind, approval.id):
            yield from _STEPS[approval.status](snapshot, approval, now)


def _pending(snapshot: Snapshot, approval: Approval, now: datetime) -> Iterator[Expire | Consenting]:
    lost = over(snapshot, approval)
    if approval.expires is not None and approval.expires <= now:
        yield Expire(approval.id)
    elif lost is not None:
        yield Void(approval.id, lost)
    elif event_of(snapshot, approval) is not ApprovalEvent.DECIDE:
        yield Conclude(approval.id)


def _approved(snapshot: Snapshot, approval: Approval, _: datetime) -> Iterator[Expire | Consenting]:
    lost = over(snapshot, approval)
    if lost is not None:
        yield Void(approval.id, lost)
    elif is_applicable(snapshot, approval):
        yield Apply(approval.id)


_STEPS = {ApprovalStatus.PENDING: _pending, ApprovalStatus.APPROVED: _approved}
