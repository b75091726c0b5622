"""From when on the slots of a heartbeat or of a routine count.

Rule: what is active has `since` for the very expression and zone that it has now; what is paused has none, so that it is dated anew when it goes on.
"""

from datetime import datetime
from typing import TypeVar

from gitcp.core.lookup import changed
from gitcp.model.members import Agent, AgentStatus, Heartbeat
from gitcp.model.planning import Routine, RoutineStatus
from gitcp.model.snapshot import Snapshot

S = TypeVar("S", Agent, Routine)

_LONGEST_LINE = 300
_ACTIVE = frozenset({AgentStatus.ACTIVE.value, RoutineStatus.ACTIVE.value})
_PAUSED = frozenset({AgentStatus.PAUSED.value, RoutineStatus.PAUSED.value})


def default_zone(snapshot: Snapshot) -> str:
    """Return the zone of those that name none: the company's."""
    return snapshot.company.timezone if snapshot.company else "UTC"


def times_of(schedule: Heartbeat | Routine, zone: str) -> str:
    """Return what a date is for: the expression and the zone, the company's where there is no own one."""
    return f"{schedule.cron} {schedule.timezone or zone}"[:_LONGEST_LINE]


def is_adrift(snapshot: Snapshot, record: Agent | Routine) -> bool:
    """Whether somebody changed the times or the status by hand, so that the date is missing or stands for something else."""
    schedule = _schedule(record)
    if schedule is None or snapshot.company is None:  # whose zone is unknown
        return False
    if record.status.value in _PAUSED:
        return schedule.since is not None
    dated = schedule.since is not None and schedule.dated == times_of(schedule, default_zone(snapshot))
    return record.status.value in _ACTIVE and not dated


def dated(snapshot: Snapshot, record: S, now: datetime) -> S:
    """Return an agent or a routine whose slots count from now on, or from nowhere while it is paused."""
    schedule = _schedule(record)
    if schedule is None:
        return record
    if record.status.value in _PAUSED:
        return _with(record, since=None, dated=None)
    return _with(record, since=now.replace(microsecond=0), dated=times_of(schedule, default_zone(snapshot)))


def adopted(snapshot: Snapshot, record: S, now: datetime) -> S:
    """Return an agent or a routine that was scheduled by hand, dated; a date that stands there for nothing yet was meant for what is there."""
    schedule = _schedule(record)
    found = dated(snapshot, record, now)
    if schedule is None or schedule.since is None or schedule.dated is not None:
        return found
    if record.status.value in _PAUSED:
        return found
    return _with(found, since=schedule.since, dated=times_of(schedule, default_zone(snapshot)))


def redated(snapshot: Snapshot, before: S, after: S, now: datetime) -> S:
    """Return an edited agent or routine, dated anew where its times or its status are not what they were."""
    old, new = _schedule(before), _schedule(after)
    if new is None or after == before:
        return after
    kept = old is not None and _times(old) == _times(new) and before.status is after.status
    if not kept or old is None or is_adrift(snapshot, before):
        return dated(snapshot, after, now)
    return _with(after, since=new.since or old.since, dated=old.dated)


def _times(schedule: Heartbeat | Routine) -> tuple[str, str | None]:
    return schedule.cron, schedule.timezone


def _schedule(record: Agent | Routine) -> Heartbeat | Routine | None:
    return record.heartbeat if isinstance(record, Agent) else record


def _with(record: S, *, since: datetime | None, dated: str | None) -> S:
    if isinstance(record, Routine):
        return changed(record, since=since, dated=dated)
    assert record.heartbeat is not None
    return changed(record, heartbeat=record.heartbeat.evolve(since=since, dated=dated))
