"""Approvals: their life as a table, who may decide, and which decisions count.

Rule: who asked never decides, an agent never decides, and a decision counts only for the content that it was made about.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from gitcp.errors import IllegalTransitionError
from gitcp.model.guards import Approval, ApprovalStatus, Decision
from gitcp.model.members import Person
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot, persons
from gitcp.model.tasks import Task


class ApprovalEvent(StrEnum):
    """What can happen to a request."""

    DECIDE = "decide"
    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    APPLY = "apply"
    VOID = "void"


_S = ApprovalStatus
_E = ApprovalEvent

TRANSITIONS: Final[Mapping[ApprovalStatus, Mapping[ApprovalEvent, ApprovalStatus]]] = {
    _S.PENDING: {
        _E.DECIDE: _S.PENDING,
        _E.APPROVE: _S.APPROVED,
        _E.REJECT: _S.REJECTED,
        _E.EXPIRE: _S.EXPIRED,
        _E.WITHDRAW: _S.WITHDRAWN,
        _E.VOID: _S.VOID,
    },
    _S.APPROVED: {_E.APPLY: _S.APPLIED, _E.VOID: _S.VOID},
    _S.REJECTED: {},
    _S.EXPIRED: {},
    _S.WITHDRAWN: {},
    _S.APPLIED: {},
    _S.VOID: {},
}

_UNDER_WAY: Final = frozenset({ApprovalStatus.PENDING, ApprovalStatus.APPROVED})

# What is asked. Who may decide, how many, and until when is not: it may change while decisions stand.
_CONTENT: Final = (
    "title", "description", "options", "for_operation", "task", "content", "budget", "document", "requested_by",
)  # fmt: skip


def advance(approval: Approval, event: ApprovalEvent) -> ApprovalStatus:
    """Return the status that follows.

    Raises:
        IllegalTransitionError: the table has no such step.
    """
    row = TRANSITIONS[approval.status]
    if event not in row:
        raise IllegalTransitionError(
            f"approval {approval.id} is {approval.status}: {event} is not possible",
            hint="ask anew: gitcp approval request",
        )
    return row[event]


def content_hash(approval: Approval) -> str:
    """Return the hash of what is asked: what a decision binds to."""
    asked: dict[str, Any] = {name: getattr(approval, name) for name in _CONTENT}
    asked["change"] = [[file.path, file.base, file.text] for file in approval.change]
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def deciders(snapshot: Snapshot, approval: Approval) -> tuple[str, ...]:
    """Return the persons who may decide."""
    return tuple(person.id for person in persons(snapshot) if _may_decide(person, approval))


def _may_decide(person: Person, approval: Approval) -> bool:
    is_named = not approval.approvers or not {person.id, *person.roles}.isdisjoint(approval.approvers)
    return is_named and person.id != approval.requested_by


def counting(snapshot: Snapshot, approval: Approval) -> tuple[Decision, ...]:
    """Return the decisions that count: the last one of each person who may decide, about the content as it is."""
    able, content = deciders(snapshot, approval), content_hash(approval)
    found = {made.by: made for made in approval.decisions if made.by in able and made.content == content}
    return tuple(found.values())


def missing(snapshot: Snapshot, approval: Approval) -> int:
    """Return how many more have to approve; where there are options, the same one."""
    return lacking(approval, counting(snapshot, approval))


def lacking(approval: Approval, decisions: tuple[Decision, ...]) -> int:
    """Return how many approvals a quorum lacks beside these decisions."""
    chosen = Counter(
        made.option for made in decisions if made.verdict == "approve" and fits(approval, made.option)
    )
    return max(approval.quorum - max(chosen.values(), default=0), 0)


def fits(approval: Approval, option: str | None) -> bool:
    """Whether an approval may choose this: one of the options, or none where there are none."""
    return option in approval.options if approval.options else option is None


def event_of(snapshot: Snapshot, approval: Approval) -> ApprovalEvent:
    """Return what the decisions come to: one rejection rejects, a quorum approves."""
    if any(made.verdict == "reject" for made in counting(snapshot, approval)):
        return ApprovalEvent.REJECT
    return ApprovalEvent.DECIDE if missing(snapshot, approval) else ApprovalEvent.APPROVE


def pending(snapshot: Snapshot) -> list[Approval]:
    """Return the requests that wait for a decision, the oldest first."""
    found = (approval for approval in snapshot.all(Approval) if approval.status is ApprovalStatus.PENDING)
    return sorted(found, key=lambda approval: (approval.requested_at, approval.id))


def to_decide(snapshot: Snapshot, person: str) -> list[Approval]:
    """Return the requests that wait for a person, the oldest first; what the person has approved already waits for others."""
    return [
        approval
        for approval in pending(snapshot)
        if person in deciders(snapshot, approval)
        and person not in {made.by for made in counting(snapshot, approval)}
    ]


def why_decide(snapshot: Snapshot, approval: Approval) -> str:
    """Say in an inbox why a request is there; only an open task of whoever asked waits for it."""
    task = snapshot.get(Task, approval.task) if approval.task else None
    waits = task is not None and task.is_open and task.assignee == approval.requested_by
    about = (
        f", and {approval.task} waits for it" if waits else f" on {approval.task}" if approval.task else ""
    )
    return f"{approval.requested_by} asks for your decision{about}"


def awaited(snapshot: Snapshot, agent: str, task: str) -> list[Approval]:
    """Return what an agent has asked for its work on a task and nobody has decided: before that, the task does not go on by itself."""
    return [
        approval for approval in pending(snapshot) if (approval.requested_by, approval.task) == (agent, task)
    ]


def told_as_asked(snapshot: Snapshot, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems that say, of a change that waits for an approval which is asked for, which request that is, and whom it waits for."""
    asked = [each for each in snapshot.all(Approval) if each.change and each.status in _UNDER_WAY]
    return [_told_as_asked(snapshot, problem, asked) for problem in problems]


def _told_as_asked(snapshot: Snapshot, problem: Problem, asked: Iterable[Approval]) -> Problem:
    if problem.consent is None:
        return problem
    for approval in asked:
        is_meant = approval.for_operation == problem.consent.operation
        if is_meant and any(file.path == problem.path for file in approval.change):
            if approval.status is ApprovalStatus.APPROVED:
                return replace(problem, hint=f"{approval.id} is approved: the next tick applies it")
            waits = ", ".join(to_come(snapshot, approval)) or "nobody"
            return replace(
                problem,
                hint=f"{approval.id} asks for it and waits for {waits}: gitcp approval show {approval.id}",
            )
    return problem


def to_come(snapshot: Snapshot, approval: Approval) -> list[str]:
    """Return who may decide a pending request and has not."""
    answered = {made.by for made in counting(snapshot, approval)}
    return [person for person in deciders(snapshot, approval) if person not in answered]
