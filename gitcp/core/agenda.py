"""When agents and routines wake within a span of time, all of it at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gitcp.core.causes.heartbeats import spread_of
from gitcp.core.dating import default_zone
from gitcp.core.holds import paused_by, paused_scope
from gitcp.core.schedule import LONGEST_WINDOW, Spread, is_cron, next_fire, zone
from gitcp.core.spans import during
from gitcp.model.members import Agent, AgentStatus, Heartbeat
from gitcp.model.planning import Project, ProjectStatus, Routine, RoutineStatus
from gitcp.model.snapshot import Snapshot, agents

_IN_TIME: Final = Spread()


@dataclass(frozen=True, slots=True)
class Recurring:
    """What wakes by the clock: an expression in a zone, nothing before `since`, each slot open for `window`, and up to `spread` late.

    `why` is what keeps it from waking as things are; none: nothing.
    """

    kind: str
    id: str
    cron: str
    zone: str
    since: datetime | None = None
    window: timedelta = LONGEST_WINDOW
    spread: Spread = _IN_TIME
    why: str | None = None

    @property
    def is_readable(self) -> bool:
        """Whether its times can be read at all."""
        return zone(self.zone) is not None and is_cron(self.cron)

    def between(self, after: datetime, until: datetime) -> tuple[datetime, ...]:
        """Return when its slots open, later than one time and not later than another, in UTC, the earliest first; none where its times cannot be read."""
        place = zone(self.zone)
        if place is None or not is_cron(self.cron):
            return ()
        early = LONGEST_WINDOW if self.spread.longest and self.since else timedelta()
        found = during(self.cron, place, after - early, until)
        # Where nothing is left out it is the same tuple, so that whoever works with many alike can tell.
        slots = found if not found or self._counts(found[0]) else tuple(filter(self._counts, found))
        if not slots or not self.spread.longest:
            return slots
        following = [*slots[1:], next_fire(self.cron, place, slots[-1])]
        opened = (self._opens(at, later) for at, later in zip(slots, following, strict=True))
        return tuple(at for at in opened if after < at <= until)

    def opens(self, at: datetime) -> datetime:
        """Return when the slot opens whose nominal time this is."""
        place = zone(self.zone)
        if not self.spread.longest or place is None or not is_cron(self.cron):
            return at
        return self._opens(at, next_fire(self.cron, place, at))

    def _counts(self, at: datetime) -> bool:
        return self.since is None or at >= self.since

    def _opens(self, at: datetime, following: datetime | None) -> datetime:
        window = min(self.window, following - at) if following else self.window
        return at + self.spread.delay(window)


def recurring(snapshot: Snapshot) -> Iterator[Recurring]:
    """Yield the heartbeats of all agents that are not terminated, and all routines."""
    company = default_zone(snapshot)
    for agent in agents(snapshot):
        if agent.heartbeat is not None and agent.status is not AgentStatus.TERMINATED:
            yield beating(snapshot, agent, agent.heartbeat, rests(snapshot, agent))
    for routine in snapshot.all(Routine):
        yield Recurring(
            routine.kind,
            routine.id,
            routine.cron,
            routine.timezone or company,
            routine.since,
            why=idle(snapshot, routine),
        )


def beating(snapshot: Snapshot, agent: Agent, beat: Heartbeat, why: str | None = None) -> Recurring:
    """Return an agent's heartbeat as something that wakes by the clock; `why`: what keeps it from it."""
    own = beat.window_minutes
    return Recurring(
        agent.kind,
        agent.id,
        beat.cron,
        beat.timezone or default_zone(snapshot),
        beat.since,
        timedelta(minutes=float(own)) if own else LONGEST_WINDOW,
        spread_of(snapshot, agent),
        why,
    )


def rests(snapshot: Snapshot, agent: Agent) -> str | None:
    """Return why an agent does not wake by the clock as things are; none: it does."""
    if agent.status is AgentStatus.PAUSED:
        return f"agent {agent.id} is paused"
    return paused_by(snapshot, None)


def idle(snapshot: Snapshot, routine: Routine) -> str | None:
    """Return why a routine makes no task as things are; none: it does."""
    if routine.status is RoutineStatus.PAUSED:
        return f"routine {routine.id} is paused"
    project = snapshot.get(Project, routine.task.project)
    if project is None or project.status is not ProjectStatus.ACTIVE:
        return f"project {routine.task.project} is not active"
    return paused_scope(snapshot, project.id, routine.task.goal, routine.task.parent)
