"""How amounts and times are written: for people, always the same, in no machine's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gitcp.model.amounts import Metric
from gitcp.model.base import format_instant

NONE: Final = "\u2013"
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SHORT: Final = tuple(month[:3] for month in MONTHS)
_DATE: Final = len("2026-11-22")
_HOUR: Final = len("09:30")
_HELD: Final = 4_096
_A_MINUTE: Final = 60
_AN_HOUR: Final = 60 * _A_MINUTE
_A_DAY: Final = 24 * _AN_HOUR
_CENT = Decimal("0.01")
_THOUSAND = 1_000
_MILLION = 1_000_000
_NEARLY_A_MILLION = 999_950


@lru_cache(_HELD)
def money(value: Decimal) -> str:
    """Write dollars; what is less than a cent is not nothing."""
    if 0 < value < _CENT:
        return "< $0.01"
    sign = "-" if value < 0 else ""
    return f"{sign}${abs(value).quantize(_CENT, ROUND_HALF_UP):,}"


def count(value: Decimal | int) -> str:
    """Write a whole number."""
    return f"{int(value):,}"


def tokens(value: Decimal | int) -> str:
    """Write tokens, rounded as people say them."""
    whole = int(value)
    if abs(whole) < _THOUSAND:
        return str(whole)
    if abs(whole) < _NEARLY_A_MILLION:
        return f"{whole / _THOUSAND:.1f}".removesuffix(".0") + "k"
    return f"{whole / _MILLION:,.1f}".removesuffix(".0") + "M"


@lru_cache(_HELD)
def duration(value: timedelta) -> str:
    """Write how long something took, in its two largest units."""
    seconds = max(0, round(value.total_seconds()))
    if seconds < _A_MINUTE:
        return f"{seconds} s"
    if seconds < _AN_HOUR:
        return f"{seconds // _A_MINUTE} min {seconds % _A_MINUTE:02d} s"
    if seconds < _A_DAY:
        return f"{seconds // _AN_HOUR} h {seconds // _A_MINUTE % 60:02d} min"
    return f"{seconds // _A_DAY} d {seconds // _AN_HOUR % 24} h"


def minutes(value: Decimal) -> str:
    """Write minutes, with hours from two hours on."""
    whole = int(value.quantize(Decimal(1), ROUND_HALF_UP))
    if not whole and value:
        return "< 1 min"
    if abs(whole) < 120:  # noqa: PLR2004 - two hours
        return f"{whole} min"
    hours, rest = divmod(abs(whole), 60)
    return f"{'-' if whole < 0 else ''}{hours:,} h {rest:02d} min"


_WRITERS: Final[dict[Metric, Callable[[Decimal], str]]] = {
    Metric.USD: money,
    Metric.USD_IMPUTED: money,
    Metric.TOKENS: tokens,
    Metric.RUNS: count,
    Metric.MINUTES: minutes,
}


@lru_cache(_HELD)
def amount(metric: Metric, value: Decimal | int | None) -> str:
    """Write an amount of a metric."""
    return NONE if value is None else _WRITERS[metric](Decimal(value))


def plural(number: int, one: str, many: str | None = None) -> str:
    """Write a number of things."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


class Stamp(NamedTuple):
    """A time, for people and for machines."""

    text: str
    machine: str

    @property
    def hour(self) -> str:
        """The hour and the minute alone, of a time that was written to the minute."""
        return self.text[-_HOUR:]


@dataclass(frozen=True, slots=True)
class Clock:
    """How times are written in the company's zone: the year only where it is not the present one."""

    year: int
    zone: tzinfo
    zone_name: str

    @classmethod
    def of(cls, now: datetime, zone_name: str) -> "Clock":
        """Make the clock of a zone; an unknown one is UTC, which the pages then say."""
        try:
            zone = ZoneInfo(zone_name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return cls(now.astimezone(UTC).year, UTC, "UTC")
        return cls(now.astimezone(zone).year, zone, zone_name)

    def local(self, at: datetime) -> datetime:
        """Return a time in the company's zone."""
        return at.astimezone(self.zone)

    def stamp(self, at: datetime) -> Stamp:
        """Write a time to the minute; the year only where it is another one."""
        return _stamp(self.zone, self.year, at)

    def day(self, at: datetime) -> Stamp:
        """Write the day of a time."""
        return _day(self.zone, self.year, at)

    def hour(self, at: datetime) -> str:
        """Write the hour and the minute of a time alone."""
        return self.stamp(at).hour

    def full(self, at: datetime) -> Stamp:
        """Write a time with its year, whatever year it is."""
        local = self.local(at)
        return Stamp(
            f"{local.day} {MONTHS[local.month - 1]} {local.year}, {_hour(local)}", format_instant(at)
        )

    def month(self, at: datetime) -> str:
        """Write the month of a time."""
        local = self.local(at)
        return f"{MONTHS[local.month - 1]} {local.year}"


@lru_cache(_HELD)
def instant(at: datetime) -> str:
    """Write a time for machines, once: it stands on a page and in the data beside it."""
    return format_instant(at)


@lru_cache(_HELD)
def _stamp(zone: tzinfo, year: int, at: datetime) -> Stamp:
    """Write a time once: it stands on a task's page several times, and again on the pages of its runs."""
    local = at.astimezone(zone)
    return Stamp(f"{_date(local, year)}, {_hour(local)}", instant(at))


@lru_cache(_HELD)
def _day(zone: tzinfo, year: int, at: datetime) -> Stamp:
    local = at.astimezone(zone)
    return Stamp(_date(local, year), local.isoformat()[:_DATE])


def _date(local: datetime, year: int) -> str:
    date = f"{local.day} {_SHORT[local.month - 1]}"
    return date if local.year == year else f"{date} {local.year}"


def _hour(local: datetime) -> str:
    return f"{local.hour:02d}:{local.minute:02d}"
