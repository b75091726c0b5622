"""Approvals and policies as plain values."""

from datetime import datetime, timedelta

from gitcp.core.approvals import content_hash, missing, pending, to_come
from gitcp.core.identity import assurance_of
from gitcp.core.sentences import access_sentence, gate_sentence
from gitcp.core.views.plain import View, plain, record_view
from gitcp.model.guards import Approval, ApprovalStatus, Policy
from gitcp.model.snapshot import Snapshot


def approval_rows(snapshot: Snapshot, now: datetime) -> list[View]:
    """Return what a list of approvals shows: those first that wait, the oldest first, then the others, the newest first.

    `waited_minutes` is for how long one waits.
    """
    others = [
        approval for approval in snapshot.all(Approval) if approval.status is not ApprovalStatus.PENDING
    ]
    newest = sorted(others, key=lambda approval: (approval.requested_at, approval.id), reverse=True)
    waiting = [
        {**approval_row(snapshot, each), "waited_minutes": _minutes(now - each.requested_at)}
        for each in pending(snapshot)
    ]
    return [*waiting, *({**approval_row(snapshot, each), "waited_minutes": None} for each in newest)]


def approval_row(snapshot: Snapshot, approval: Approval) -> View:
    """Return what is told of an approval among others.

    `missing` is how many more have to approve; `waits_for` are those who may decide and have not.
    """
    is_pending = approval.status is ApprovalStatus.PENDING
    return {
        "id": approval.id,
        "title": approval.title,
        "status": approval.status.value,
        "requested_by": approval.requested_by,
        "requested_at": plain(approval.requested_at),
        "task": approval.task,
        "approvers": list(approval.approvers),
        "waits_for": to_come(snapshot, approval) if is_pending else [],
        "expires": plain(approval.expires),
        "missing": missing(snapshot, approval) if is_pending else 0,
    }


def approval_view(snapshot: Snapshot, approval: Approval) -> View:
    """Return an approval with its decisions; `content_hash` is what a decision binds to, `counts` whether one does."""
    row, content = approval_row(snapshot, approval), content_hash(approval)
    decisions = [{**plain(made), "counts": made.content == content} for made in approval.decisions]
    told = {"missing": row["missing"], "waits_for": row["waits_for"], "content_hash": content}
    return {
        **record_view(approval),
        "decisions": decisions,
        **told,
        "assurance": assurance_of(snapshot).value,
    }


def _minutes(waited: timedelta) -> int:
    return max(int(waited.total_seconds() // 60), 0)


def policy_row(policy: Policy) -> View:
    """Return what a list of policies shows: how many gates and access rules each has."""
    return {
        "id": policy.id,
        "title": policy.title,
        "gates": len(policy.gates),
        "access": len(policy.access),
    }


def policy_view(policy: Policy) -> View:
    """Return a policy; each of its rules `says` itself as a sentence."""
    return {
        **record_view(policy),
        "gates": [{**plain(gate), "says": gate_sentence(gate)} for gate in policy.gates],
        "access": [{**plain(access), "says": access_sentence(access)} for access in policy.access],
    }
