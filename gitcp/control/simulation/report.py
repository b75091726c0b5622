"""What a simulation found, as plain values: who was woken how often, what it cost, what ran dry, what starves."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from gitcp.control.simulation.draws import Draws
from gitcp.control.simulation.simulation import Progress, Simulation
from gitcp.control.simulation.tally import Spent
from gitcp.core.actions import Observed, Plan, Waiting
from gitcp.core.budgets import use
from gitcp.core.cadence import findings
from gitcp.core.plan import plan
from gitcp.core.readiness import is_workable
from gitcp.core.views import plain
from gitcp.model.amounts import Metric
from gitcp.model.guards import Budget
from gitcp.model.members import Agent
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

View = dict[str, Any]

STARVES_AFTER: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Starving:
    """A task that could be worked on at the end and was not for days; what it waits for."""

    task: str
    agent: str
    since: datetime
    reason: str


def simulate(
    snapshot: Snapshot, now: datetime, days: float, draws: Draws, tell: Progress = lambda _: None
) -> View:
    """Let a company work for some days of virtual time; return what was found. Nothing is written anywhere."""
    began = now.replace(microsecond=0)
    until = began + timedelta(days=days)
    simulation = Simulation.begin(snapshot, began, draws)
    simulation.run(until, tell)
    return report(simulation, began, until)


def report(simulation: Simulation, began: datetime, until: datetime) -> View:
    """Return what was counted, and how the company stands at the end."""
    tally, world = simulation.tally, simulation.world
    last = plan(world, Observed(), until)
    return {
        "from": plain(began),
        "until": plain(until),
        "seed": simulation.draws.seed,
        "wakes": sum(tally.reasons.values()),
        "reasons": dict(sorted(tally.reasons.items())),
        "agents": [_spent("agent", name, spent) for name, spent in sorted(tally.agents.items())],
        "goals": [
            _spent("goal", name, spent)
            for name, spent in sorted(tally.goals.items(), key=lambda g: g[0] or "")
        ],
        "budgets": _budgets(simulation, until),
        "starving": [plain(asdict(found)) for found in starving(simulation, last, began, until)],
        "stalled": [{"task": s.task, "member": s.member, "reason": s.reason} for s in last.stalled],
        "too_dense": [plain(asdict(found)) for found in findings(world, until)],
        "without_history": sorted(tally.assumed),
    }


def starving(simulation: Simulation, last: Plan, began: datetime, until: datetime) -> list[Starving]:
    """Return the tasks that an agent could work on and that no run worked on for days, the longest waiting first."""
    world = simulation.world
    found: dict[str, Starving] = {}
    for waiting in last.waiting:
        task = world.get(Task, waiting.task) if waiting.task else None
        if task is None or task.assignee is None or not is_workable(world, task):
            continue
        since = max(began, task.created, _last_end(world, task))
        if world.get(Agent, task.assignee) and until - since >= STARVES_AFTER and _is_for(task, waiting):
            found.setdefault(task.id, Starving(task.id, task.assignee, since, waiting.reason))
    return sorted(found.values(), key=lambda each: (each.since, each.task))


def _is_for(task: Task, waiting: Waiting) -> bool:
    # What waits for its children has been worked on as far as it can be.
    return waiting.agent == task.assignee and bool(waiting.causes)


def _last_end(world: Snapshot, task: Task) -> datetime:
    runs = world.runs(task=task.id, limit=1)
    return (runs[0].ended_at or runs[0].deadline) if runs else task.created


def _spent(kind: str, name: str | None, spent: Spent) -> View:
    outcomes = {outcome.value: count for outcome, count in spent.outcomes.items()}
    amounts = {metric.value: plain(spent.amounts[metric]) for metric in Metric if metric is not Metric.RUNS}
    return {kind: name, "wakes": spent.wakes, "outcomes": dict(sorted(outcomes.items())), **amounts}


def _budgets(simulation: Simulation, until: datetime) -> list[View]:
    """Return each budget with what is used in its period at the end, and when it had too little left for a run."""
    rows = []
    for budget in simulation.world.all(Budget):
        lines = use(simulation.world, budget, until).lines
        rows.append(
            {
                "budget": budget.id,
                "period": budget.period.value,
                "limits": {line.metric.value: plain(line.limit) for line in lines},
                "used": {line.metric.value: plain(line.settled + line.reserved) for line in lines},
                "dry": [
                    {"at": plain(dry.at.replace(microsecond=0)), "metric": dry.metric.value}
                    for dry in sorted(simulation.tally.dry.values(), key=lambda dry: dry.at)
                    if dry.budget == budget.id
                ],
            }
        )
    return rows
