"""The operations that carry a plan out; apart, since a tick that finds nothing to do needs none of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gitcp.control.plane import Plane
from gitcp.core.actions import Action, Adopt, Claim, Expire, Fire, Number, Plan, Reap, Resolve
from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.employ_agent import AdoptHeartbeat
from gitcp.core.operations.finish_run import ReapRun, ResolveRun
from gitcp.core.operations.fire_routine import FireRoutine
from gitcp.core.operations.number_task import NumberTask
from gitcp.core.operations.pause_routine import AdoptRoutine
from gitcp.core.operations.request_approval import ExpireApproval
from gitcp.errors import EditedFileError
from gitcp.model.actors import the_scheduler
from gitcp.model.amounts import Usage
from gitcp.model.operation import Call, Operation, Receipt, Refusal, Step
from gitcp.model.planning import Routine


@dataclass(frozen=True, slots=True)
class Left:
    """What dead runs left, by run: the refs of their work that was saved, and what they had reported to have cost."""

    rescued: Mapping[str, str] = field(default_factory=dict)
    reported: Mapping[str, Usage] = field(default_factory=dict)


def steps_of(planned: Plan, left: Left, now: datetime) -> list[Step]:
    """Return what a plan wants done."""
    wanted = ((action, _operation_of(action, left)) for action in planned.actions)
    return [
        (operation, Call(the_scheduler(), now, _request(action, now.isoformat())))
        for action, operation in wanted
        if operation is not None
    ]


def settle_alone(plane: Plane, refusals: Sequence[Refusal]) -> tuple[Receipt, ...]:
    """End the runs that could not be ended because somebody edits the files of their tasks: a run always settles."""
    steps: list[Step] = [
        (operation.evolve(only_run=True), plane.call(the_scheduler()))
        for refusal in refusals
        if isinstance(operation := refusal.step[0], ReapRun) and isinstance(refusal.error, EditedFileError)
    ]
    results = plane.store.apply(lambda _: steps).results if steps else ()
    return tuple(result for result in results if isinstance(result, Receipt))


def _operation_of(action: Action, left: Left) -> Operation | None:
    match action:
        case Number() | Adopt() | Fire() | Expire():
            return _housekeeping(action)
        case Reap(run=run, outcome=outcome, reason=reason, started=started):
            known = {"rescue": left.rescued.get(run), "reported": left.reported.get(run)}
            return ReapRun(run=run, outcome=outcome, reason=reason, started=started, **known)
        case Resolve(run=run):
            return ResolveRun(run=run)
        case Claim(run=run, wakes=wakes, reason=reason):
            return ClaimRun(run=run, wakes=wakes, because=reason)
        case _:
            return None


def _housekeeping(action: Number | Adopt | Fire | Expire) -> Operation:
    match action:
        case Number(new_task=name):
            return NumberTask(new_task=name)
        case Adopt(kind=kind, id=name):
            return AdoptRoutine(routine=name) if kind == Routine.kind else AdoptHeartbeat(agent=name)
        case Fire(routine=routine, slot=slot):
            return FireRoutine(routine=routine, slot=slot)
        case Expire(approval=approval):
            return ExpireApproval(approval=approval)


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
