"""Runs by the day and the month of their claim in the company's zone, as facts: a day that is over is the same at every later build."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from gitcp.dashboard import links
from gitcp.dashboard.costs import Cost, cost_of
from gitcp.dashboard.facts import fact
from gitcp.dashboard.groups import Grouping, alike
from gitcp.dashboard.rows import RunRow, claimed
from gitcp.model.runs import Outcome, Run

if TYPE_CHECKING:
    from gitcp.dashboard.figures import Clock
    from gitcp.dashboard.register import Register

PART: Final = 200


@dataclass(frozen=True, slots=True)
class RunSum:
    """Runs of a day or a month, in numbers."""

    name: str
    runs: int
    active: int
    succeeded: int
    agents: int
    cost: Cost

    @property
    def other(self) -> int:
        """Those that ended in another way."""
        return self.runs - self.active - self.succeeded


BY_DAY: Final = Grouping[RunRow, RunRow](
    "day", Run.kind, lambda row, day_of: (day_of(row.claimed_at),), alike, claimed
)
"""All runs by day, written as 2026-11-22; within one the oldest first."""


@fact("runs-of-day")
def runs_of(register: "Register", day: str) -> Sequence[str]:
    """Return the runs of a day, the oldest claim first."""
    return [run.id for run in register.group(BY_DAY, day)]


@fact("sum-of-day")
def sum_of(register: "Register", day: str) -> RunSum:
    """Count the runs of a day."""
    return _summed(day, register.group(BY_DAY, day))


@fact("days-of-month")
def days_of(register: "Register", month: str) -> Sequence[RunSum]:
    """Count the runs of each day of a month, written as 2026-11, the oldest first."""
    return [sum_of(register, day) for day in days_in(register, month)]


@fact("run-days-by-month")
def _by_month(register: "Register", _: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for day in register.names_of(BY_DAY):
        found.setdefault(day[:7], []).append(day)
    return found


@fact("run-days-in-month")
def days_in(register: "Register", month: str) -> Sequence[str]:
    """Return the days of a month with runs, the oldest first."""
    return _by_month(register, "").get(month, ())


@fact("months-with-runs")
def months(register: "Register", _: str) -> Sequence[RunSum]:
    """Count the runs of each month, the oldest first; agents are not counted."""
    return [together(month, days_of(register, month)) for month in _by_month(register, "")]


@fact("newest-day")
def newest_day(register: "Register", _: str) -> str | None:
    """Return the newest day with a run, or none."""
    return next(reversed(register.names_of(BY_DAY)), None)


@fact("days-beside")
def beside(register: "Register", day: str) -> tuple[str | None, str | None]:
    """Return the days with runs before and after one; around a day without any there are none."""
    places = _places(register, "")
    if day not in places:
        return None, None
    names, place = list(places), places[day]
    return names[place - 1] if place else None, names[place + 1] if place + 1 < len(names) else None


@fact("places-of-days")
def _places(register: "Register", _: str) -> Mapping[str, int]:
    return {day: place for place, day in enumerate(register.names_of(BY_DAY))}


def day_names(register: "Register") -> list[str]:
    """Name the parts of all days: 2026-11-22, and 2026-11-22/2 where a day has more than one."""
    return [
        part_name(day, part)
        for day in register.names_of(BY_DAY)
        for part in range(1, parts_of(len(runs_of(register, day))) + 1)
    ]


def run_months(register: "Register") -> list[str]:
    """Name the months with runs, the oldest first."""
    return list(_by_month(register, ""))


def part_name(day: str, part: int) -> str:
    """Name a part of a day."""
    return day if part == 1 else f"{day}/{part}"


def page_of(name: str) -> str:
    """Return the page of a part of a day by its name."""
    day, _, part = name.partition("/")
    return links.day_page(day, int(part or 1))


def parts_of(runs: int) -> int:
    """Return how many parts so many runs make."""
    return max(1, -(-runs // PART))


def midnights(clock: "Clock", day: str) -> tuple[datetime, datetime]:
    """Return when a day begins and ends in the company's zone, as UTC, in which differences count hours that pass."""
    found = date.fromisoformat(day)
    first, after = (
        datetime(of.year, of.month, of.day, tzinfo=clock.zone).astimezone(UTC)
        for of in (found, found + timedelta(days=1))
    )
    return first, after


def _summed(name: str, runs: Sequence[RunRow]) -> RunSum:
    return RunSum(
        name,
        len(runs),
        sum(run.is_active for run in runs),
        sum(run.outcome is Outcome.SUCCEEDED for run in runs),
        len({run.agent for run in runs}),
        cost_of(runs),
    )


def together(name: str, days: Sequence[RunSum]) -> RunSum:
    """Add up days; who worked in them is not counted."""
    total = Cost()
    for day in days:
        total = total.plus(day.cost)
    return RunSum(
        name,
        sum(day.runs for day in days),
        sum(day.active for day in days),
        sum(day.succeeded for day in days),
        0,
        total,
    )
