"""What the clock can cost: at most by the limits of runs, and as expected by what past runs took, against the budgets that cover it.

Work that comes in between is not foreseen: a heartbeat is counted as one run, and a task that somebody assigns as none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from gitcp.core.budgets import limits_of, reservation, scopes
from gitcp.core.effects.clock import MONTH, Rhythms
from gitcp.core.readiness import goal_ancestry
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.guards import Budget, Period
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.planning import Project, Routine
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot

LATEST_RUNS: Final = 20
_LENGTHS: Final[Mapping[Period, timedelta]] = {
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(days=7),
    Period.MONTH: MONTH,
}
_PLACES: Final = Decimal("0.000001")
Sums = Mapping[Metric, Decimal]


@dataclass(frozen=True, slots=True)
class Cost:
    """What an agent's runs by the clock take in 30 days. `expected` is none where it has no runs to go by."""

    agent: str
    runs: int
    at_most: Sums
    expected: Sums | None


@dataclass(frozen=True, slots=True)
class CostChange:
    """An agent whose runs by the clock take something else; none: there is none of it."""

    agent: str
    before: Cost | None
    after: Cost | None


@dataclass(frozen=True, slots=True)
class Load:
    """One limit of a budget, and what the clock takes from it in its period; `expected` is none where nothing is known."""

    limit: Decimal | None
    at_most: Decimal
    expected: Decimal | None

    @property
    def is_over(self) -> bool:
        """Whether as much as may be taken is more than the limit."""
        return self.limit is not None and self.at_most > self.limit


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """A metric of a budget whose limit or load is another one. `period` is that of after; amounts are for one period."""

    budget: str
    period: Period
    metric: Metric
    before: Load | None
    after: Load | None


@dataclass(frozen=True, slots=True)
class _Source:
    """Runs by the clock, in 30 days, of one agent and in the scope of these budgets."""

    agent: str
    runs: int
    scopes: tuple[str, ...]


class Clockwork:
    """What one side's runs by the clock take."""

    def __init__(self, snapshot: Snapshot, rhythms: Rhythms, past: Snapshot) -> None:
        self._snapshot, self._past = snapshot, past
        self._sources = list(_sources(snapshot, rhythms))
        names = sorted({source.agent for source in self._sources})
        self._each = {name: self._one_run(name) for name in names}
        self.costs = {name: self._cost(name) for name in names}

    def loads(self) -> dict[tuple[str, Metric], tuple[Budget, Load]]:
        """Return what is taken from each limit of each budget that has a period, by budget and metric."""
        taken: dict[str, list[_Source]] = {}
        for source in self._sources:
            for scope in source.scopes:
                taken.setdefault(scope, []).append(source)
        return {
            (budget.id, metric): (budget, self._load(budget, metric, limit, taken.get(budget.id, ())))
            for budget in self._snapshot.all(Budget)
            for metric, limit in budget.limits.capped()
        }

    def _load(self, budget: Budget, metric: Metric, limit: Decimal, sources: Iterable[_Source]) -> Load:
        length = _LENGTHS.get(budget.period)
        share = Decimal(length / MONTH) if length else Decimal(0)
        known = [(source.runs, *self._each[source.agent]) for source in sources]
        at_most = sum((runs * most[metric] for runs, most, _ in known), Decimal(0))
        means = [runs * mean[metric] for runs, _, mean in known if mean is not None]
        expected = sum(means, Decimal(0)) * share if means and len(means) == len(known) else None
        return Load(limit, _rounded(at_most * share), None if expected is None else _rounded(expected))

    def _cost(self, name: str) -> Cost:
        runs = sum(source.runs for source in self._sources if source.agent == name)
        most, mean = self._each[name]
        expected = {m: _rounded(mean[m] * runs) for m in Metric} if mean is not None else None
        return Cost(name, runs, {m: most[m] * runs for m in Metric}, expected)

    def _one_run(self, name: str) -> tuple[Sums, Sums | None]:
        agent = self._snapshot.get(Agent, name)
        most = reservation(limits_of(self._snapshot, agent)) if agent else Amounts()
        past = self._past.runs(active=False, agent=name, limit=LATEST_RUNS)
        return {m: most.of(m) for m in Metric}, _mean([run for run in past if run.usage is not None])


def cost_changes(before: Clockwork, after: Clockwork) -> list[CostChange]:
    """Return the agents whose runs by the clock take something else than before."""
    old, new = before.costs, after.costs
    names = sorted({*old, *new})
    return [CostChange(n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n)]


def budget_changes(before: Clockwork, after: Clockwork) -> list[BudgetChange]:
    """Return the limits of budgets that are others than before, or from which the clock takes something else."""
    old, new = before.loads(), after.loads()
    found: list[BudgetChange] = []
    for key in sorted({*old, *new}):
        budget = (new if key in new else old)[key][0]
        was, now = old.get(key), new.get(key)
        if was is None or now is None or (was[0].period, was[1]) != (now[0].period, now[1]):
            found.append(BudgetChange(budget.id, budget.period, key[1], was and was[1], now and now[1]))
    return found


def _sources(snapshot: Snapshot, rhythms: Rhythms) -> Iterator[_Source]:
    for (kind, name), rhythm in rhythms.items():
        routine = snapshot.get(Routine, name) if kind == Routine.kind else None
        agent = routine.task.assignee if routine else name
        if not rhythm.month or agent is None or not _is_active(snapshot, agent):
            continue
        of_work = _scopes_of(snapshot, routine) if routine else ()
        yield _Source(agent, rhythm.month, (*scopes(snapshot, agent, None), *of_work))


def _is_active(snapshot: Snapshot, name: str) -> bool:
    agent = snapshot.get(Agent, name)
    return agent is not None and agent.status is AgentStatus.ACTIVE


def _scopes_of(snapshot: Snapshot, routine: Routine) -> tuple[str, ...]:
    project = snapshot.get(Project, routine.task.project)
    goal = routine.task.goal or (project.goal if project else None)
    goals = (f"goal/{above.id}" for above in goal_ancestry(snapshot, goal))
    return (f"project/{routine.task.project}", *goals)


def _mean(runs: list[Run]) -> Sums | None:
    if not runs:
        return None
    return {m: _rounded(sum((run.charge.of(m) for run in runs), Decimal(0)) / len(runs)) for m in Metric}


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES)
