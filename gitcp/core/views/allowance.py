"""What budgets still allow, in amounts and in runs, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gitcp.core.budgets import Line, company_zone, limits_of, period_end, reservation, scopes, use
from gitcp.core.views.plain import View, plain
from gitcp.model.amounts import Amounts
from gitcp.model.guards import Budget, Period, Scope
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.snapshot import Snapshot, agents
from gitcp.model.tasks import OPEN, Task

_OF_WORK = frozenset({Scope.PROJECT, Scope.GOAL, Scope.TASK})


@dataclass(frozen=True, slots=True)
class _Fit:
    """How many more runs of an agent fit into a budget; none: as many as come, for they take nothing from it."""

    agent: str
    runs: int | None


def allowances(snapshot: Snapshot, now: datetime, agent: str | None = None) -> list[View]:
    """Return what each budget still allows until the end of its period; with `agent`, of those that cover its work.

    `agent` is the cheapest of those whose runs the budget covers, and `runs` how many of its runs still fit: null where nothing limits them, or
    where no active agent works there.
    """
    covered = _covered(snapshot)
    return [
        _view(snapshot, budget, now, covered.get(budget.id, ()))
        for budget in snapshot.all(Budget)
        if agent is None or any(each.id == agent for each in covered.get(budget.id, ()))
    ]


def _covered(snapshot: Snapshot) -> Mapping[str, list[Agent]]:
    # Which active agents' runs a budget covers: by their place in the org chart, or by the open tasks that are theirs.
    active = {each.id: each for each in agents(snapshot) if each.status is AgentStatus.ACTIVE}
    found: dict[str, dict[str, Agent]] = {}
    for each in active.values():
        for scope in scopes(snapshot, each.id, None):
            found.setdefault(scope, {})[each.id] = each
    for task in _at_work(snapshot):
        if task.assignee in active:
            for scope in scopes(snapshot, task.assignee, task):
                found.setdefault(scope, {})[task.assignee] = active[task.assignee]
    return {scope: list(those.values()) for scope, those in found.items()}


def _at_work(snapshot: Snapshot) -> Iterable[Task]:
    is_asked = any(budget.scope in _OF_WORK for budget in snapshot.all(Budget))
    return snapshot.tasks(statuses=OPEN) if is_asked else ()


def _view(snapshot: Snapshot, budget: Budget, now: datetime, covered: Iterable[Agent]) -> View:
    lines = use(snapshot, budget, now).lines
    fits = [_fit(each.id, budget, lines, reservation(limits_of(snapshot, each))) for each in covered]
    best = min(fits, key=lambda fit: (fit.runs is not None, -(fit.runs or 0), fit.agent), default=None)
    return {
        "budget": budget.id,
        "period": budget.period.value,
        "until": plain(period_end(budget.period, now, company_zone(snapshot.company))),
        "left": [
            {"metric": line.metric.value, "available": plain(line.available), "limit": plain(line.limit)}
            for line in lines
        ],
        "agent": best.agent if best else None,
        "runs": best.runs if best else None,
    }


def _fit(agent: str, budget: Budget, lines: Iterable[Line], reserved: Amounts) -> _Fit:
    counts = [
        max(int(line.available // wanted), 0) for line in lines if (wanted := reserved.of(line.metric)) > 0
    ]
    if budget.period is Period.RUN:
        # Each run has such a budget to itself: it fits, or none does.
        return _Fit(agent, 0 if 0 in counts else None)
    return _Fit(agent, min(counts, default=None))
