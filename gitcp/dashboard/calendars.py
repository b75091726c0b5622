"""The schedule as a calendar that other programs subscribe to.

Rule: every event is one that the clock will bring. There are no rules of recurrence, for none of them says what cron does when clocks change.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from icalendar import Calendar, Event

from gitcp.core.agenda import Recurring
from gitcp.dashboard import cadence
from gitcp.dashboard.register import Register
from gitcp.dashboard.spending import today
from gitcp.dashboard.wakes import by_the_clock, midnight
from gitcp.model.planning import Routine

DAYS: Final = 14
MOST: Final = 500
MOST_A_DAY: Final = 6

_LASTS: Final = timedelta(minutes=15)
_MOMENT: Final = timedelta(microseconds=1)


class _Planned(NamedTuple):
    """An event before it is written: at one time, or all day long where there are `times` too many to tell one by one."""

    at: datetime
    source: Recurring
    day: date | None
    times: int


def schedule(register: Register) -> bytes:
    """Write the next two weeks: an event for each wake, or for a day with many of the same agent or routine; no more than so many."""
    begin = midnight(register, today(register, ""))
    calendar = Calendar()
    calendar.add("prodid", "-//gitcp//schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{_company(register)}: schedule")
    for planned in sorted(_planned(register, begin), key=lambda p: (p.at, p.source.kind, p.source.id))[:MOST]:
        calendar.add_component(_event(register, planned, begin))
    return bytes(calendar.to_ical())


def _company(register: Register) -> str:
    company = register.snapshot.company
    return company.name if company else "A company"


def _planned(register: Register, begin: datetime) -> Iterator[_Planned]:
    end = midnight(register, today(register, "") + timedelta(days=DAYS))
    # Many share an expression, and then the very same times.
    known: dict[int, tuple[Sequence[datetime], dict[date, list[datetime]]]] = {}
    for source in by_the_clock(register, ""):
        times = source.between(begin - _MOMENT, end - _MOMENT) if source.why is None else ()
        if id(times) not in known:
            known[id(times)] = times, _by_day(register, times)
        for day, found in known[id(times)][1].items():
            if len(found) > MOST_A_DAY:
                yield _Planned(midnight(register, day), source, day, len(found))
            else:
                yield from (_Planned(at, source, None, 1) for at in found)


def _by_day(register: Register, times: Sequence[datetime]) -> dict[date, list[datetime]]:
    days: dict[date, list[datetime]] = defaultdict(list)
    for at in times:
        days[register.clock.local(at).date()].append(at)
    return days


def _event(register: Register, planned: _Planned, stamp: datetime) -> Event:
    source, event = planned.source, Event()
    event.add("uid", _uid(register, planned))
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("summary", _summary(register, planned))
    event.add("description", f"{cadence.words(source.cron) or source.cron} ({source.zone})")
    event.add("transp", "TRANSPARENT")
    if planned.day is not None:
        event.add("dtstart", planned.day)
        event.add("dtend", planned.day + timedelta(days=1))
    else:
        event.add("dtstart", planned.at.astimezone(UTC))
        event.add("duration", _LASTS)
    return event


def _uid(register: Register, planned: _Planned) -> str:
    # The same event has the same name in every edition, and another company's has another one.
    company = sha256(_company(register).encode()).hexdigest()[:12]
    at = f"{planned.day:%Y%m%d}" if planned.day else f"{planned.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{planned.source.kind}-{planned.source.id}-{at}@{company}.gitcp"


def _summary(register: Register, planned: _Planned) -> str:
    source = planned.source
    often = f", {planned.times:,} times" if planned.day else ""
    if source.kind == "agent":
        name = register.name_of(source.id)
        return f"{name.text if name else source.id}: heartbeat{often}"
    routine = register.snapshot.get(Routine, source.id)
    return f"{routine.title if routine else source.id}{often}"
