"""What ended runs took from each budget, as facts: by day, and the runs that did last.

Rule: the days of a budget's period add up to what `gitcp.core.budgets` calls settled.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gitcp.core.budgets.asking import request
from gitcp.core.org import called_now, chain_of_command, names_of
from gitcp.core.readiness import goal_ancestry
from gitcp.dashboard.facts import fact
from gitcp.dashboard.groups import Grouping, alike
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, claimed
from gitcp.dashboard.spending import Taken, counted_on, taken
from gitcp.model.guards import Budget, Scope
from gitcp.model.planning import Project
from gitcp.model.runs import Run

LATEST: Final = 20

Days = Mapping[str, Taken]


_CHARGED: Final = Grouping[RunRow, RunRow](
    "charged",
    Run.kind,
    lambda run, _: (
        () if run.is_active else (f"{budget} {_month(run)}" for budget in dict.fromkeys(run.charges))
    ),
    alike,
    claimed,
)
"""Ended runs by the budgets that they charged and the month that they count in, the oldest first."""


def _month(run: RunRow) -> str:
    return counted_on(run).isoformat()[:7]


@fact("covered")
def _covered(register: Register, _: str) -> Mapping[str, Sequence[RunRow]]:
    """Sort ended runs by the budgets with `backfill` that they lie in or charged, the oldest first."""
    covering = _Covering(register)
    found: dict[str, list[RunRow]] = {budget: [] for budget in covering.budgets}
    if found:
        for run in reversed(tuple(register.rows.runs.values())):
            if not run.is_active:
                for budget in found.keys() & {*run.charges, *covering.of(run)}:
                    found[budget].append(run)
    return found


@fact("charged-months")
def _months(register: Register, budget: str) -> Sequence[str]:
    """Return the months in which runs charged a budget, the earliest first."""
    return [
        month for name in register.names_of(_CHARGED) for at, month in (name.rsplit(" ", 1),) if at == budget
    ]


@fact("charged-in-month")
def _charged_in(register: Register, name: str) -> Days:
    return _by_day(register.group(_CHARGED, name))


@fact("charged-days")
def charged_days(register: Register, budget: str) -> Days:
    """Return what each day's runs took from a budget, the earliest first; days without any are left out."""
    covered = _covered(register, "")
    if budget in covered:
        return _by_day(covered[budget])
    found: dict[str, Taken] = {}
    for month in _months(register, budget):
        found.update(_charged_in(register, f"{budget} {month}"))
    return found


def _by_day(runs: Sequence[RunRow]) -> Days:
    days: dict[str, list[RunRow]] = defaultdict(list)
    for run in runs:
        days[counted_on(run).isoformat()].append(run)
    return {day: taken(some) for day, some in sorted(days.items())}


@fact("charged-last")
def charged_last(register: Register, budget: str) -> Sequence[RunRow]:
    """Return the newest runs that took from a budget, newest first."""
    return tuple(sorted(_last(register, budget), key=claimed, reverse=True)[:LATEST])


def _last(register: Register, budget: str) -> Sequence[RunRow]:
    covered = _covered(register, "")
    if budget in covered:
        return covered[budget][-LATEST:]
    found: list[RunRow] = []
    for month in reversed(_months(register, budget)):
        is_enough = len(found) >= LATEST
        found += register.group(_CHARGED, f"{budget} {month}")[-LATEST:]
        if is_enough:  # zones apart, a run may have been claimed after one that counts in the next month
            break
    return found


@fact("asked-for")
def asked_for(register: Register, budget: str) -> str | None:
    """Return the approval that stands for a budget in its period, if one was asked for."""
    snapshot = register.site.snapshot
    found = snapshot.get(Budget, budget)
    asked = request(snapshot, found, register.site.now) if found else None
    return asked.id if asked else None


class _Covering:
    """The budgets with `backfill`, and which of them a run lies in that did not charge it."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._snapshot = register.site.snapshot
        self.budgets = [budget.id for budget in self._snapshot.all(Budget) if budget.backfill]
        self._known: dict[tuple[str, str | None], tuple[str, ...]] = {}

    def of(self, run: RunRow) -> tuple[str, ...]:
        key = (run.agent, run.task)
        if key not in self._known:
            within = frozenset(self._scopes(run))
            self._known[key] = tuple(budget for budget in self.budgets if budget in within)
        return self._known[key]

    def _scopes(self, run: RunRow) -> Iterator[str]:
        snapshot, agent = self._snapshot, called_now(self._snapshot, run.agent)
        yield Scope.COMPANY.value
        yield from (f"{Scope.AGENT}/{name}" for name in names_of(snapshot, agent))
        for member in (agent, *chain_of_command(snapshot, agent)):
            yield from (f"{Scope.SUBTREE}/{name}" for name in names_of(snapshot, member))
        task = self._register.rows.tasks.get(run.task) if run.task else None
        if task is not None:
            project = snapshot.get(Project, task.project)
            goal = task.goal or (project.goal if project else None)
            yield from (f"{Scope.TASK}/{task.id}", f"{Scope.PROJECT}/{task.project}")
            yield from (f"{Scope.GOAL}/{each.id}" for each in goal_ancestry(snapshot, goal))
