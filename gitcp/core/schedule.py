"""Cron slots in a time zone.

Rule: an expression with fixed hours is read on the wall clock, so that a fixed time fires once when clocks go back and is not lost when they
go forward; one that runs every hour is read in UTC, so that it keeps its distance.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from croniter.croniter import CroniterBadDateError

from gitcp.model.members import Heartbeat

LONGEST_WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Slot:
    """One firing: its nominal time, and until when it is open."""

    at: datetime
    until: datetime


def zone(name: str | None) -> ZoneInfo | None:
    """Return an IANA zone, or none if there is no such; UTC if none is named."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_cron(expression: str) -> bool:
    """Whether this is a five-field cron expression or one of the usual aliases."""
    fields = expression.split()
    return (len(fields) == 5 or expression.startswith("@")) and croniter.is_valid(expression)  # noqa: PLR2004


def next_fire(expression: str, place: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first firing later than a time, in UTC; none if it never fires within fifty years."""
    if _every_hour(expression):
        return _step(expression, after.astimezone(UTC), forward=True)
    local = after.astimezone(place).replace(tzinfo=None) - timedelta(hours=3)
    fired = _step(expression, local, forward=True)
    while fired is not None and _on_clock(fired, place) <= after:
        fired = _step(expression, fired, forward=True)
    return None if fired is None else _on_clock(fired, place)


def last_fire(expression: str, place: ZoneInfo, until: datetime) -> datetime | None:
    """Return the latest firing at or before a time, in UTC; none if there is none within fifty years."""
    second = timedelta(seconds=1)
    if _every_hour(expression):
        return _step(expression, until.astimezone(UTC) + second, forward=False)
    local = until.astimezone(place).replace(tzinfo=None) + timedelta(hours=3)
    fired = _step(expression, local + second, forward=False)
    while fired is not None and _on_clock(fired, place) > until:
        fired = _step(expression, fired, forward=False)
    return None if fired is None else _on_clock(fired, place)


def open_slot(heartbeat: Heartbeat, default_zone: str, now: datetime) -> Slot | None:
    """Return the slot of a heartbeat that is open now: the latest one, not before `since`, within its window."""
    place = zone(heartbeat.timezone or default_zone)
    if place is None or heartbeat.since is None or not is_cron(heartbeat.cron):
        return None
    at = last_fire(heartbeat.cron, place, now)
    if at is None or at < heartbeat.since:
        return None
    following = next_fire(heartbeat.cron, place, at)
    window = (
        timedelta(minutes=float(heartbeat.window_minutes)) if heartbeat.window_minutes else LONGEST_WINDOW
    )
    until = min(at + window, following) if following else at + window
    return Slot(at, until) if now < until else None


def next_slot(heartbeat: Heartbeat, default_zone: str, now: datetime) -> datetime | None:
    """Return the next nominal time of a heartbeat, in UTC."""
    place = zone(heartbeat.timezone or default_zone)
    if place is None or not is_cron(heartbeat.cron):
        return None
    return next_fire(heartbeat.cron, place, max(now, heartbeat.since or now))


def _every_hour(expression: str) -> bool:
    if expression.startswith("@"):
        return expression == "@hourly"
    hours = expression.split()[1]
    return hours.startswith("*") or "/" in hours


def _step(expression: str, base: datetime, *, forward: bool) -> datetime | None:
    try:
        times = croniter(expression, base)
        found = times.get_next(datetime) if forward else times.get_prev(datetime)
    except CroniterBadDateError:
        return None
    assert isinstance(found, datetime)
    return found


def _on_clock(local: datetime, place: ZoneInfo) -> datetime:
    # A time that the clocks skip is read with the offset before the gap: it fires as much later as the clocks jumped.
    return local.replace(tzinfo=place, fold=0).astimezone(UTC)
