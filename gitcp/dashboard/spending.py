"""What ended runs took, by month, as facts: one way through all runs for all months, so that a month that is over never changes.

A run counts on the day that the company's clock showed when it was claimed, as it does for budgets.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gitcp.dashboard.facts import fact
from gitcp.dashboard.groups import Grouping, alike
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, claimed
from gitcp.dashboard.task_counts import DONE
from gitcp.model.amounts import Metric
from gitcp.model.planning import Project
from gitcp.model.runs import Run


class Share(NamedTuple):
    """Whose, for what and where."""

    day: str
    agent: str
    project: str | None
    goal: str | None
    repository: str | None
    runtime: str
    model: str | None


class Taken(NamedTuple):
    """What runs took; `guessed`: how many of them are counted at what was reserved, for nobody knows their use."""

    runs: int = 0
    usd: Decimal = Decimal(0)
    imputed: Decimal = Decimal(0)
    tokens: int = 0
    minutes: Decimal = Decimal(0)
    guessed: int = 0

    def plus(self, other: "Taken") -> "Taken":
        """Add."""
        return Taken(
            self.runs + other.runs,
            self.usd + other.usd,
            self.imputed + other.imputed,
            self.tokens + other.tokens,
            self.minutes + other.minutes,
            self.guessed + other.guessed,
        )

    def of(self, metric: Metric) -> Decimal:
        """Return the amount of one metric."""
        return Decimal(self[_PLACES[metric]])


_PLACES: Final[Mapping[Metric, int]] = {
    Metric.RUNS: 0,
    Metric.USD: 1,
    Metric.USD_IMPUTED: 2,
    Metric.TOKENS: 3,
    Metric.MINUTES: 4,
}
Month = Sequence[tuple[Share, Taken]]


def counted_on(run: RunRow) -> date:
    """Return the day that a run counts on."""
    return run.claimed_at.astimezone(_place(run.zone) or UTC).date()


@lru_cache(maxsize=256)
def _place(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@fact("today")
def today(register: Register, _: str) -> date:
    """Return the day of the site in the company's zone: whoever asks is made anew once a day."""
    return register.clock.local(register.site.now).date()


_ENDED: Final = Grouping[RunRow, RunRow](
    "counted",
    Run.kind,
    lambda run, _: () if run.is_active else (counted_on(run).isoformat()[:7],),
    alike,
    claimed,
)
"""Ended runs by the month that they count in."""


class _Work:
    """For which project and goal a task is, found once for each task."""

    def __init__(self, register: Register) -> None:
        self._tasks = register.rows.works
        self._goals = {project.id: project.goal for project in register.site.snapshot.all(Project)}
        self._of: dict[str | None, str | None] = {None: None}
        self._named: dict[str | None, tuple[str | None, str | None]] = {None: (None, None)}

    def of(self, task_id: str | None) -> str | None:
        """Return a name that tasks of the same project and goal share; none where there is no such task."""
        if task_id not in self._of:
            task = self._tasks.get(task_id or "")
            goal = (task.goal or self._goals.get(task.project)) if task else None
            name = f"{task.project} {goal or ''}" if task else None
            self._of[task_id] = name
            self._named.setdefault(name, (task.project if task else None, goal))
        return self._of[task_id]

    def named(self, name: str | None) -> tuple[str | None, str | None]:
        """Return project and goal of a name."""
        return self._named[name]


def taken(runs: Sequence[RunRow]) -> Taken:
    """Add up what runs took."""
    return Taken(
        len(runs),
        sum((run.usd for run in runs), Decimal(0)),
        sum((run.usd_imputed for run in runs), Decimal(0)),
        sum(run.tokens for run in runs),
        sum((run.minutes for run in runs), Decimal(0)),
        sum(run.is_guessed for run in runs),
    )


@fact("spent-in")
def spent_in(register: Register, month: str) -> Month:
    """Return what the runs of a month took, written as 2026-11."""
    work = _Work(register)
    same: dict[tuple[date, str, str | None, str | None, str, str | None], list[RunRow]] = defaultdict(list)
    for run in register.group(_ENDED, month):
        day = counted_on(run)
        same[day, run.agent, work.of(run.task), run.repository, run.runtime, run.model].append(run)
    found = [
        (Share(day.isoformat(), agent, *work.named(name), repository, runtime, model), taken(runs))
        for (day, agent, name, repository, runtime, model), runs in same.items()
    ]
    return sorted(found, key=lambda pair: tuple(map(str, pair[0])))


@fact("spent-whole-month")
def _whole(register: Register, month: str) -> Taken:
    return total(sums for _, sums in spent_in(register, month))


@fact("spent-months")
def months(register: Register, _: str) -> Sequence[str]:
    """Return the months in which runs were claimed that ended, the earliest first."""
    return register.names_of(_ENDED)


@fact("spent-each-month")
def each_month(register: Register, _: str) -> Sequence[tuple[str, Taken]]:
    """Return what every month took, the earliest first."""
    return [(month, _whole(register, month)) for month in months(register, "")]


@fact("spent-around")
def around(register: Register, month: str) -> tuple[str | None, str | None]:
    """Return the months with runs before and after one."""
    known = months(register, "")
    return (
        max((other for other in known if other < month), default=None),
        min((other for other in known if other > month), default=None),
    )


@fact("done-by-month")
def _done(register: Register, _: str) -> Mapping[str, int]:
    found: dict[str, int] = defaultdict(int)
    for (_, _, day), number in register.counts(DONE).items():
        found[day[:7]] += number
    return dict(sorted(found.items()))


@fact("done-in")
def done_in(register: Register, month: str) -> int:
    """Return how many tasks were done in a month."""
    return _done(register, "").get(month, 0)


def total(sums: Iterable[Taken]) -> Taken:
    """Add up."""
    whole = Taken()
    for each in sums:
        whole = whole.plus(each)
    return whole
