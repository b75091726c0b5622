"""A plan in the making."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import chain

from gitcp.core.actions import Action, AskForBudget, Observed, Stalled, Waiting
from gitcp.core.budgets import Shortage, Use, use
from gitcp.core.budgets.asking import to_ask, wanted
from gitcp.model.amounts import Metric
from gitcp.model.company import Company
from gitcp.model.guards import Budget, Period
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, agents


@dataclass(slots=True)
class Draft:
    """What is planned so far, and what it is planned from."""

    snapshot: Snapshot
    observed: Observed
    now: datetime
    claimed_by: str
    actions: list[Action] = field(default_factory=list)
    planned: list[Run] = field(default_factory=list)
    said: dict[str, list[Waiting | Stalled]] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)
    uses: dict[str, Use] = field(default_factory=dict)
    taken: dict[tuple[str, Metric], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    requests: dict[str, AskForBudget] = field(default_factory=dict)
    asked: Sequence[Agent] | None = None
    employed: tuple[Agent, ...] = ()

    def __post_init__(self) -> None:
        """Count the live runs of each agent, and leave out who is terminated; `asked`: the agents to plan for, none: all."""
        self.runs = Counter(run.agent for run in self.snapshot.runs(active=True))
        members = agents(self.snapshot) if self.asked is None else self.asked
        self.employed = tuple(a for a in members if a.status is not AgentStatus.TERMINATED)

    @property
    def company(self) -> Company | None:
        """The company, if runs may start in it."""
        company = self.snapshot.company
        return None if company is None or self.snapshot.is_inert(company.kind, company.id) else company

    def is_full(self) -> bool:
        """Whether no further run may start, whoever wants it."""
        return self.company is None or self.runs.total() >= self.company.scheduler.concurrency

    def available(self, budget: Budget) -> Iterator[tuple[Metric, Decimal]]:
        """Yield what is left of a budget once the planned runs have taken what they reserve."""
        if budget.id not in self.uses:
            self.uses[budget.id] = use(self.snapshot, budget, self.now)
        for line in self.uses[budget.id].lines:
            taken = Decimal(0) if budget.period is Period.RUN else self.taken[budget.id, line.metric]
            yield line.metric, line.available - taken

    def finish(self) -> Sequence[Action]:
        """Return what is to be done and what was said, in an order that does not depend on who was looked at first."""
        said = (self.said[agent] for agent in sorted(self.said))
        return (*self.actions, *self.requests.values(), *chain.from_iterable(said))

    def to_ask(self, short: Sequence[Shortage]) -> list[Budget]:
        """Return the budgets to ask for because of these shortages; none if this plan asks for one of them already."""
        if not short or any(each.budget in self.requests for each in short):
            return []
        return to_ask(self.snapshot, short, self.now)

    def ask(self, run: Run, short: Sequence[Shortage]) -> None:
        """Ask for the money that is all that a run lacks."""
        for budget in self.to_ask(short):
            self.requests[budget.id] = AskForBudget(budget.id, wanted(budget, short), run.agent, run.task)

    def plan(self, run: Run) -> None:
        """Start a run."""
        self.planned.append(run)
        self.runs[run.agent] += 1
        for budget in run.charges:
            for metric in Metric:
                self.taken[budget, metric] += run.reserved.of(metric)
