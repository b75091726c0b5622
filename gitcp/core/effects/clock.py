"""How often what wakes by the clock wakes: agents by their heartbeats, routines by their cron."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gitcp.core.schedule import is_cron, next_fire, zone
from gitcp.core.views.schedule import next_wakes
from gitcp.model.snapshot import Snapshot

WEEK: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
_MOST: Final = 300  # a denser clock than that keeps its rhythm


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When an agent or a routine wakes next, and how often in the next 7 and 30 days. `why`: what keeps it from waking."""

    kind: str
    id: str
    cron: str | None
    first: datetime | None
    week: int
    month: int
    why: str | None


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """An agent or a routine whose rhythm is another one; none: it has none."""

    kind: str
    id: str
    before: Rhythm | None
    after: Rhythm | None


Rhythms = Mapping[tuple[str, str], Rhythm]


def rhythms(snapshot: Snapshot, now: datetime) -> Rhythms:
    """Return the rhythm of each agent and routine that wakes by the clock, or would."""
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    found: dict[tuple[str, str], Rhythm] = {}
    for row in next_wakes(snapshot, now):
        if row["at"] is None:
            continue
        clock = (row["cron"], row["zone"])
        if row["why"] is None and clock not in counted:
            counted[clock] = _counts(*clock, now)
        week, month = (0, 0) if row["why"] else counted[clock]
        first = None if row["why"] else datetime.fromisoformat(row["at"])
        key = row["kind"], row["id"]
        found[key] = Rhythm(*key, row["cron"], first, week, month, row["why"])
    return found


def rescheduled(before: Rhythms, after: Rhythms) -> list[Rescheduled]:
    """Return what has another rhythm than before, by kind and id."""
    keys = sorted({*before, *after})
    return [
        Rescheduled(*key, before.get(key), after.get(key))
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _counts(cron: str, place: str, now: datetime) -> tuple[int, int]:
    where = zone(place) or ZoneInfo("UTC")
    times = _firings(cron, where, now) if is_cron(cron) else []
    whole = times[-1] - now if len(times) == _MOST else MONTH
    in_week = sum(at <= now + WEEK for at in times)
    # What is so dense that it was not counted to the end goes on as it began.
    week = in_week if whole >= WEEK else round(_MOST * (WEEK / whole))
    return week, round(len(times) * (MONTH / whole))


def _firings(cron: str, place: ZoneInfo, now: datetime) -> list[datetime]:
    times: list[datetime] = []
    at = next_fire(cron, place, now)
    while at is not None and at <= now + MONTH and len(times) < _MOST:
        times.append(at)
        at = next_fire(cron, place, at)
    return times
