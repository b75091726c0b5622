"""Budgets, approvals and policies as plain values."""

from datetime import datetime

from gitcp.core.budgets import Line, company_zone, period_end, use
from gitcp.core.views.plain import View, plain, record_view
from gitcp.model.guards import Approval, Budget, Policy
from gitcp.model.snapshot import Snapshot


def budget_view(snapshot: Snapshot, budget: Budget, now: datetime) -> View:
    """Return a budget with its use in the current period; serves lists as well, a budget being nothing without its use."""
    used = use(snapshot, budget, now)
    return {
        **record_view(budget),
        "scope": budget.scope.value,
        "target": budget.target,
        "since": plain(used.since),
        "until": plain(period_end(budget.period, now, company_zone(snapshot.company))),
        "use": [_line(budget, line) for line in used.lines],
    }


def approval_row(approval: Approval) -> View:
    """Return what a list of approvals shows; `missing` is how many more have to approve."""
    approved = sum(decision.verdict == "approve" for decision in approval.decisions)
    return {
        "id": approval.id,
        "title": approval.title,
        "status": approval.status.value,
        "requested_by": approval.requested_by,
        "requested_at": plain(approval.requested_at),
        "task": approval.task,
        "approvers": list(approval.approvers),
        "expires": plain(approval.expires),
        "missing": max(approval.quorum - approved, 0) if approval.status == "pending" else 0,
    }


def approval_view(approval: Approval) -> View:
    """Return an approval with its decisions."""
    return {**record_view(approval), "missing": approval_row(approval)["missing"]}


def policy_row(policy: Policy) -> View:
    """Return what a list of policies shows."""
    return {"id": policy.id, "title": policy.title, "gates": len(policy.gates)}


def policy_view(policy: Policy) -> View:
    """Return a policy with its gates."""
    return record_view(policy)


def _line(budget: Budget, line: Line) -> View:
    spent = line.settled + line.reserved
    share = float(spent / line.limit) if line.limit else (1.0 if spent else 0.0)
    warned = [level for level in sorted(budget.warn_at) if share >= level]
    return {
        "metric": line.metric.value,
        "limit": plain(line.limit),
        "settled": plain(line.settled),
        "reserved": plain(line.reserved),
        "available": plain(line.available),
        "share": round(share, 6),
        "state": "exhausted" if line.available <= 0 else "warning" if warned else "ok",
    }
