"""The operations that carry a plan out; apart, since a tick that finds nothing to do needs none of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gitcp.control.plane import Plane
from gitcp.core.actions import (
    Action,
    Adopt,
    Apply,
    Ask,
    AskForBudget,
    Claim,
    Conclude,
    Consenting,
    Expire,
    Fire,
    Follow,
    Number,
    Plan,
    Reap,
    Resolve,
    Scheduling,
    Void,
)
from gitcp.core.operations.apply_approval import (
    LONGEST_REASON,
    ApplyApproval,
    ConcludeApproval,
    VoidApproval,
)
from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.employ_agent import AdoptHeartbeat
from gitcp.core.operations.finish_run import ReapRun, ResolveRun
from gitcp.core.operations.fire_routine import FireRoutine
from gitcp.core.operations.gate_task import AskApproval, FollowApproval
from gitcp.core.operations.number_task import NumberTask
from gitcp.core.operations.pause_routine import AdoptRoutine
from gitcp.core.operations.request_approval import ExpireApproval
from gitcp.errors import EditedFileError
from gitcp.model.actors import the_scheduler
from gitcp.model.amounts import Usage
from gitcp.model.operation import Call, Operation, Receipt, Refusal, Step
from gitcp.model.planning import Routine

_NOBODY_ASKED: Final[Mapping[str, Operation]] = {}


@dataclass(frozen=True, slots=True)
class Left:
    """What dead runs left, by run: the refs of their work that was saved, and what they had reported to have cost."""

    rescued: Mapping[str, str] = field(default_factory=dict)
    reported: Mapping[str, Usage] = field(default_factory=dict)


def steps_of(
    planned: Plan, left: Left, now: datetime, requests: Mapping[str, Operation] = _NOBODY_ASKED
) -> list[Step]:
    """Return what a plan wants done; `requests`: those for money, by budget."""
    # A request for money has its number in the file that it is about: nobody may take the number before it.
    ordered = sorted(planned.actions, key=lambda action: isinstance(action, Ask))
    wanted = ((action, _operation_of(action, left, requests)) for action in ordered)
    return [
        (operation, Call(the_scheduler(), now, _request(action, now.isoformat())))
        for action, operation in wanted
        if operation is not None
    ]


def settle_alone(plane: Plane, refusals: Sequence[Refusal]) -> tuple[Receipt, ...]:
    """Go on after what was refused: a run always settles, also where somebody edits its task's file; what can never be applied is void."""
    steps: list[Step] = [
        (operation, plane.call(the_scheduler()))
        for refusal in refusals
        if (operation := instead(refusal)) is not None
    ]
    results = plane.store.apply(lambda _: steps).results if steps else ()
    return tuple(result for result in results if isinstance(result, Receipt))


def instead(refusal: Refusal) -> Operation | None:
    """Return what is done instead of something that was refused, if anything is."""
    operation, is_edited = refusal.step[0], isinstance(refusal.error, EditedFileError)
    if isinstance(operation, ReapRun) and is_edited:
        return operation.evolve(only_run=True)
    if isinstance(operation, ApplyApproval) and not is_edited:
        reason = f"it cannot be applied: {refusal.error.message}"
        return VoidApproval(approval=operation.approval, reason=reason[:LONGEST_REASON])
    return None


def _operation_of(action: Action, left: Left, requests: Mapping[str, Operation]) -> Operation | None:
    match action:
        case Number() | Adopt() | Fire():
            return _scheduling(action)
        case Expire() | Conclude() | Apply() | Void() | Follow():
            return _consenting(action)
        case Ask() | AskForBudget():
            return _asking(action, requests)
        case Reap(run=run, outcome=outcome, reason=reason, started=started):
            known = {"rescue": left.rescued.get(run), "reported": left.reported.get(run)}
            return ReapRun(run=run, outcome=outcome, reason=reason, started=started, **known)
        case Resolve(run=run):
            return ResolveRun(run=run)
        case Claim(run=run, wakes=wakes, reason=reason):
            return ClaimRun(run=run, wakes=wakes, because=reason)
        case _:
            return None


def _asking(action: Ask | AskForBudget, requests: Mapping[str, Operation]) -> Operation | None:
    match action:
        case Ask(operation=name, task=task, content=content, gate=gate):
            return AskApproval(for_operation=name, task=task, content=content, gate=gate)
        case AskForBudget(budget=budget):
            return requests.get(budget)


def _scheduling(action: Scheduling) -> Operation:
    match action:
        case Number(new_task=name):
            return NumberTask(new_task=name)
        case Adopt(kind=kind, id=name):
            return AdoptRoutine(routine=name) if kind == Routine.kind else AdoptHeartbeat(agent=name)
        case Fire(routine=routine, slot=slot):
            return FireRoutine(routine=routine, slot=slot)


def _consenting(action: Expire | Consenting) -> Operation:
    match action:
        case Expire(approval=approval):
            return ExpireApproval(approval=approval)
        case Conclude(approval=approval):
            return ConcludeApproval(approval=approval)
        case Apply(approval=approval):
            return ApplyApproval(approval=approval)
        case Void(approval=approval, reason=reason):
            return VoidApproval(approval=approval, reason=reason)
        case Follow(approval=approval):
            return FollowApproval(approval=approval)


def _request(action: Action, at: str) -> str:
    # Derived from what it is about, so that the same claim or slot sent twice is one.
    match action:
        case Claim(run=run):
            about = run.id
        case Fire(routine=routine, slot=slot):
            about = f"{routine} {slot.isoformat()}"
        case _:
            about = f"{action!r} {at}"
    return hashlib.sha256(f"{type(action).__name__} {about}".encode()).hexdigest()[:16]
