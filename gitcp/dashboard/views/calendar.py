"""An agent's last weeks, day by day: how its runs ended, when its heartbeats are due, and what it cost.

The weeks are whole ones, so that a page does not change because a day has passed; which of their days is today the page does not say.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from gitcp.core.lateness import opens
from gitcp.core.schedule import is_cron, next_fire, zone
from gitcp.dashboard.charts import Chart, Column, Series, Table, bars
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import MONTHS, duration, plural
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.scales import unit_of
from gitcp.model.amounts import Metric
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.runs import Outcome

WEEKS: Final = 13
COST_WEEKS: Final = 5
_AHEAD: Final = 2  # this week and the next
_PITCH: Final = 18
_CELL: Final = 14
_LEFT, _TOP = 34, 18
_DAYS: Final = 7
_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHOLE: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)
_IN_TIME: Final = timedelta(minutes=1)
_BAD: Final = frozenset({Outcome.FAILED, Outcome.TIMED_OUT, Outcome.OVER_BUDGET})
_LABELS: Final = {"good": "succeeded", "bad": "failed", "other": "ended otherwise", "busy": "going on"}
_TONES: Final = ("bad", "other", "good", "busy")  # from the bottom of a day up
_FEW: Final = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, from its top; `tone` is a class of the style sheet."""

    y: str
    height: str
    tone: str


@dataclass(frozen=True, slots=True)
class Square:
    """A day: nothing to say is nothing in `hint`."""

    x: int
    y: int
    parts: tuple[Part, ...]
    hint: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A label of the calendar."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks as squares, in words, and as a table; `keys` are the tones that are shown."""

    width: int
    height: int
    squares: tuple[Square, ...]
    words: tuple[Word, ...]
    text: str
    due: str | None
    late: str | None
    keys: tuple[tuple[str, str], ...]
    table: Table


@dataclass(slots=True)
class Day:
    """What one day held; `beats` are the slots that were answered, each with the claim that did."""

    ended: Counter[str] = field(default_factory=Counter)
    usd: Decimal = Decimal(0)
    imputed: Decimal = Decimal(0)
    beats: list[tuple[datetime, datetime]] = field(default_factory=list)


@fact("calendar-week")
def _week(register: Register, _: str) -> date:
    today = register.clock.local(register.site.now).date()
    return today - timedelta(days=today.weekday())


def recent(register: Register, agent: str) -> tuple[date, Mapping[date, Day]]:
    """Return the Monday of this week, and the days of the last weeks on which an agent's runs were claimed."""
    week, clock = _week(register, ""), register.clock
    first = datetime.combine(_first(week), time(), clock.zone)
    days: dict[date, Day] = {}
    for run in register.runs_by(agent):
        if run.claimed_at < first:
            break
        day = days.setdefault(clock.local(run.claimed_at).date(), Day())
        day.ended[_tone(run)] += 1
        day.usd += run.usd
        day.imputed += run.usd_imputed
        if run.slot is not None:
            day.beats.append((run.slot, run.claimed_at))
    return week, days


def _first(week: date) -> date:
    return week - timedelta(weeks=WEEKS - 1)


def _tone(run: RunRow) -> str:
    if run.is_active:
        return "busy"
    if run.outcome is Outcome.SUCCEEDED:
        return "good"
    return "bad" if run.outcome in _BAD else "other"


def calendar(register: Register, agent: Agent, week: date, days: Mapping[date, Day]) -> Calendar | None:
    """Show an agent's weeks; none where there is neither a run nor a heartbeat in them."""
    due = _due(register, agent, week)
    if not days and not due:
        return None
    first = _first(week)
    grid = [first + timedelta(days=n) for n in range((WEEKS + 1) * _DAYS)]
    total = sum((day.ended for day in days.values()), Counter[str]())
    late = {day: found for day, held in days.items() if (found := _late(register, agent, held)) is not None}
    return Calendar(
        width=_LEFT + (WEEKS + 1) * _PITCH,
        height=_TOP + _DAYS * _PITCH,
        squares=tuple(
            _square(n, day, days.get(day), late.get(day), is_due=day in due) for n, day in enumerate(grid)
        ),
        words=tuple(_words(first)),
        text=f"{_ended(total) or 'No run'} in the {WEEKS} weeks from {_day(first)}.",
        due=_told(due) if due else None,
        late=_late_on(late),
        keys=tuple((tone, _LABELS[tone]) for tone in reversed(_TONES) if total[tone]),
        table=Table(
            ("", "Runs", *(label.capitalize() for label in _LABELS.values())), tuple(_rows(first, days))
        ),
    )


