"""Heartbeats that are denser than the work that they find, or than the budgets that pay for them, and the cron that would fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from gitcp.core.budgets import company_zone, covering
from gitcp.core.schedule import is_cron, next_fire, zone
from gitcp.model.amounts import Metric
from gitcp.model.guards import Period
from gitcp.model.members import Agent, AgentStatus, Heartbeat
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, agents

# Fewer slots say nothing; older ones no longer do.
LEAST_SLOTS: Final = 5
LATEST_SLOTS: Final = 20
ENOUGH: Final = 0.5

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_LOOK_AHEAD: Final = timedelta(days=28)
_MOST_FIRINGS: Final = 300
_MOST_TIMES: Final = 10_000.0  # further apart than any ladder reaches
_PERIODS: Final[Mapping[Period, timedelta]] = {
    Period.DAY: _DAY,
    Period.WEEK: 7 * _DAY,
    Period.MONTH: 30 * _DAY,
}
# How far apart a rung's slots are on average; minute and hour are those of the heartbeat's first slot of a day.
_LADDER: Final[tuple[tuple[timedelta, str], ...]] = (
    (_HOUR, "{minute} * * * *"),
    (2 * _HOUR, "{minute} */2 * * *"),
    (4 * _HOUR, "{minute} */4 * * *"),
    (6 * _HOUR, "{minute} */6 * * *"),
    (12 * _HOUR, "{minute} */12 * * *"),
    (_DAY, "{minute} {hour} * * *"),
    (_DAY * 7 / 5, "{minute} {hour} * * MON-FRI"),
    (7 * _DAY, "{minute} {hour} * * MON"),
)

Slots = dict[datetime, list[Run]]


@dataclass(frozen=True, slots=True)
class Overscheduled:
    """An agent that is woken too often by the clock: of its latest slots that woke it, how many were of use, what one took in USD.

    `fits` is the expression that would do; none where not even once a week is seldom enough.
    """

    agent: str
    cron: str
    slots: int
    useful: int
    usd: Decimal
    reasons: tuple[str, ...]
    fits: str | None


def findings(snapshot: Snapshot, now: datetime) -> Iterator[Overscheduled]:
    """Yield the active agents whose heartbeat is too dense, by what the runs of its latest slots found and cost."""
    by_agent = _slots(snapshot)
    for agent in agents(snapshot):
        heartbeat, slots = agent.heartbeat, by_agent.get(agent.id, {})
        place = _zone_of(snapshot, heartbeat) if heartbeat else None
        if heartbeat is None or place is None or agent.status is not AgentStatus.ACTIVE:
            continue
        if len(slots) >= LEAST_SLOTS and is_cron(heartbeat.cron):
            found = _Judged(snapshot, agent, heartbeat, slots, _distance(heartbeat.cron, place, now)).found(
                place
            )
            if found is not None:
                yield found


@dataclass(frozen=True, slots=True)
class _Judged:
    snapshot: Snapshot
    agent: Agent
    heartbeat: Heartbeat
    slots: Slots
    distance: timedelta | None

    def found(self, place: ZoneInfo) -> Overscheduled | None:
        if self.distance is None:
            return None
        verdicts = [verdict for verdict in (self._by_use(), *self._by_budgets()) if verdict is not None]
        if not verdicts:
            return None
        wanted = max(distance for _, distance in verdicts)
        return Overscheduled(
            self.agent.id,
            self.heartbeat.cron,
            len(self.slots),
            self._useful,
            round(self._spent(Metric.USD) / len(self.slots), 6),
            tuple(reason for reason, _ in verdicts),
            _fitting(wanted, self.distance, min(at.astimezone(place).time() for at in self.slots)),
        )

    @property
    def _useful(self) -> int:
        return sum(any(_is_of_use(run) for run in runs) for runs in self.slots.values())

    def _by_use(self) -> tuple[str, timedelta] | None:
        assert self.distance is not None
        share = self._useful / len(self.slots)
        if share >= ENOUGH:
            return None
        each = self._spent(Metric.USD) / len(self.slots)
        reason = (
            f"expected a heartbeat that finds work at least every other time, found work "
            f"or progress in {self._useful} of its last {len(self.slots)} slots, at {each:.2f} usd a slot"
        )
        return reason, self.distance / share if share else timedelta.max

    def _by_budgets(self) -> Iterator[tuple[str, timedelta]]:
        assert self.distance is not None
        # Slots that woke nobody cost nothing and are in no run: what a slot costs is over all of them.
        passed = max(max(self.slots) - min(self.slots), self.distance * (len(self.slots) - 1)) + self.distance
        for budget in covering(self.snapshot, self.agent.id, None):
            period = _PERIODS.get(budget.period)
            for metric, limit in budget.limits.capped() if period else ():
                needed = self._spent(metric) * Decimal((period or _DAY) / passed)
                if needed > limit:
                    reason = (
                        f"expected a heartbeat that budget {budget.id} carries, found one that takes "
                        f"{needed:.2f} {metric} a {budget.period} of {limit:f}"
                    )
                    times = min(float(needed / limit), _MOST_TIMES) if limit else None
                    yield reason, self.distance * times if times else timedelta.max

    def _spent(self, metric: Metric) -> Decimal:
        return sum((run.charge.of(metric) for runs in self.slots.values() for run in runs), Decimal(0))


def _slots(snapshot: Snapshot) -> dict[str, Slots]:
    """Group the ended runs that a heartbeat woke by agent and slot; the latest slots only, none before `since`."""
    since = {agent.id: agent.heartbeat.since for agent in agents(snapshot) if agent.heartbeat}
    found: dict[str, Slots] = {agent: {} for agent in since}
    for run in snapshot.runs(active=False):
        slots, first = found.get(run.agent), since.get(run.agent)
        at = run.slot if slots is not None else None
        if slots is None or at is None or (first is not None and at < first):
            continue
        if at in slots or len(slots) < LATEST_SLOTS:
            slots.setdefault(at, []).append(run)
    return found


def _is_of_use(run: Run) -> bool:
    # Of a run whose end nobody saw it is not known whether it got anywhere.
    return run.task is not None or run.progress is not False


def _zone_of(snapshot: Snapshot, heartbeat: Heartbeat) -> ZoneInfo | None:
    return zone(heartbeat.timezone) if heartbeat.timezone else company_zone(snapshot.company)


def _distance(cron: str, place: ZoneInfo, now: datetime) -> timedelta | None:
    """Return how far apart the next slots are on average; none if there are no two."""
    times: list[datetime] = []
    at = next_fire(cron, place, now)
    while at is not None and len(times) < _MOST_FIRINGS and (len(times) < 2 or at <= now + _LOOK_AHEAD):  # noqa: PLR2004 - two make a distance
        times.append(at)
        at = next_fire(cron, place, at)
    apart = [later - earlier for earlier, later in pairwise(times)]
    return sum(apart, timedelta()) / len(apart) if apart else None


def _fitting(wanted: timedelta, present: timedelta, first: time) -> str | None:
    rungs: Sequence[tuple[timedelta, str]] = [rung for rung in _LADDER if rung[0] > present]
    chosen = next((rung for rung in rungs if rung[0] >= wanted), rungs[-1] if rungs else None)
    return chosen[1].format(minute=first.minute, hour=first.hour) if chosen else None
