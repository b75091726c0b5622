"""Approvals that contradict themselves: what a hand edit wrote is read as it is, and told where no operation would have written it."""

from collections.abc import Callable, Iterator
from typing import Final

from gitcp.core.approvals import content_hash, deciders, fits, lacking
from gitcp.core.checks.finding import Finding
from gitcp.model.guards import Approval, ApprovalStatus, Decision
from gitcp.model.members import Agent
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot


def approvals(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield statuses without their decisions, decisions by whom may not decide or about another content, and what nobody can decide."""
    for approval in snapshot.all(Approval):
        yield from _STATUSES.get(approval.status, _nothing)(snapshot, approval)
        for at, made in enumerate(approval.decisions):
            yield from _decision(snapshot, approval, f"decisions[{at}]", made)


def _decision(snapshot: Snapshot, approval: Approval, where: str, made: Decision) -> Iterator[Finding]:
    if made.by == approval.requested_by:
        yield _told(approval, f"{where}.by", f"expected somebody else than who asked, found {made.by}")
    elif snapshot.get(Agent, made.by) is not None:
        yield _told(approval, f"{where}.by", f"expected a person, found the agent {made.by}")
    elif snapshot.member(made.by) is None and approval.status is ApprovalStatus.PENDING:
        # What was decided stays decided when a person leaves.
        yield _told(approval, f"{where}.by", f"expected a person that exists, found {made.by}")
    present = content_hash(approval)
    if made.content not in {None, present}:
        message = f"expected {present}, what is asked now, found {made.content}: it was decided about another content"
        hint = "ask anew, or undo what changed since" if approval.status is not ApprovalStatus.PENDING else ""
        yield _told(approval, f"{where}.content", message, hint or f"{made.by} has to decide again")
    if made.verdict == "approve" and made.option is not None and not fits(approval, made.option):
        expected = (
            f"one of {', '.join(approval.options)}" if approval.options else "none, there are no options"
        )
        yield _told(approval, f"{where}.option", f"expected {expected}, found {made.option}")


def _nothing(_snapshot: Snapshot, _approval: Approval) -> Iterator[Finding]:
    yield from ()


def _pending(snapshot: Snapshot, approval: Approval) -> Iterator[Finding]:
    able = deciders(snapshot, approval)
    if len(able) < approval.quorum:
        who = ", ".join(able) or "nobody"
        message = (
            f"expected at most as many as may decide ({who}), found {approval.quorum}: it cannot be approved"
        )
        hint = f"name other approvers in its file, or gitcp approval withdraw {approval.id}"
        yield _told(approval, "quorum", message, hint, Severity.WARNING)
    for at, made in enumerate(approval.decisions):
        if made.content is None:
            message = "expected the hash of what was decided about, found none: the decision does not count"
            hint = f"gitcp approval show {approval.id} tells it, gitcp approval decide {approval.id} --approve writes it"
            yield _told(approval, f"decisions[{at}].content", message, hint, Severity.WARNING)


def _approved(snapshot: Snapshot, approval: Approval) -> Iterator[Finding]:
    # By hand one may leave out the hash, but not that it was decided.
    given = {made.by: made for made in approval.decisions if _stands(snapshot, approval, made)}
    short = lacking(approval, tuple(given.values()))
    if short:
        message = f"expected a quorum of {approval.quorum}, found {approval.quorum - short} who approved what is asked"
        yield _told(approval, "status", message, "a person has to decide: set status: pending")
    if any(made.verdict == "reject" for made in approval.decisions):
        yield _told(approval, "status", "expected rejected: somebody rejected it, found approved")


def _stands(snapshot: Snapshot, approval: Approval, made: Decision) -> bool:
    by_person = snapshot.get(Agent, made.by) is None and made.by != approval.requested_by
    return by_person and made.content in {None, content_hash(approval)}


def _rejected(_snapshot: Snapshot, approval: Approval) -> Iterator[Finding]:
    if not any(made.verdict == "reject" for made in approval.decisions):
        yield _told(approval, "status", "expected somebody who rejected it, found nobody")


def _told(
    approval: Approval, where: str, message: str, hint: str = "", severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(approval.kind, approval.id, where, message, hint, severity)


_STATUSES: Final[dict[ApprovalStatus, Callable[[Snapshot, Approval], Iterator[Finding]]]] = {
    ApprovalStatus.PENDING: _pending,
    ApprovalStatus.APPROVED: _approved,
    ApprovalStatus.REJECTED: _rejected,
}