def _square(place: int, day: date, held: Day | None, late: timedelta | None, *, is_due: bool) -> Square:
    week, weekday = divmod(place, _DAYS)
    said = [_ended(held.ended)] if held else []
    said += [_answered(late)] if late is not None else []
    said += ["a heartbeat is due"] if is_due else []
    return Square(
        x=_LEFT + week * _PITCH,
        y=_TOP + weekday * _PITCH,
        parts=tuple(_parts(held.ended)) if held else (),
        hint=f"{_NAMES[weekday]} {_day(day)}: {', '.join(said)}" if said else "",
        is_due=is_due,
    )


def _parts(ended: Counter[str]) -> Iterator[Part]:
    total, top = ended.total(), 0.0
    for tone in reversed(_TONES):
        if ended[tone]:
            height = _CELL * ended[tone] / total
            yield Part(f"{top:.1f}", f"{height:.1f}", tone)
            top += height


def _words(first: date) -> Iterator[Word]:
    for weekday in (0, 2, 4):
        yield Word(0, _TOP + weekday * _PITCH + 11, _NAMES[weekday])
    last = -3
    for week in range(WEEKS + 1):
        monday = first + timedelta(weeks=week)
        if monday.day <= _DAYS and week - last > 1:
            yield Word(_LEFT + week * _PITCH, 11, MONTHS[monday.month - 1][:3])
            last = week


def _rows(first: date, days: Mapping[date, Day]) -> Iterator[tuple[str, ...]]:
    for week in range(WEEKS):
        monday = first + timedelta(weeks=week)
        held = [days.get(monday + timedelta(days=n), Day()).ended for n in range(_DAYS)]
        total = sum(held, Counter[str]())
        if total:
            yield (
                f"Week of {_day(monday)}",
                f"{total.total():,}",
                *(f"{total[tone]:,}" for tone in _LABELS),
            )


def _ended(ended: Counter[str]) -> str:
    if not ended:
        return ""
    parts = [f"{ended[tone]:,} {label}" for tone, label in _LABELS.items() if ended[tone]]
    return f"{plural(ended.total(), 'run')}, {', '.join(parts)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


# heartbeats


def _due(register: Register, agent: Agent, week: date) -> tuple[date, ...]:
    beat = agent.heartbeat
    if beat is None or agent.status is not AgentStatus.ACTIVE:
        return ()
    return _beats(beat.cron, beat.timezone or register.clock.zone_name, beat.since, week)


@lru_cache(maxsize=4_096)
def _beats(cron: str, zone_name: str, since: datetime | None, week: date) -> tuple[date, ...]:
    """Return the days of two weeks on which an expression fires."""
    place = zone(zone_name)
    if place is None or not is_cron(cron):
        return ()
    after = datetime.combine(week, time(), place) - _MOMENT
    after = max(after, since - _MOMENT) if since else after
    end = week + timedelta(weeks=_AHEAD)
    found: list[date] = []
    while (at := next_fire(cron, place, after)) and (day := at.astimezone(place).date()) < end:
        found.append(day)
        after = datetime.combine(day + _WHOLE, time(), place) - _MOMENT
    return tuple(found)


def _told(due: Sequence[date]) -> str:
    if len(due) > _FEW:
        return f"Heartbeats are due on {len(due)} days of this week and the next."
    return f"Heartbeats of this week and the next: {', '.join(map(_day, due))}."


def _late(register: Register, agent: Agent, held: Day) -> timedelta | None:
    """Return how late the heartbeat of a day was answered that waited longest; none where none was answered."""
    waits = (at - opens(register.snapshot, agent.id, slot) for slot, at in held.beats)
    return max((max(wait, timedelta()) for wait in waits), default=None)


def _answered(late: timedelta) -> str:
    return f"a heartbeat was answered {_how_late(late)}"


def _how_late(late: timedelta) -> str:
    return f"{duration(late)} late" if late >= _IN_TIME else "in time"


def _late_on(late: Mapping[date, timedelta]) -> str | None:
    if not late:
        return None
    day = max(late, key=lambda day: (late[day], day))
    if late[day] < _IN_TIME:
        return "Heartbeats were answered in time."
    return f"The heartbeat that waited longest was answered {_how_late(late[day])}, on {_day(day)}."


# costs


def costs(week: date, days: Mapping[date, Day]) -> Chart | None:
    """Show what an agent's runs of the last weeks cost, by day; none where they cost nothing."""
    first = week - timedelta(weeks=COST_WEEKS - 1)
    shown = [first + timedelta(days=n) for n in range(COST_WEEKS * _DAYS)]
    held = [days.get(day, Day()) for day in shown]
    is_billed = any(day.usd for day in held)
    if not is_billed and not any(day.imputed for day in held):
        return None
    columns = [
        Column(_day(day), f"{_NAMES[day.weekday()]} {_day(day)}", (on.usd if is_billed else on.imputed,))
        for day, on in zip(shown, held, strict=True)
    ]
    title = "Cost by day" if is_billed else "List price by day, not billed"
    return bars("costs", f"{title}, since {_day(first)}", columns, [Series("Cost")], unit_of(Metric.USD))
