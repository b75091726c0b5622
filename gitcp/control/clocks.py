"""Whether two clocks agree."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.model.base import format_instant

# Two machines are never quite agreed; a lease of minutes bears this much.
APART: Final = timedelta(minutes=2)


def read_date(told: str | None) -> datetime | None:
    """Return the time that the header `Date` of an answer tells; none where it tells none."""
    try:
        found = parsedate_to_datetime(told or "")
        # `-0000` says that the zone is not known; the time is that of UTC all the same.
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def compared(about: str, here: datetime, there: datetime, where: str) -> Finding:
    """Return what to say of the time here and elsewhere."""
    apart = abs(here - there)
    if apart <= APART:
        return Finding(
            about, State.OK, f"agrees with the one {where}, to within {APART.seconds // 60} minutes"
        )
    return Finding(
        about,
        State.ERROR,
        f"it is {format_instant(here)} here, and {format_instant(there)} {where}",
        "set the clock of this machine, and keep it by NTP",
    )
