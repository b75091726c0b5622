"""Whether two clocks agree."""

from datetime import datetime, timedelta
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.model.base import format_instant

# Two machines are never quite agreed; a lease of minutes bears this much.
APART: Final = timedelta(minutes=2)


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
