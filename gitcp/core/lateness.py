"""How late the clock's wakes are answered, and what of them is due now. A late tick changes when things happen, never which.

Rule: a heartbeat is answered by the claim of a run, a routine by its task. What waits for the task before it, as a routine that queues has it, is not late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gitcp.core.actions import Claim, Fire, Plan
from gitcp.core.agenda import beating
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.history import Entry
from gitcp.model.members import Agent
from gitcp.model.operation import SCHEDULER
from gitcp.model.planning import Overlap, Routine
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

LATELY: Final = timedelta(hours=24)
# A tick takes its time, and nobody has to look every second.
PATIENCE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Answered:
    """A slot that was answered: of whom, from when on it was open, when that was, by which run or task."""

    kind: str
    id: str
    due: datetime
    at: datetime
    by: str

    @property
    def late(self) -> timedelta:
        """How long it waited."""
        return max(self.at - self.due, timedelta())


@dataclass(frozen=True, slots=True)
class Due:
    """A slot that a tick would answer now; `since` when."""

    kind: str
    id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Lateness:
    """The slots that were answered in some time, the newest answer first."""

    answered: Sequence[Answered]

    @property
    def usual(self) -> timedelta | None:
        """What half of them did not exceed."""
        waits = sorted(each.late for each in self.answered)
        return waits[(len(waits) - 1) // 2] if waits else None

    @property
    def worst(self) -> Answered | None:
        """The one that waited longest."""
        return max(self.answered, key=lambda each: each.late, default=None)


def lately(snapshot: Snapshot, now: datetime) -> Lateness:
    """Return what was answered in the last day.

    Of routines it knows the newest task of each, and those that runs of that day worked on: all tasks are never read for it.
    """
    found = [*_beats(snapshot, now - LATELY), *_fired(snapshot, now - LATELY)]
    return Lateness(sorted(found, key=lambda each: (each.at, each.kind, each.id, each.by), reverse=True))


def due_now(snapshot: Snapshot, planned: Plan) -> tuple[Due, ...]:
    """Return the slots that a tick would answer now, the oldest first."""
    found: list[Due] = []
    for action in planned.actions:
        if isinstance(action, Claim) and action.run.slot is not None:
            found.append(
                Due(Agent.kind, action.run.agent, opens(snapshot, action.run.agent, action.run.slot))
            )
        elif isinstance(action, Fire):
            found.append(Due(Routine.kind, action.routine, _free_from(snapshot, action)))
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.since, each.kind, each.id)))


def opens(snapshot: Snapshot, agent: str, slot: datetime) -> datetime:
    """Return when the slot of an agent's heartbeat opens that has a nominal time, as the heartbeat is now."""
    found = snapshot.member(agent)
    if not isinstance(found, Agent) or found.heartbeat is None:
        return slot
    return beating(snapshot, found, found.heartbeat).opens(slot)


def is_by_scheduler(entry: Entry) -> bool:
    """Whether gitcp committed it by itself: ticks, and the ends of runs."""
    return entry.committer_email == SCHEDULER_EMAIL or entry.trailers.get("Gitcp-Actor") == SCHEDULER


def _beats(snapshot: Snapshot, since: datetime) -> Iterator[Answered]:
    for run in snapshot.runs(claimed_from=since):
        if run.slot is not None:
            yield Answered(
                Agent.kind, run.agent, opens(snapshot, run.agent, run.slot), run.claimed_at, run.id
            )


def _fired(snapshot: Snapshot, since: datetime) -> Iterator[Answered]:
    queues = {routine.id for routine in snapshot.all(Routine) if routine.overlap is Overlap.QUEUE}
    newest = [routine.last for routine in snapshot.all(Routine)]
    worked_on = [run.task for run in snapshot.runs(claimed_from=since)]
    for name in dict.fromkeys((*newest, *worked_on)):
        task = snapshot.get(Task, name) if name is not None else None
        if task is None or task.routine is None or task.created < since or task.routine.routine in queues:
            continue
        yield Answered(Routine.kind, task.routine.routine, task.routine.slot, task.created, task.id)


def _free_from(snapshot: Snapshot, fire: Fire) -> datetime:
    routine = snapshot.get(Routine, fire.routine)
    if routine is None or routine.overlap is not Overlap.QUEUE or routine.last is None:
        return fire.slot
    before = snapshot.get(Task, routine.last)
    return max(fire.slot, before.closed) if before is not None and before.closed else fire.slot
