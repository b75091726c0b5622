"""A plan in the making."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from gitcp.core.actions import Action, Observed, Stalled, Waiting
from gitcp.core.budgets import Use, use
from gitcp.model.company import Company
from gitcp.model.guards import Budget
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
    uses: dict[tuple[str, int], Use] = field(default_factory=dict)
    employed: tuple[Agent, ...] = ()

    def __post_init__(self) -> None:
        """Count the live runs of each agent, and leave out who is terminated."""
        self.runs = Counter(run.agent for run in self.snapshot.runs(active=True))
        self.employed = tuple(a for a in agents(self.snapshot) if a.status is not AgentStatus.TERMINATED)

    @property
    def company(self) -> Company | None:
        """The company, if runs may start in it."""
        company = self.snapshot.company
        return None if company is None or self.snapshot.is_inert(company.kind, company.id) else company

    def is_full(self) -> bool:
        """Whether no further run may start, whoever wants it."""
        return self.company is None or self.runs.total() >= self.company.scheduler.concurrency

    def use(self, budget: Budget) -> Use:
        """Return a budget's use, the planned runs included."""
        planned = sum(budget.id in run.charges for run in self.planned)
        if (budget.id, planned) not in self.uses:
            self.uses[budget.id, planned] = use(self.snapshot, budget, self.now, self.planned)
        return self.uses[budget.id, planned]

    def finish(self) -> Sequence[Action]:
        """Return what is to be done and what was said, in an order that does not depend on who was looked at first."""
        said = (self.said[agent] for agent in sorted(self.said))
        return (*self.actions, *chain.from_iterable(said))

    def plan(self, run: Run) -> None:
        """Start a run."""
        self.planned.append(run)
        self.runs[run.agent] += 1
