"""Runs together: those that go on, the newest, and the way to all of them by month and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.days import month_name, short
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import MONTHS, plural
from gitcp.dashboard.refs import Ref, RunLine, run_caption, run_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.run_days import PART, RunSum, days_of, months, newest_day, runs_of, sum_of, together
from gitcp.dashboard.views.run_day import Waterfall, day_title, rows_of, told_sum, waterfall

LATEST: Final = 50
ACTIVE: Final = 100


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a day with runs; `width` is its share of the busiest beside it, in per cent."""

    name: Ref
    runs: str
    succeeded: str
    other: str
    active: str
    cost: str
    width: str


@dataclass(frozen=True, slots=True)
class Year:
    """The months of a year, the newest first."""

    name: str
    months: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest day with runs, drawn as far as its newest runs; `cut` says what is left out."""

    name: Ref
    summary: str
    waterfall: Waterfall
    cut: str | None


@dataclass(frozen=True, slots=True)
class Runs:
    """What runs now, the newest day and the newest runs; all others by month."""

    summary: str
    active: tuple[RunLine, ...]
    active_caption: str
    newest: Newest | None
    caption: str
    runs: tuple[RunLine, ...]
    years: tuple[Year, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month, the oldest first."""

    title: str
    summary: str
    days: tuple[Period, ...]


@fact("newest-runs")
def _newest(register: Register, _: str) -> list[str]:
    return list(register.rows.runs)[:LATEST]


def latest(register: Register) -> Runs:
    """Show what runs, and the newest runs."""
    going = [run_line(register, run) for run in register.active[:ACTIVE]]
    lines = tuple(run_line(register, row) for row in rows_of(register, _newest(register, "")))
    known = months(register, "")
    total = sum(month.runs for month in known)
    return Runs(
        summary=f"{plural(total, 'run')} so far; {len(register.active):,} going on." if total else "",
        active=tuple(going),
        active_caption=f"The first {ACTIVE} of {len(register.active):,}"
        if len(register.active) > ACTIVE
        else "Oldest first",
        newest=_newest_day(register),
        caption=run_caption(lines, f"The newest {LATEST}" if total > LATEST else "Newest first"),
        runs=lines,
        years=_years(known),
    )


def _newest_day(register: Register) -> Newest | None:
    day = newest_day(register, "")
    if day is None:
        return None
    ids = runs_of(register, day)
    cut = f"Drawn are the newest {PART} of {len(ids):,}." if len(ids) > PART else None
    drawn = waterfall(register, day, rows_of(register, ids[-PART:]))
    return Newest(Ref(day_title(day), links.day_page(day)), told_sum(sum_of(register, day)), drawn, cut)


def _years(known: Sequence[RunSum]) -> tuple[Year, ...]:
    most = max((month.runs for month in known), default=1)
    grouped = groupby(reversed(known), lambda month: month.name[:4])
    return tuple(
        Year(
            year,
            tuple(
                _period(_month_name(month.name), links.month_page(month.name), month, most) for month in of
            ),
        )
        for year, of in grouped
    )


def _month_name(month: str) -> str:
    return MONTHS[int(month[5:]) - 1]


def _period(name: str, href: str, total: RunSum, most: int) -> Period:
    return Period(
        name=Ref(name, href),
        runs=f"{total.runs:,}",
        succeeded=f"{total.succeeded:,}",
        other=f"{total.other:,}",
        active=f"{total.active:,}",
        cost=total.cost.text,
        width=f"{Decimal(total.runs) / most * 100:.1f}",
    )


def month(register: Register, name: str) -> Month | None:
    """Show the days of a month, written as 2026-11."""
    found = days_of(register, name)
    if not found:
        return None
    most = max(day.runs for day in found)
    days = tuple(_period(short(day.name), links.day_page(day.name), day, most) for day in found)
    return Month(f"Runs in {month_name(name)}", told_sum(together(name, found)), days)
