"""The runs of a day: drawn against its hours, and listed."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from gitcp.dashboard import links, words
from gitcp.dashboard.days import month_name, short
from gitcp.dashboard.figures import MONTHS, NONE, Clock, plural
from gitcp.dashboard.refs import Ref, RunLine, member_ref, outcome, run_caption, run_line, titled_ref, took
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.run_days import PART, RunSum, beside, midnights, parts_of, runs_of, sum_of
from gitcp.dashboard.views.tabs import Tab
from gitcp.dashboard.waterfall import Axis, Bar, Span, axis, lanes
from gitcp.dashboard.words import Badge
from gitcp.model.runs import Outcome

ROW: Final = 18
_HELD: Final = 1_024
_LOOKS: Final = {
    Outcome.SUCCEEDED: "plain",
    Outcome.FAILED: "crossed",
    Outcome.CANCELLED: "hollow",
}
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Drawn(NamedTuple):
    """A run as a bar. Places are in per cent of the width, heights in pixels; `look` names the pattern, so that the colour is not all."""

    href: str
    title: str
    tone: str
    look: str
    y: int
    wait_x: str
    wait_width: str
    x: str
    width: str
    deadline: str | None


class DrawnLane(NamedTuple):
    """The bars of an agent."""

    agent: Ref
    height: int
    bars: tuple[Drawn, ...]


class Mark(NamedTuple):
    """An hour on the axis."""

    x: str
    label: str
    anchor: str


class Look(NamedTuple):
    """What a bar's look means."""

    badge: Badge
    look: str


class Waterfall(NamedTuple):
    """Runs against the hours of their day; `told` says in words what is to be seen."""

    lanes: tuple[DrawnLane, ...]
    marks: tuple[Mark, ...]
    looks: tuple[Look, ...]
    told: str


class RunDay(NamedTuple):
    """One day, or a part of one with many runs; `before` and `after` lead to the days beside it."""

    title: str
    summary: str
    month: Ref
    before: Ref | None
    after: Ref | None
    parts: tuple[Tab, ...]
    waterfall: Waterfall
    caption: str
    runs: tuple[RunLine, ...]


def run_day(register: Register, name: str) -> RunDay | None:
    """Show a part of a day, named as 2026-11-22 or 2026-11-22/2."""
    day, _, number = name.partition("/")
    part = int(number or 1)
    ids = runs_of(register, day)
    rows = rows_of(register, ids[(part - 1) * PART : part * PART])
    if not rows:
        return None
    lines = tuple(run_line(register, row) for row in rows)
    before, after = beside(register, day)
    return RunDay(
        title=f"Runs on {day_title(day)}",
        summary=told_sum(sum_of(register, day)),
        month=Ref(month_name(day), links.month_page(day[:7])),
        before=Ref(short(before), links.day_page(before)) if before else None,
        after=Ref(short(after), links.day_page(after)) if after else None,
        parts=_parts(day, part, len(ids)),
        waterfall=waterfall(register, day, rows),
        caption=run_caption(lines, _caption(part, rows, len(ids))),
        runs=lines,
    )


def rows_of(register: Register, ids: Sequence[str]) -> list[RunRow]:
    """Return runs in few words."""
    return [row for row in map(register.run_row, ids) if row is not None]


def told_sum(total: RunSum) -> str:
    """Say in a sentence how many runs there were, how they ended and what they cost."""
    ends = [
        f"{number:,} {word}"
        for number, word in (
            (total.succeeded, "succeeded"),
            (total.other, "did not"),
            (total.active, "going on"),
        )
        if number
    ]
    by = f" by {plural(total.agents, 'agent')}" if total.agents else ""
    return f"{plural(total.runs, 'run')}{by} for {total.cost.text}: {', '.join(ends)}."


@lru_cache(_HELD)
def day_title(day: str) -> str:
    """Write a day with its weekday and its year."""
    found = date.fromisoformat(day)
    return f"{_WEEKDAYS[found.weekday()]} {found.day} {MONTHS[found.month - 1]} {found.year}"


