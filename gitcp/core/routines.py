"""Which slots of a routine are to become tasks now. Pure; what passes unused leaves no trace, and is decided alike by every tick.

Rule: a slot is used up when a task was made for it or for a later one (`fired`). Whether the previous task was open at a slot follows from when
it was closed, so that a late tick decides as one in time would have.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gitcp.core.dating import default_zone, is_adrift
from gitcp.core.holds import paused_scope
from gitcp.core.schedule import around, fires, is_cron, missed, zone
from gitcp.model.base import format_instant
from gitcp.model.planning import CatchUp, Overlap, Project, ProjectStatus, Routine, RoutineStatus
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

_MOMENT = timedelta(microseconds=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """The slots that become tasks now, the earliest first, or why a slot that has passed does not."""

    slots: tuple[datetime, ...] = ()
    held: str | None = None


@dataclass(frozen=True, slots=True)
class _Passed:
    """Slots that have passed: the latest of them, and after which time the unused ones begin. `closed`: the previous task, none while it is open."""

    routine: Routine
    place: ZoneInfo
    now: datetime
    latest: datetime
    begin: datetime
    closed: datetime | None

    def caught_up(self, after: datetime) -> tuple[datetime, ...]:
        """Return the slots after a time that are worth a task however late it is."""
        most = self.routine.catch_up_most if self.routine.catch_up is CatchUp.ALL else 1
        found = missed(self.routine.cron, self.place, after, self.now, most)
        window = timedelta(minutes=float(self.routine.window_minutes))
        is_late = bool(found) and self.now >= found[-1] + window
        return () if self.routine.catch_up is CatchUp.NONE and is_late else found

    def due(self, slots: tuple[datetime, ...]) -> Due:
        """Return what is due; where nothing is, the latest slot was missed."""
        missed_by = (
            f"no tick came within {self.routine.window_minutes:f} minutes of it, and nothing is caught up"
        )
        return Due(
            slots, None if slots else f"lets its slot of {format_instant(self.latest)} pass: {missed_by}"
        )


def place_of(snapshot: Snapshot, routine: Routine) -> ZoneInfo | None:
    """Return the zone on whose clock a routine goes, or none if there is no such."""
    return zone(routine.timezone or default_zone(snapshot))


def due(snapshot: Snapshot, routine: Routine, now: datetime) -> Due:
    """Return which slots of a routine become tasks now."""
    place = place_of(snapshot, routine)
    is_timed = routine.status is RoutineStatus.ACTIVE and place is not None and is_cron(routine.cron)
    if place is None or not is_timed or routine.since is None or is_adrift(snapshot, routine):
        return Due()
    latest = around(routine.cron, place, now).last
    begin = max(routine.since - _MOMENT, routine.fired or _LONG_AGO)
    if latest is None or latest <= begin:
        return Due()
    held = _obstacle(snapshot, routine)
    if held is not None:
        return Due(held=held)
    return _OVERLAPS[routine.overlap](_Passed(routine, place, now, latest, begin, _closed(snapshot, routine)))


def next_slots(snapshot: Snapshot, routine: Routine, now: datetime, count: int) -> tuple[datetime, ...]:
    """Return the next nominal times of a routine, in UTC; none while it is paused."""
    place = place_of(snapshot, routine)
    if routine.status is not RoutineStatus.ACTIVE or place is None or not is_cron(routine.cron):
        return ()
    # A slot at the very moment of `since` counts.
    after = max(now, routine.since - _MOMENT) if routine.since else now
    return fires(routine.cron, place, after, count)


def _skip(passed: _Passed) -> Due:
    if passed.closed is None or passed.closed > passed.latest:
        open_at = f"{passed.routine.last} was open at it"
        return Due(held=f"skips its slot of {format_instant(passed.latest)}: {open_at}")
    # Where the tasks must not overlap, all that was missed is one task.
    return passed.due(passed.caught_up(max(passed.begin, passed.closed - _MOMENT))[-1:])


def _queue(passed: _Passed) -> Due:
    if passed.closed is None:
        return Due(held=f"waits until {passed.routine.last} is closed")
    # What waited for the previous task is not late.
    waited = (passed.latest,) if passed.latest < passed.closed else ()
    return passed.due(passed.caught_up(passed.begin)[:1] or waited)


def _allow(passed: _Passed) -> Due:
    return passed.due(passed.caught_up(passed.begin))


_OVERLAPS: Final[Mapping[Overlap, Callable[[_Passed], Due]]] = {
    Overlap.SKIP: _skip,
    Overlap.QUEUE: _queue,
    Overlap.ALLOW: _allow,
}


def _closed(snapshot: Snapshot, routine: Routine) -> datetime | None:
    if routine.last is None:
        return _LONG_AGO + _MOMENT
    if snapshot.is_inert("task", routine.last):
        return None
    last = snapshot.get(Task, routine.last)
    if last is None or not last.is_open:
        return (last.closed if last else None) or _LONG_AGO + _MOMENT
    return None


def _obstacle(snapshot: Snapshot, routine: Routine) -> str | None:
    made = routine.task
    why = _broken(snapshot, routine) or paused_scope(snapshot, made.project, made.goal, made.parent)
    return f"does not fire: {why}" if why else None


def _broken(snapshot: Snapshot, routine: Routine) -> str | None:
    """What stands before a task of the routine and is no pause."""
    project = snapshot.get(Project, routine.task.project)
    if project is None:
        return f"project {routine.task.project} does not exist"
    for kind, name in (("routine", routine.id), ("counter", project.id), ("project", project.id)):
        if snapshot.is_inert(kind, name):
            return f"{kind} {name} has a problem, see `gitcp check`"
    if project.status is not ProjectStatus.ACTIVE:
        return f"project {project.id} is {project.status}"
    return None if snapshot.company else "gitcp.yaml is missing or cannot be read"
