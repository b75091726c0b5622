"""Firings around every clock change of five years, held against cronsim and against a scan of every minute."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from cronsim import CronSim

from gitcp.core.schedule import missed, next_fire

YEARS = (2024, 2029)
FIXED = (
    "30 2 * * *",
    "0 0 * * *",
    "15 1,2,3 * * *",
    "0,20,40 0-3 * * *",
    "30 0 * * SUN",
    "5 2 25-31 3,10 *",
    "0 3 1 * MON",
    "0 4 */2 * SUN",
    "0 2 * * 5L",
)
DISTANCE = (
    "0 * * * *",
    "*/20 1-3 * * *",
    "*/30 2 * * *",
    "10,40 */2 * * *",
    "0 */6 * * *",
    "*/7 * */2 * SUN",
)
SAMPLE = ("Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca")
# cronsim writes the last Friday of a month as 5L.
_HERE = {"0 2 * * 5L": "0 2 * * L5"}
_AROUND_FIXED, _AROUND_DISTANCE = timedelta(hours=27), timedelta(hours=4)


@dataclass(frozen=True)
class Change:
    """A clock change: where, when, and the offsets before and after it."""

    place: ZoneInfo
    at: datetime
    offsets: tuple[timedelta, timedelta]

    @property
    def is_of_whole_hours(self) -> bool:
        return (self.offsets[1] - self.offsets[0]) % timedelta(hours=1) == timedelta()


def _offset(place: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(place).utcoffset() or timedelta()


def _changes(name: str) -> Iterator[Change]:
    place, step = ZoneInfo(name), timedelta(days=4)
    at, end = (datetime(year, 1, 1, tzinfo=UTC) for year in YEARS)
    while at < end:
        before, after = _offset(place, at), _offset(place, at + step)
        if before != after:
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (low, middle) if _offset(place, middle) == after else (middle, high)
            yield Change(place, high, (before, after))
        at += step


@lru_cache
def _every_change() -> tuple[Change, ...]:
    """Return the changes of all zones; of zones that change alike, those of the first."""
    alike: dict[tuple[tuple[datetime, tuple[timedelta, timedelta]], ...], list[Change]] = {}
    for name in sorted(available_timezones()):
        found = list(_changes(name))
        alike.setdefault(tuple((change.at, change.offsets) for change in found), found)
    return tuple(change for found in alike.values() for change in found)


def _simulated(expression: str, start: datetime, until: datetime, place: ZoneInfo) -> list[datetime]:
    told = (at.astimezone(UTC) for at in CronSim(expression, start.astimezone(place)))
    return list(takewhile(lambda at: at <= until, told))


def _scanned(expression: str, start: datetime, until: datetime, place: ZoneInfo) -> list[datetime]:
    said = CronSim(expression, start)
    minutes = int((until - start) / timedelta(minutes=1))
    times = (start + timedelta(minutes=minute) for minute in range(1, minutes + 1))
    walls = ((at, at.astimezone(place)) for at in times)
    return [
        at
        for at, wall in walls
        if wall.minute in said.minutes
        and wall.hour in said.hours
        and wall.month in said.months
        and said.match_day(wall.date())
    ]


def _fired(expression: str, start: datetime, until: datetime, place: ZoneInfo) -> list[datetime]:
    here = _HERE.get(expression, expression)
    found: list[datetime] = []
    while (at := next_fire(here, place, found[-1] if found else start)) is not None and at <= until:
        found.append(at)
    # Backwards it is the same.
    assert list(missed(here, place, start, until, 10_000)) == found
    return found


def _hold(change: Change) -> None:
    for expression in FIXED:
        start, until = change.at - _AROUND_FIXED, change.at + _AROUND_FIXED
        expected = _simulated(expression, start, until, change.place)
        assert _fired(expression, start, until, change.place) == expected, (change, expression)
    for expression in DISTANCE:
        start, until = change.at - _AROUND_DISTANCE, change.at + _AROUND_DISTANCE
        found = _fired(expression, start, until, change.place)
        assert found == _scanned(expression, start, until, change.place), (change, expression)
        # Where clocks jump by half an hour cronsim, which steps by hours, misses some.
        if change.is_of_whole_hours:
            assert found == _simulated(expression, start, until, change.place), (change, expression)


@pytest.mark.parametrize("name", SAMPLE)
def test_around_the_clock_changes_of_some_zones_firings_are_cronsims(name: str) -> None:
    first_two = list(_changes(name))[:2]
    assert len(first_two) == 2

    for change in first_two:
        _hold(change)


@pytest.mark.slow
def test_around_every_clock_change_of_five_years_firings_are_cronsims() -> None:
    assert len(_every_change()) > 300

    for change in _every_change():
        _hold(change)
