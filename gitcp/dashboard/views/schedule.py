"""The next seven days: who wakes by the clock, on which day and in which hour, and when most of it happens."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gitcp.core.agenda import Recurring
from gitcp.core.lateness import PATIENCE, Answered
from gitcp.dashboard import cadence, links
from gitcp.dashboard.charts import Heat, heat
from gitcp.dashboard.figures import MONTHS, NONE, Stamp, duration, plural
from gitcp.dashboard.refs import Ref, task_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.scales import Unit, unit_of_things
from gitcp.dashboard.spending import today
from gitcp.dashboard.tardiness import answered, who_wakes
from gitcp.dashboard.wakes import DAYS_AHEAD, WEEKS_BACK, by_the_clock, midnight, woken
from gitcp.model.members import Agent

MOST_IN_AN_HOUR: Final = 6
MOST_TIMES: Final = 4
MOST: Final = 300

_IN_TIME: Final = timedelta(minutes=1)
_HOURS: Final = tuple(f"{hour:02d}" for hour in range(24))
_NAMES: Final = tuple(f"{hour:02d}:00" for hour in range(24))
_WAKES: Final = unit_of_things("wake")
_RUNS: Final = unit_of_things("run")


@dataclass(frozen=True, slots=True)
class Entry:
    """Who wakes in an hour: at these times, or how often."""

    ref: Ref
    times: str


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour in which somebody wakes; `more` tells of those who are not named."""

    label: str
    entries: tuple[Entry, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day; `note` tells of a change of the clocks."""

    name: str
    machine: str
    summary: str
    note: str | None
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A heartbeat or a routine; `zone` is another than the company's, `why` what keeps it from waking."""

    ref: Ref
    kind: str
    words: str | None
    cron: str
    zone: str
    count: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A wake that was answered: of whom, when it was due, when it was answered and by what, how late that was."""

    ref: Ref
    due: Stamp
    at: Stamp
    by: Ref
    late: str
    tone: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The seven days."""

    lead: str
    zone: str
    days: tuple[Day, ...]
    planned: Heat | None
    woken: Heat | None
    lines: tuple[Line, ...]
    more: str | None
    answers: tuple[Answer, ...]
    calendar: str | None


@dataclass(frozen=True, slots=True)
class _Wakes:
    """When each wakes that is not kept from it."""

    of: Sequence[tuple[Recurring, Sequence[datetime]]]

    @property
    def total(self) -> int:
        return sum(len(times) for _, times in self.of)


def schedule(register: Register) -> Schedule:
    """Show today and the six days after it."""
    found, first = by_the_clock(register, ""), today(register, "")
    begin, end = midnight(register, first), midnight(register, first + timedelta(days=DAYS_AHEAD))
    moment = timedelta(microseconds=1)
    wakes = _Wakes([
        (each, each.between(begin - moment, end - moment) if each.why is None else ()) for each in found
    ])  # fmt: skip
    hours = _by_hour(register, wakes)
    past = woken(register, "")
    return Schedule(
        lead=_lead(found, wakes.total),
        zone=register.clock.zone_name,
        days=tuple(_day(register, first + timedelta(days=n), hours) for n in range(DAYS_AHEAD))
        if found
        else (),
        planned=_planned(hours) if wakes.total else None,
        woken=_heat(f"Runs of the last {WEEKS_BACK} weeks", past, _RUNS) if any(map(any, past)) else None,
        lines=tuple(_line(register, each, len(times)) for each, times in _ordered(wakes)[:MOST]),
        more=f"and {len(found) - MOST:,} more" if len(found) > MOST else None,
        answers=tuple(_answer(register, each) for each in answered(register, "")),
        calendar=links.CALENDAR if found else None,
    )


_Hours = Mapping[tuple[date, int], Mapping[Recurring, Sequence[datetime]]]


def _by_hour(register: Register, wakes: _Wakes) -> _Hours:
    hours: dict[tuple[date, int], dict[Recurring, list[datetime]]] = defaultdict(dict)
    # Many share an expression, and then the very same times.
    known: dict[int, dict[tuple[date, int], list[datetime]]] = {}
    for each, times in wakes.of:
        if id(times) not in known:
            known[id(times)] = _sorted(register, times)
        for hour, found in known[id(times)].items():
            hours[hour][each] = found
    return hours


def _sorted(register: Register, times: Sequence[datetime]) -> dict[tuple[date, int], list[datetime]]:
    hours: dict[tuple[date, int], list[datetime]] = defaultdict(list)
    for at in times:
        local = register.clock.local(at)
        hours[local.date(), local.hour].append(local)
    return hours


def _lead(found: Sequence[Recurring], total: int) -> str:
    if not found:
        return "Nobody wakes by the clock: no agent has a heartbeat, and there is no routine."
    beats = sum(each.kind == "agent" for each in found)
    resting = sum(each.why is not None for each in found)
    rest = f"; {plural(resting, 'rests', 'rest')}" if resting else ""
    who = f"{plural(beats, 'heartbeat')} and {plural(len(found) - beats, 'routine')}"
    return f"{who}, {plural(total, 'wake')} in seven days{rest}."


def _day(register: Register, day: date, hours: _Hours) -> Day:
    found = [(hour, hours[day, hour]) for hour in range(24) if (day, hour) in hours]
    total = sum(len(times) for _, each in found for times in each.values())
    return Day(
        name=f"{cadence.DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}",
        machine=day.isoformat(),
        summary=plural(total, "wake") if total else "nobody wakes",
        note=_change(register, day),
        hours=tuple(_hour(register, hour, each) for hour, each in found),
    )


def _change(register: Register, day: date) -> str | None:
    begin, end = midnight(register, day), midnight(register, day + timedelta(days=1))
    moved = (end.utcoffset() or timedelta()) - (begin.utcoffset() or timedelta())
    if not moved:
        return None
    minutes = int(abs(moved).total_seconds()) // 60
    by = plural(minutes // 60, "hour") if minutes % 60 == 0 else plural(minutes, "minute")
    return f"The clocks go {'forward' if moved > timedelta() else 'back'} by {by}."


def _hour(register: Register, hour: int, found: Mapping[Recurring, Sequence[datetime]]) -> Hour:
    ordered = sorted(found.items(), key=lambda pair: (pair[1][0], pair[0].kind, pair[0].id))
    more = ordered[MOST_IN_AN_HOUR:]
    wakes = sum(len(times) for _, times in more)
    return Hour(
        f"{hour:02d}:00",
        tuple(Entry(_ref(register, each), _times(times)) for each, times in ordered[:MOST_IN_AN_HOUR]),
        f"and {plural(len(more), 'other')}, {plural(wakes, 'wake')}" if more else None,
    )


def _times(times: Sequence[datetime]) -> str:
    if len(times) > MOST_TIMES:
        return f"{len(times):,} times"
    if len(times) == 1 and not times[0].minute:
        return ""  # the hour says it
    return ", ".join(f"{at:%H:%M}" for at in times)


def _ref(register: Register, each: Recurring) -> Ref:
    return who_wakes(register, each.kind, each.id)


def _planned(hours: _Hours) -> Heat:
    counts = [[0] * 24 for _ in range(7)]
    for (day, hour), found in hours.items():
        counts[day.weekday()][hour] += sum(map(len, found.values()))
    return _heat("Wakes by the clock in these seven days", counts, _WAKES)


def _heat(title: str, counts: Sequence[Sequence[int]], unit: Unit) -> Heat:
    rows = [(name[:3], numbers) for name, numbers in zip(cadence.DAYS, counts, strict=True)]
    return heat(title, _HOURS, rows, unit.text, _NAMES)


def _ordered(wakes: _Wakes) -> list[tuple[Recurring, Sequence[datetime]]]:
    return sorted(wakes.of, key=lambda pair: (pair[0].kind, pair[0].why is not None, pair[0].id))


def _line(register: Register, each: Recurring, count: int) -> Line:
    why = each.why if each.is_readable else "its times cannot be read"
    return Line(
        ref=_ref(register, each),
        kind="Heartbeat" if each.kind == "agent" else "Routine",
        words=cadence.words(each.cron),
        cron=each.cron,
        zone="" if each.zone == register.clock.zone_name else each.zone,
        count=NONE if why else f"{count:,}",
        why=why,
    )


def _answer(register: Register, found: Answered) -> Answer:
    is_run = found.kind == Agent.kind
    return Answer(
        ref=who_wakes(register, found.kind, found.id),
        due=register.clock.stamp(found.due),
        at=register.clock.stamp(found.at),
        by=Ref("run", links.run_page(found.by), "run") if is_run else task_ref(register, found.by),
        late=duration(found.late) if found.late >= _IN_TIME else "in time",
        tone="warn" if found.late > PATIENCE else "plain",
    )
