"""Who waits for something that agents share: a place in the company, in a project or of a runtime, money of a budget.

Rule: a run that could start now and does not is held by one of these, so that its agent needs no plan before that one has room again.
"""

from bisect import insort
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gitcp.core.actions import Claim, Waiting
from gitcp.core.budgets import covering, limits_of, reservation, use
from gitcp.core.fairness import rank_of, turn
from gitcp.model.amounts import Metric
from gitcp.model.guards import Budget
from gitcp.model.members import Agent, WakeReason
from gitcp.model.planning import Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


class Sort(StrEnum):
    """What kind of thing is short."""

    COMPANY = "company"
    PROJECT = "project"
    RUNTIME = "runtime"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Scarce:
    """A thing that is short: its kind and its id, and of a budget the metric."""

    sort: Sort
    id: str = ""
    metric: Metric | None = None


PLACES = Scarce(Sort.COMPANY)


@dataclass(frozen=True, slots=True)
class Waiter:
    """A run that somebody waits for: where it stands in the plan's order, and how much it wants."""

    order: tuple[Any, ...]
    agent: str
    wanted: Decimal


@dataclass(slots=True)
class Queues:
    """The waiters of each scarce thing, in order; `freed` has room again, as far as is known."""

    snapshot: Snapshot
    freed: set[Scarce] = field(default_factory=set)
    _waiting: dict[Scarce, list[Waiter]] = field(default_factory=dict)
    _of: dict[str, set[Scarce]] = field(default_factory=dict)

    def leave(self, agent: str) -> None:
        """Forget for what an agent waited."""
        for scarce in self._of.pop(agent, ()):
            left = [waiter for waiter in self._waiting[scarce] if waiter.agent != agent]
            self._waiting[scarce] = left
            if not left:
                del self._waiting[scarce]
                self.freed.discard(scarce)

    def join(self, waiting: Waiting, now: datetime) -> Scarce | None:
        """Note for which scarce thing a run waits; none: for nothing that is shared."""
        agent = self.snapshot.get(Agent, waiting.agent) if waiting.agent else None
        if agent is None or self.is_full(agent):
            return None
        task = self.snapshot.get(Task, waiting.task) if waiting.task else None
        scarce, wanted = self._short(agent, task, now)
        if scarce is not None:
            order = order_of(self.snapshot, agent.id, waiting.task, waiting.causes)
            queue = self._waiting.setdefault(scarce, [])
            insort(queue, Waiter(order, agent.id, wanted), key=lambda waiter: waiter.order)
            self._of.setdefault(agent.id, set()).add(scarce)
        return scarce

    def free(self, run: Run) -> None:
        """Note what the end of a run gives back."""
        self.freed.add(PLACES)
        if run.task is not None:
            self.freed.add(Scarce(Sort.PROJECT, run.task.rpartition("-")[0]))
        self.freed.add(Scarce(Sort.RUNTIME, run.runtime))
        self.freed.update(Scarce(Sort.BUDGET, budget, metric) for budget in run.charges for metric in Metric)
        self.freed.intersection_update(self._waiting)

    def is_full(self, agent: Agent) -> bool:
        """Whether an agent has as many runs as it may."""
        return len(self.snapshot.runs(active=True, agent=agent.id)) >= agent.concurrency

    def places(self) -> int:
        """Return how many further runs the company may have."""
        company = self.snapshot.company
        return (company.scheduler.concurrency if company else 0) - len(self.snapshot.runs(active=True))

    def further(self, claims: Collection[Claim], known: Collection[str], now: datetime) -> set[str]:
        """Return the agents that must be asked as well, beside those that are known, before these claims are the plan's."""
        places = self.places() - len(claims)
        orders = [_order(self.snapshot, claim) for claim in claims]
        found: set[str] = set()
        for scarce in self.freed:
            queue = [waiter for waiter in self._waiting[scarce] if waiter.agent not in known]
            fitting = list(self._fitting(scarce, queue, claims, now))
            if places > 0:
                found.update(waiter.agent for waiter in fitting[:places])
            elif queue:
                overtaking = sum(order > queue[0].order for order in orders)
                found.update(waiter.agent for waiter in queue[:overtaking])
        return found

    def settle(self, now: datetime) -> None:
        """Forget that something was freed where nobody fits into it any more."""
        for scarce in list(self.freed):
            if not any(self._fitting(scarce, self._waiting[scarce], (), now)):
                self.freed.discard(scarce)

    def _fitting(
        self, scarce: Scarce, queue: Iterable[Waiter], claims: Iterable[Claim], now: datetime
    ) -> Iterator[Waiter]:
        room = self._room(scarce, [claim.run for claim in claims], now)
        for waiter in queue:
            if waiter.wanted <= room:
                room -= waiter.wanted
                yield waiter

    def _room(self, scarce: Scarce, planned: list[Run], now: datetime) -> Decimal:
        match scarce.sort:
            case Sort.COMPANY:
                return Decimal(self.places() - len(planned))
            case Sort.PROJECT:
                return Decimal(self._project_places(scarce.id, planned))
            case Sort.RUNTIME:
                return Decimal(self._runtime_places(scarce.id, planned) or 0)
            case Sort.BUDGET:
                budget = self.snapshot.get(Budget, scarce.id)
                lines = use(self.snapshot, budget, now, planned).lines if budget else ()
                return next((line.available for line in lines if line.metric is scarce.metric), Decimal(0))

    def _project_places(self, key: str, planned: list[Run]) -> int:
        project = self.snapshot.get(Project, key)
        if project is None or project.concurrency is None:
            return 0
        runs = (*self.snapshot.runs(active=True), *planned)
        return project.concurrency - sum(1 for run in runs if run.task and run.task.startswith(f"{key}-"))

    def _runtime_places(self, runtime: str, planned: list[Run]) -> int | None:
        company = self.snapshot.company
        most = company.scheduler.runtimes.get(runtime) if company else None
        runs = (*self.snapshot.runs(active=True), *planned)
        return None if most is None else most - sum(1 for run in runs if run.runtime == runtime)

    def _short(self, agent: Agent, task: Task | None, now: datetime) -> tuple[Scarce | None, Decimal]:
        reserved = reservation(limits_of(self.snapshot, agent))
        for budget in covering(self.snapshot, agent.id, task):
            for line in use(self.snapshot, budget, now).lines:
                wanted = reserved.of(line.metric)
                if wanted and wanted > line.available:
                    return Scarce(Sort.BUDGET, budget.id, line.metric), wanted
        project = self.snapshot.get(Project, task.project) if task else None
        is_capped = project is not None and project.concurrency is not None
        if project is not None and is_capped and self._project_places(project.id, []) <= 0:
            return Scarce(Sort.PROJECT, project.id), Decimal(1)
        of_runtime = self._runtime_places(agent.runtime.type, [])
        if of_runtime is not None and of_runtime <= 0:
            return Scarce(Sort.RUNTIME, agent.runtime.type), Decimal(1)
        return (PLACES if self.places() <= 0 else None), Decimal(1)


def order_of(snapshot: Snapshot, agent: str, task_id: str | None, causes: Iterable[str]) -> tuple[Any, ...]:
    """Return where a run stands among those that want to start, as the plan has it."""
    task = snapshot.get(Task, task_id) if task_id else None
    (lead,) = snapshot.leads({agent: None})
    runs = len(snapshot.runs(active=True, agent=agent))
    by_hand = WakeReason.MANUAL in causes
    return turn(agent, by_hand=by_hand, runs=runs, claimed=lead.claimed, rank=rank_of(task))


def _order(snapshot: Snapshot, claim: Claim) -> tuple[Any, ...]:
    causes = [cause.reason.value for cause in claim.run.answers]
    return order_of(snapshot, claim.run.agent, claim.run.task, causes)
