"""Cron slots in a time zone, read on the wall clock.

Rule: a fixed hour fires once when clocks go back and is not lost when they go forward. An expression whose hours begin with `*` keeps its
distance instead: it fires in both of two equal hours, and not in one that is skipped.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from croniter.croniter import CroniterBadDateError

from gitcp.model.members import Heartbeat

LONGEST_WINDOW = timedelta(hours=24)
# No clock change of today moves a firing further than this.
_SHIFT = timedelta(hours=3)
_SECOND = timedelta(seconds=1)
_FIELDS = 5
_REMEMBERED = 1024  # many agents share an expression, and one plan asks for the same firing several times


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


@lru_cache(maxsize=_REMEMBERED)
def is_cron(expression: str) -> bool:
    """Whether this is a five-field cron expression or one of the usual aliases; random and hashed fields are none."""
    if expression.startswith("@"):
        return croniter.is_valid(expression)
    fields = expression.split()
    is_random = any(field[0] in "hHrR" for field in fields)
    return len(fields) == _FIELDS and not is_random and croniter.is_valid(expression)


@lru_cache(maxsize=_REMEMBERED)
def next_fire(expression: str, place: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first firing later than a time, in UTC; none if it never fires within fifty years."""
    best: datetime | None = None
    last: datetime | None = None
    for local in _forward(expression, _wall(after, place) - _margin(after, place)):
        found = [at for at in _instants(expression, local, place) if at > after]
        if found and best is None:
            last = local + _margin(found[0], place)
        best = min([best, *found] if best else found, default=None)
        if last is not None and local >= last:
            break
    return best


@lru_cache(maxsize=_REMEMBERED)
def last_fire(expression: str, place: ZoneInfo, until: datetime) -> datetime | None:
    """Return the latest firing at or before a time, in UTC; none if there is none within fifty years."""
    best: datetime | None = None
    first: datetime | None = None
    for local in _backward(expression, _wall(until, place) + _margin(until, place) + _SECOND):
        found = [at for at in _instants(expression, local, place) if at <= until]
        if found and best is None:
            first = local - _margin(found[0], place)
        best = max([best, *found] if best else found, default=None)
        if first is not None and local <= first:
            break
    return best


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
    # A slot at the very moment of `since` counts.
    after = max(now, heartbeat.since - _SECOND) if heartbeat.since else now
    return next_fire(heartbeat.cron, place, after)


def _keeps_distance(expression: str) -> bool:
    return expression.lower() == "@hourly" or (
        not expression.startswith("@") and expression.split()[1].startswith("*")
    )


def _forward(expression: str, base: datetime) -> Iterator[datetime]:
    times = croniter(expression, base)
    with suppress(CroniterBadDateError):
        while True:
            yield times.get_next(datetime)


def _backward(expression: str, base: datetime) -> Iterator[datetime]:
    times = croniter(expression, base)
    with suppress(CroniterBadDateError):
        while True:
            yield times.get_prev(datetime)


def _wall(at: datetime, place: ZoneInfo) -> datetime:
    return at.astimezone(place).replace(tzinfo=None, fold=0)


def _margin(at: datetime, place: ZoneInfo) -> timedelta:
    # Far from a clock change the order on the clock is the order in time.
    near = (at - 2 * _SHIFT, at, at + 2 * _SHIFT)
    return _SHIFT if len({moment.astimezone(place).utcoffset() for moment in near}) > 1 else timedelta()


def _instants(expression: str, local: datetime, place: ZoneInfo) -> Iterable[datetime]:
    # A time that the clocks skip is read with the offset before the gap: it fires as much later as the clocks jumped.
    first, second = (local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if not _keeps_distance(expression):
        return (first,)
    return [at for at in (first, second) if _wall(at, place) == local]
