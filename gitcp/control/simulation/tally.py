"""What is counted while a company is simulated."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from gitcp.control.simulation.queues import Scarce, Sort
from gitcp.core.budgets import company_zone, period_start
from gitcp.core.readiness import goal_of
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.guards import Budget
from gitcp.model.runs import Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


@dataclass(slots=True)
class Spent:
    """Runs and what they took."""

    wakes: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    amounts: dict[Metric, Decimal] = field(default_factory=lambda: dict.fromkeys(Metric, Decimal(0)))

    def add(self, run: Run, amounts: Amounts) -> None:
        """Count a run that ended."""
        if run.outcome is not None:
            self.outcomes[run.outcome] += 1
        for metric in Metric:
            self.amounts[metric] += amounts.of(metric)


@dataclass(frozen=True, slots=True)
class Dry:
    """A budget that had too little left for a run that was wanted: for the first time in its period."""

    budget: str
    metric: Metric
    at: datetime


@dataclass(slots=True)
class Tally:
    """Wakes by reason, runs by agent and by goal, budgets that ran dry, agents of whom nothing is known."""

    reasons: Counter[str] = field(default_factory=Counter)
    agents: dict[str, Spent] = field(default_factory=dict)
    goals: dict[str | None, Spent] = field(default_factory=dict)
    dry: dict[tuple[str, datetime | None], Dry] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)

    def woken(self, snapshot: Snapshot, run: Run, reason: str) -> None:
        """Count a run that starts."""
        self.reasons[reason] += 1
        for spent in self._of(snapshot, run):
            spent.wakes += 1

    def ended(self, snapshot: Snapshot, run: Run, amounts: Amounts) -> None:
        """Count what a run took."""
        for spent in self._of(snapshot, run):
            spent.add(run, amounts)

    def ran_dry(self, snapshot: Snapshot, scarce: Scarce, now: datetime) -> None:
        """Note that a run found too little left in a budget."""
        budget = snapshot.get(Budget, scarce.id) if scarce.sort is Sort.BUDGET else None
        if budget is not None and scarce.metric is not None:
            since = period_start(budget.period, now, company_zone(snapshot.company))
            self.dry.setdefault((budget.id, since), Dry(budget.id, scarce.metric, now))

    def _of(self, snapshot: Snapshot, run: Run) -> tuple[Spent, Spent]:
        task = snapshot.get(Task, run.task) if run.task else None
        goal = goal_of(snapshot, task) if task else None
        return self.agents.setdefault(run.agent, Spent()), self.goals.setdefault(goal, Spent())
