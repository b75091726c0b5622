"""Changes that wait for people to agree: which gates ask, what belongs together, and whether a change may be applied now.

Rule: whatever an approval says of itself, the policies in force decide at the end, as if who asked made the change at that moment.
"""

from collections.abc import Iterable, Iterator, Sequence

from gitcp.core.approvals import ApprovalEvent, event_of
from gitcp.core.authority import AGENT_MAY, ASSIGNEE_MAY_EDIT, Relation, relations
from gitcp.core.consent import lacking_consent
from gitcp.core.handwork import by_tables
from gitcp.core.identity import Who, as_who
from gitcp.core.implied import Implied, implied
from gitcp.core.policies import ruling
from gitcp.core.questions import asked
from gitcp.model.change import RecordChange
from gitcp.model.guards import Approval, ApprovalStatus, ProposedFile, Verdict
from gitcp.model.members import Agent, Person
from gitcp.model.operation import SCHEDULER, ActorKind
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

_OPEN = frozenset({ApprovalStatus.PENDING, ApprovalStatus.APPROVED})
_OVER = {
    ApprovalStatus.REJECTED: "was rejected",
    ApprovalStatus.EXPIRED: "expired",
    ApprovalStatus.WITHDRAWN: "was withdrawn",
    ApprovalStatus.VOID: "is void",
}


def who_asks(snapshot: Snapshot, member_id: str) -> Who:
    """Return who asked for an approval as rules see them; the scheduler asks too."""
    member = snapshot.member(member_id)
    if isinstance(member, Person):
        return as_who(member)
    if isinstance(member, Agent):
        return Who(ActorKind.AGENT, member.id)
    return Who(ActorKind.SCHEDULER if member_id == SCHEDULER else None, member_id)


def told(changes: Sequence[RecordChange]) -> str:
    """Say in a few words what changes come to: `Hire agent ada, and 1 more`."""
    first, *others = dict.fromkeys(_in_words(operation) for operation in implied(changes))
    return f"{first[:1].upper()}{first[1:]}" + (f", and {len(others)} more" if others else "")


def together(snapshot: Snapshot, approval: Approval) -> list[Approval]:
    """Return the requests that were made for one change, one for each gate that asks: all of them have to be approved."""
    return [other for other in snapshot.all(Approval) if _is_of_one(approval, other)]


def waiting_for(snapshot: Snapshot, requester: str, change: Sequence[ProposedFile]) -> list[Approval]:
    """Return the requests of somebody for exactly this change that are not over."""
    return [
        approval
        for approval in snapshot.all(Approval)
        if approval.status in _OPEN
        and approval.requested_by == requester
        and approval.change == tuple(change)
        and not snapshot.is_inert(approval.kind, approval.id)
    ]


def over(snapshot: Snapshot, approval: Approval) -> str | None:
    """Say why a change will not be applied any more, though this request for it is not over; none if it may be."""
    if not approval.change:
        return None
    lost = next((other for other in together(snapshot, approval) if other.status in _OVER), None)
    if lost is not None:
        return f"{lost.id}, which is about the same change, {_OVER[lost.status]}"
    if approval.status is ApprovalStatus.APPROVED and not is_agreed(snapshot, approval):
        return f"the decisions that count do not reach its quorum of {approval.quorum} any more"
    return None


def is_agreed(snapshot: Snapshot, approval: Approval) -> bool:
    """Whether enough of those who may decide now have approved what is asked now."""
    return event_of(snapshot, approval) is ApprovalEvent.APPROVE


def is_applicable(snapshot: Snapshot, approval: Approval) -> bool:
    """Whether all that belongs to a change is approved, and this is the request that it is applied by: the first of them."""
    if approval.status is not ApprovalStatus.APPROVED or not approval.change:
        return False
    alike = together(snapshot, approval)
    agreed = (other.status is ApprovalStatus.APPROVED and is_agreed(snapshot, other) for other in alike)
    return alike[0] == approval and all(agreed)


def wrong_with(approval: Approval, changes: Sequence[RecordChange]) -> list[Problem]:
    """Say why a change may not be applied in the name of who asked for it: tables, rules, gates that this does not satisfy."""
    if not changes:
        return []
    who = who_asks(changes[0].known, approval.requested_by)
    # What an agent may write its operation has said when it asked.
    found = list(by_tables(changes, who)) if who.kind in {ActorKind.PERSON, None} else []
    for operation in implied(changes):
        found.extend(_against(operation, who))
    return found


def _against(operation: Implied, who: Who) -> Iterator[Problem]:
    known = operation.change.known
    if who.kind is None:
        yield _refused(operation, f"{who.id}, who asked for it, is no member any more")
        return
    if who.kind is ActorKind.AGENT and not _agent_may(operation, who.id):
        yield _refused(operation, f"agent {who.id} may not {operation.operation}")
    said = ruling(known, asked(operation, who))
    if said.verdict is Verdict.DENY:
        yield _refused(operation, f"{who.id} may not {operation.operation}: {said.reason}")
    elif said.verdict is Verdict.APPROVAL:
        for gate in lacking_consent(known, said.gates, operation.change, who):
            wanted = ", ".join(gate.approvers) or "another person"
            yield _refused(operation, f"{operation.operation} now needs the approval of {wanted} as well")


def _agent_may(operation: Implied, agent: str) -> bool:
    change = operation.change
    task = next((record for record in (change.before, change.after) if isinstance(record, Task)), None)
    held = relations(change.known, agent, task) & AGENT_MAY.get(operation.operation, frozenset())
    is_own = held == {Relation.ASSIGNEE} and operation.operation == "task.edit"
    return bool(held) and (not is_own or operation.fields <= ASSIGNEE_MAY_EDIT)


def _is_of_one(approval: Approval, other: Approval) -> bool:
    def key(each: Approval) -> tuple[object, ...]:
        return each.requested_by, each.requested_at, each.change

    return key(other) == key(approval)


def _in_words(operation: Implied) -> str:
    kind, _, verb = operation.operation.partition(".")
    change = operation.change
    return f"{verb.replace('_', ' ')} {kind if kind != 'member' else change.kind} {change.id}"


def _refused(operation: Implied, message: str) -> Problem:
    change = operation.change
    return Problem(
        change.path, message=message, hint="see gitcp policy list", record=(change.kind, change.id)
    )


def files_of(change: Iterable[tuple[str, str | None, str | None]]) -> tuple[ProposedFile, ...]:
    """Return files, as an error names them, as an approval does; sorted, so that the same change is the same."""
    return tuple(ProposedFile(path=path, base=base, text=text) for path, base, text in sorted(change))
