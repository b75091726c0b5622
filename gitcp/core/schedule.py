"""Cron slots in a time zone, read on the wall clock.

Rule, which is Debian cron's: an expression whose minute and hour are both fixed fires once when clocks go back, and at the first moment after
the gap where its time is skipped. Where minute or hour begin with `*` it fires whenever the clock shows its time: in both of two equal hours,
and not in one that is skipped. Day of month and weekday must both fit where either begins with `*`, else one of them suffices.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import copy
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
_MOMENT = timedelta(microseconds=1)
_FIELDS = 5
_REMEMBERED = 16_384  # many agents share an expression, and a scheduler asks again and again


@dataclass(frozen=True, slots=True)
class Slot:
    """One firing: its nominal time, from when and until when it is open."""

    at: datetime
    opens: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Spread:
    """By how much slots open late, so that not all do at once: a share, from 0 to below 1, of the longest delay or of the window."""

    longest: timedelta = timedelta()
    share: float = 0.0

    def delay(self, window: timedelta) -> timedelta:
        """Return the delay of a slot in whole seconds; it is less than the window."""
        return timedelta(seconds=int((min(self.longest, window) * self.share).total_seconds()))


@dataclass(frozen=True, slots=True)
class Around:
    """The latest firing at or before some time and the first one after it; none: not within fifty years."""

    last: datetime | None
    next: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it says the same of another time."""
        if self.last is None or self.next is None:
            return self.last is self.next
        return self.last <= at < self.next


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


