"""The days, weeks and months of many times, in the company's zone."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from gitcp.dashboard.figures import MONTHS, Clock

_QUARTER: Final = 900


class DayOf:
    """Tells the day of a time, as 2026-11-22: no zone's clock changes within a quarter of an hour, so that few are worked out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[int, str] = {}

    def __call__(self, at: datetime) -> str:
        """Return the day of a time."""
        quarter = int(at.timestamp()) // _QUARTER
        day = self._known.get(quarter)
        if day is None:
            day = self._known[quarter] = self._clock.local(at).date().isoformat()
        return day


@lru_cache(maxsize=4_096)
def week_of(day: str) -> str:
    """Return the Monday of a day's week."""
    found = date.fromisoformat(day)
    return (found - timedelta(found.weekday())).isoformat()


def short(day: str) -> str:
    """Write a day without its year."""
    return f"{int(day[8:10])} {MONTHS[int(day[5:7]) - 1][:3]}"


def month_name(month: str) -> str:
    """Write a month, given as 2026-11, with its year."""
    return f"{MONTHS[int(month[5:7]) - 1]} {month[:4]}"
