"""When a period begins and ends: at midnight of the company's zone, weeks on Monday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gitcp.core.schedule import zone
from gitcp.model.company import Company
from gitcp.model.guards import Period


def period_start(period: Period, now: datetime, place: ZoneInfo) -> datetime | None:
    """Return when the current period began, in UTC; none for periods without a beginning."""
    first = _first_day(period, now, place)
    return _midnight(first, place) if first else None


def period_end(period: Period, now: datetime, place: ZoneInfo) -> datetime | None:
    """Return when the current period ends, in UTC."""
    first = _first_day(period, now, place)
    if first is None:
        return None
    if period is Period.MONTH:
        return _midnight((first + timedelta(days=31)).replace(day=1), place)
    return _midnight(first + timedelta(days=7 if period is Period.WEEK else 1), place)


def company_zone(company: Company | None) -> ZoneInfo:
    """Return the zone that the company counts days in; UTC where it names none that exists."""
    return zone(company.timezone if company else None) or ZoneInfo("UTC")


def on_clock(at: datetime, place: ZoneInfo) -> datetime:
    """Return a time as a zone's clock shows it, told as if that were UTC: what `Run.counted_at` is compared with."""
    return at.astimezone(place).replace(tzinfo=UTC)


def _first_day(period: Period, now: datetime, place: ZoneInfo) -> date | None:
    day = now.astimezone(place).date()
    if period is Period.DAY:
        return day
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period is Period.MONTH else None


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place).astimezone(UTC)
