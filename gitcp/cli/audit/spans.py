"""From when, until when: a day, a time, or a commit."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import click

from gitcp.cli.parameters import Instant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from gitcp.control.telling import Range

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*")


@dataclass(frozen=True, slots=True)
class Span:
    """What a command was given: times, and names of commits; `between` is none where no commit was named."""

    since: datetime | None
    until: datetime | None
    after: str | None
    to: str | None

    @property
    def between(self) -> "Range | None":
        """The commits, if any is named."""
        from gitcp.control.telling import Range

        return Range(self.after, self.to) if self.after or self.to else None


def span(since: str | None, until: str | None, zone: "ZoneInfo") -> Span:
    """Read two options. A day begins and ends in the company's zone, and a last day is part of the span.

    Raises:
        click.BadParameter: a time is none, or has no zone.
    """
    begin, end = _when(since, zone), _when(until, zone, days=1)
    return Span(begin, end, since if begin is None else None, until if end is None else None)


def _when(text: str | None, zone: "ZoneInfo", days: int = 0) -> datetime | None:
    if text is None:
        return None
    if _DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text) + timedelta(days=days)
        except ValueError:
            raise click.BadParameter(f"expected a day such as 2026-11-30, found {text!r}") from None
        return datetime.combine(day, time(), zone)
    return Instant().convert(text, None, None) if _TIME.fullmatch(text) else None
