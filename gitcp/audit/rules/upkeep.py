"""What the scheduler does by itself: whether what it says to follow from was there."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from gitcp.audit.act import Act
from gitcp.audit.finding import Finding
from gitcp.core.applying import wrong_with
from gitcp.core.implied import changed_fields
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import Approval, ApprovalStatus, ProposedFile
from gitcp.model.members import Agent, Heartbeat
from gitcp.model.operation import SCHEDULER
from gitcp.model.planning import Routine
from gitcp.model.problem import Severity
from gitcp.model.tasks import NewTask, Task


def upkeep(act: Act) -> Iterator[Finding]:
    """Say what the scheduler did for itself without a cause."""
    rule = _RULES.get(act.operation) if act.is_by_scheduler and act.actor == SCHEDULER else None
    if rule is not None:
        yield from rule(act)


def _applies(act: Act) -> Iterator[Finding]:
    used = [
        after
        for _, before, after in act.of(Approval)
        if after is not None and after.status is ApprovalStatus.APPLIED and before != after
    ]
    if not used:
        yield act.broken("approval/applied-otherwise", "", "an approval that is used up", "none")
        return
    # Several for one change say the same, and all of them are asked about.
    found = (_change(act, file) for file in used[0].change)
    for problem in wrong_with(used[0], [change for change in found if change is not None]):
        if problem.severity is Severity.ERROR:
            yield act.broken("policy/bypassed", problem.path, "what the policies allow", problem.message)


def _change(act: Act, file: ProposedFile) -> RecordChange | None:
    left, came = act.world.at(file.path), act.holds(file.path)
    held = came or left
    if held is None or (left.blob if left else None) == (came.blob if came else None):
        return None
    before, after = act.world.record(left), act.world.record(came)
    return RecordChange(
        file.path, held.kind, held.id, before, after, act.world,
        is_broken=came is not None and after is None, base=left.blob if left else None, blob=came.blob if came else None,
    )  # fmt: skip


def _adopts(act: Act) -> Iterator[Finding]:
    for deed in act.deeds:
        before, after = deed.before, deed.after
        if before is not None and after is not None:
            for name in sorted(changed_fields(_dated(before, after), after)):
                yield act.broken("operation/field", deed.path, f"{name} as it was", f"another {name}")


def _dated(before: Record, after: Record) -> Record:
    if isinstance(before, Agent) and isinstance(after, Agent) and before.heartbeat and after.heartbeat:
        return before.evolve(heartbeat=before.heartbeat.evolve(**_dates(after.heartbeat)))
    if isinstance(before, Routine) and isinstance(after, Routine):
        return before.evolve(**_dates(after))
    return before


def _dates(schedule: Heartbeat | Routine) -> dict[str, Any]:
    return {"since": schedule.since, "dated": schedule.dated}


def _fires(act: Act) -> Iterator[Finding]:
    fired = {deed.id for deed in act.deeds if isinstance(deed.after, Routine)}
    for deed, before, after in act.of(Task):
        origin = after.routine.routine if after is not None and after.routine is not None else None
        if before is None and origin not in fired:
            expected = f"a task of {', '.join(sorted(fired)) or 'a routine that it fires'}"
            yield act.broken("operation/record", deed.path, expected, f"one of {origin or 'none'}")


def _numbers(act: Act) -> Iterator[Finding]:
    filed = [before.project for _, before, after in act.of(NewTask) if before is not None and after is None]
    for deed, before, after in act.of(Task):
        if before is not None or after is None:
            continue
        if after.project in filed:
            filed.remove(after.project)
        else:
            yield act.broken("operation/record", deed.path, "a task that somebody filed", "one of its own")


def _asks(act: Act) -> Iterator[Finding]:
    for deed, before, after in act.of(Approval):
        if before is None and after is not None and after.requested_by != SCHEDULER:
            expected = f"asked by {SCHEDULER}"
            yield act.broken("identity/forged-actor", deed.path, expected, after.requested_by)


_RULES: Final[Mapping[str, Callable[[Act], Iterator[Finding]]]] = {
    "approval.apply": _applies,
    "agent.adopt": _adopts,
    "routine.adopt": _adopts,
    "routine.fire": _fires,
    "task.number": _numbers,
    "budget.ask": _asks,
}
