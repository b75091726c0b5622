"""A run's own writes never wake its agent.

Rule: where its agent had answered what a task was, a run also answers what it makes of the task; a person's edit in between stays unanswered.
What its agent takes back, it knows.
"""

from collections.abc import Sequence

from gitcp.core.causes import assignment, decision
from gitcp.model.base import Record
from gitcp.model.guards import Approval
from gitcp.model.memory import Records
from gitcp.model.operation import ActorKind, Call, Change, Put
from gitcp.model.runs import Cause, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


def with_answers(snapshot: Snapshot, call: Call, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes, with the acting run's record extended by the causes that they make and that it thereby answers."""
    run = snapshot.get(Run, call.actor.run) if call.actor.run else None
    if run is None or call.actor.kind is not ActorKind.AGENT or not run.is_active:
        return tuple(changes)
    added = [
        cause
        for change in changes
        if isinstance(change, Put) and (cause := _caused(snapshot, run, change.record)) is not None
    ]
    if not added:
        return tuple(changes)
    return (*changes, Put(run.evolve(answers=(*run.answers, *added))))


def _caused(snapshot: Snapshot, run: Run, record: Record) -> Cause | None:
    if isinstance(record, Approval):
        return decision(record) if record.requested_by == run.agent else None
    return _made(snapshot, run, record) if isinstance(record, Task) else None


def _made(snapshot: Snapshot, run: Run, after: Task) -> Cause | None:
    before = snapshot.get(Task, after.id)
    if before is None or after.assignee != run.agent:
        return None
    old, new = assignment(snapshot, before), assignment(_around(snapshot, after), after)
    return new if new != old and snapshot.answered(run.agent, [old]) else None


def _around(snapshot: Snapshot, after: Task) -> Records:
    """Return the changed task among the blockers that decide its readiness."""
    blockers = (snapshot.get(Task, name) for name in after.blocked_by)
    return Records.of([after, *(task for task in blockers if task is not None)], problems=snapshot.problems())