def next_fire(expression: str, place: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first firing later than a time, in UTC; none if it never fires within fifty years."""
    known = _remembered(expression, place, after)
    return known.next if known is not None else _next(expression, place, after)


def last_fire(expression: str, place: ZoneInfo, until: datetime) -> datetime | None:
    """Return the latest firing at or before a time, in UTC; none if there is none within fifty years."""
    known = _remembered(expression, place, until)
    return known.last if known is not None else _last(expression, place, until)


def around(expression: str, place: ZoneInfo, at: datetime) -> Around:
    """Return the firings on both sides of a time; they are remembered, so that it costs nothing to ask again before the next one."""
    known = _remembered(expression, place, at)
    if known is None:
        known = Around(_last(expression, place, at), _next(expression, place, at))
        _memory(expression, place)[:] = [known]
    return known


def fires(expression: str, place: ZoneInfo, after: datetime, count: int) -> tuple[datetime, ...]:
    """Return the first firings later than a time, in UTC."""
    found: list[datetime] = []
    while len(found) < count and (at := next_fire(expression, place, found[-1] if found else after)):
        found.append(at)
    return tuple(found)


def missed(
    expression: str, place: ZoneInfo, after: datetime, until: datetime, most: int
) -> tuple[datetime, ...]:
    """Return the latest firings that are later than one time and not later than another, in UTC, the earliest first."""
    found: list[datetime] = []
    at = around(expression, place, until).last
    while at is not None and at > after and len(found) < most:
        found.append(at)
        at = last_fire(expression, place, at - _MOMENT)
    return tuple(reversed(found))


def open_slot(heartbeat: Heartbeat, default_zone: str, now: datetime, spread: Spread) -> Slot | None:
    """Return the slot of a heartbeat that is open now: the latest one, not before `since`, within its window."""
    slot = _latest_slot(heartbeat, default_zone, now, spread)
    return slot if slot is not None and slot.opens <= now < slot.until else None


def next_slot(heartbeat: Heartbeat, default_zone: str, now: datetime, spread: Spread) -> datetime | None:
    """Return when a slot of a heartbeat opens next, in UTC."""
    place = zone(heartbeat.timezone or default_zone)
    if place is None or not is_cron(heartbeat.cron):
        return None
    latest = _latest_slot(heartbeat, default_zone, now, spread) if spread.longest else None
    if latest is not None and now < latest.opens:
        return latest.opens
    # A slot at the very moment of `since` counts.
    after = max(now, heartbeat.since - _MOMENT) if heartbeat.since else now
    following = (
        around(heartbeat.cron, place, now).next if after == now else next_fire(heartbeat.cron, place, after)
    )
    return _slot(heartbeat, place, following, spread).opens if following and spread.longest else following


def _latest_slot(heartbeat: Heartbeat, default_zone: str, now: datetime, spread: Spread) -> Slot | None:
    place = zone(heartbeat.timezone or default_zone)
    if place is None or heartbeat.since is None or not is_cron(heartbeat.cron):
        return None
    at = around(heartbeat.cron, place, now).last
    return None if at is None or at < heartbeat.since else _slot(heartbeat, place, at, spread)


def _slot(heartbeat: Heartbeat, place: ZoneInfo, at: datetime, spread: Spread) -> Slot:
    own = heartbeat.window_minutes
    window = timedelta(minutes=float(own)) if own else LONGEST_WINDOW
    following = next_fire(heartbeat.cron, place, at)
    until = min(at + window, following) if following else at + window
    return Slot(at, at + spread.delay(until - at), until)


@lru_cache(maxsize=_REMEMBERED)
def _memory(_expression: str, _place: ZoneInfo) -> list[Around]:
    # One cell for each expression and zone: what was found last.
    return []


def _remembered(expression: str, place: ZoneInfo, at: datetime) -> Around | None:
    return next((known for known in _memory(expression, place) if known.holds(at)), None)


def _next(expression: str, place: ZoneInfo, after: datetime) -> datetime | None:
    best: datetime | None = None
    last: datetime | None = None
    for local in forward(expression, wall(after, place) - _margin(after, place)):
        found = [at for at in instants(expression, local, place) if at > after]
        if found and best is None:
            last = local + _margin(found[0], place)
        best = min([best, *found] if best else found, default=None)
        if last is not None and local >= last:
            break
    return best


def _last(expression: str, place: ZoneInfo, until: datetime) -> datetime | None:
    best: datetime | None = None
    first: datetime | None = None
    for local in _backward(expression, wall(until, place) + _margin(until, place) + _SECOND):
        found = [at for at in instants(expression, local, place) if at <= until]
        if found and best is None:
            first = local - _margin(found[0], place)
        best = max([best, *found] if best else found, default=None)
        if first is not None and local <= first:
            break
    return best


@lru_cache(maxsize=_REMEMBERED)
def _keeps_distance(expression: str) -> bool:
    if expression.startswith("@"):
        return expression.lower() == "@hourly"
    minute, hour, *_ = expression.split()
    return minute.startswith("*") or hour.startswith("*")


@lru_cache(maxsize=_REMEMBERED)
def _read(expression: str) -> croniter:
    return croniter(expression, datetime(1970, 1, 1), implement_cron_bug=True)  # noqa: DTZ001 - times on the wall


def _at(expression: str, base: datetime) -> croniter:
    times = copy(_read(expression))
    times.set_current(base, force=True)
    return times


def forward(expression: str, base: datetime) -> Iterator[datetime]:
    """Yield the times that an expression names after one, all as they stand on a wall."""
    times = _at(expression, base)
    with suppress(CroniterBadDateError):
        while True:
            yield times.get_next(datetime)


def _backward(expression: str, base: datetime) -> Iterator[datetime]:
    times = _at(expression, base)
    with suppress(CroniterBadDateError):
        while True:
            yield times.get_prev(datetime)


def wall(at: datetime, place: ZoneInfo) -> datetime:
    """Return a time as a wall in a zone shows it, without the zone."""
    return at.astimezone(place).replace(tzinfo=None, fold=0)


def _margin(at: datetime, place: ZoneInfo) -> timedelta:
    # Far from a clock change the order on the clock is the order in time.
    near = (at - 2 * _SHIFT, at, at + 2 * _SHIFT)
    return _SHIFT if len({moment.astimezone(place).utcoffset() for moment in near}) > 1 else timedelta()


def instants(expression: str, local: datetime, place: ZoneInfo) -> Iterable[datetime]:
    """Return when an expression fires whose time a wall shows, in UTC: never, once or twice, where clocks change."""
    first, second = (local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    is_skipped = wall(first, place) != local
    if _keeps_distance(expression):
        return () if is_skipped else (first, second)
    return (_end_of_gap(second, first, place),) if is_skipped else (first,)


def _end_of_gap(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    # The clocks jump between the two readings of a time that they skip.
    offset = after.astimezone(place).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        before, after = (
            (before, middle) if middle.astimezone(place).utcoffset() == offset else (middle, after)
        )
    return after