def _parts(day: str, part: int, runs: int) -> tuple[Tab, ...]:
    count = parts_of(runs)
    if count == 1:
        return ()
    return tuple(
        Tab(
            f"{(number - 1) * PART + 1:,} to {min(number * PART, runs):,}",
            links.day_page(day, number),
            number == part,
        )
        for number in range(1, count + 1)
    )


def _caption(part: int, rows: Sequence[RunRow], runs: int) -> str:
    if runs <= PART:
        return "Oldest first"
    first = (part - 1) * PART + 1
    return f"{first:,} to {first + len(rows) - 1:,} of the day, oldest first"


def waterfall(register: Register, day: str, rows: Sequence[RunRow]) -> Waterfall:
    """Draw runs of a day."""
    spans = [_span(register, row) for row in rows]
    over = axis(spans, *midnights(register.clock, day))
    known = {row.id: row for row in rows}
    drawn = tuple(
        DrawnLane(
            member_ref(register, lane.name),
            lane.rows * ROW,
            tuple(_drawn(register, known[bar.name], bar) for bar in lane.bars),
        )
        for lane in lanes(spans, over)
    )
    return Waterfall(drawn, _marks(register.clock, over), _looks(rows), _told(register.clock, over, rows))


def _span(register: Register, row: RunRow) -> Span:
    run = register.run(row.id) if row.is_active else None
    limit = run.deadline if run else row.claimed_at
    return Span(row.id, row.agent, row.claimed_at, row.started_at, row.ended_at, limit)


def _drawn(register: Register, row: RunRow, bar: Bar) -> Drawn:
    badge = outcome(row)
    end = bar.start + bar.wait + bar.width
    return Drawn(
        href=links.run_page(row.id),
        title=_title(register, row, badge),
        tone=badge.tone,
        look=_look(row),
        y=bar.row * ROW + 3,
        wait_x=f"{bar.start:.2f}",
        wait_width=f"{bar.wait:.2f}",
        x=f"{bar.start + bar.wait:.2f}",
        width=f"{bar.width:.2f}",
        deadline=f"{end - 0.2:.2f}" if row.is_active and not bar.goes_on else None,
    )


def _title(register: Register, row: RunRow, badge: Badge) -> str:
    clock, what = register.clock, titled_ref(register, row.task).text if row.task else "no task"
    length = f", {took(row)}" if took(row) != NONE else ""
    return (
        f"{clock.hour(row.claimed_at)} {member_ref(register, row.agent).text}: {what} ({badge.label}{length})"
    )


def _look(row: RunRow) -> str:
    if row.is_active:
        return "going"
    return _LOOKS.get(row.outcome, "striped") if row.outcome else "plain"


def _looks(rows: Sequence[RunRow]) -> tuple[Look, ...]:
    """Explain the looks that there are, in the order in which outcomes are told."""
    found = {outcome(row).label: Look(outcome(row), _look(row)) for row in rows}
    order = [words.RUNNING, words.STOPPING, *words.OUTCOME.values(), words.ENDED]
    return tuple(found[badge.label] for badge in order if badge.label in found)


def _marks(clock: Clock, over: Axis) -> tuple[Mark, ...]:
    last = len(over.ticks) - 1
    return tuple(
        Mark(
            f"{over.place(tick):.2f}",
            "24:00"
            if number == last and tick > over.begin and _is_midnight(clock, over)
            else clock.hour(tick),
            "start" if over.place(tick) == 0 else "end" if over.place(tick) == 100 else "middle",  # noqa: PLR2004 - the whole width
        )
        for number, tick in enumerate(over.ticks)
    )


def _is_midnight(clock: Clock, over: Axis) -> bool:
    end = clock.local(over.end)
    return over.ticks[-1] == over.end and (end.hour, end.minute) == (0, 0)


def _told(clock: Clock, over: Axis, rows: Sequence[RunRow]) -> str:
    agents = len({row.agent for row in rows})
    begin, end = clock.local(over.begin), clock.local(over.end)
    until = "24:00" if end.date() > begin.date() else f"{end:%H:%M}"
    lines = "one line" if agents == 1 else f"{agents:,} lines, one for each agent"
    return f"{plural(len(rows), 'run')} between {begin:%H:%M} and {until} in {lines}. The table below says the same in words."
