"""Which budgets cover a run, and whether all of them are known."""

from gitcp.core.org import chain_of_command, names_of
from gitcp.core.readiness import goal_ancestry, goal_of
from gitcp.model.guards import Budget, Period
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


def scopes(snapshot: Snapshot, agent: str, task: Task | None) -> list[str]:
    """Return the ids that budgets covering a run would have, the widest first."""
    managers = [*reversed(list(chain_of_command(snapshot, agent))), agent]
    ids = ["company", *(f"subtree/{name}" for m in managers for name in names_of(snapshot, m))]
    ids.extend(f"agent/{name}" for name in names_of(snapshot, agent))
    if task is not None:
        ids.append(f"project/{task.project}")
        ids.extend(f"goal/{goal.id}" for goal in reversed(goal_ancestry(snapshot, goal_of(snapshot, task))))
        ids.append(f"task/{task.id}")
    return ids


def covering(snapshot: Snapshot, agent: str, task: Task | None) -> list[Budget]:
    """Return the readable budgets that cover a run."""
    found = (snapshot.get(Budget, budget_id) for budget_id in scopes(snapshot, agent, task))
    return [budget for budget in found if budget is not None]


def unreadable(snapshot: Snapshot, agent: str, task: Task | None) -> str | None:
    """Return the budget or ledger that cannot be read, of those that cover a run: then nothing starts in its scope."""
    errors = {p.record for p in snapshot.problems() if p.record and p.severity is Severity.ERROR}
    broken = {record_id for kind, record_id in errors if kind == "budget"}
    found = next((name for name in scopes(snapshot, agent, task) if name in broken), None)
    if found is not None:
        return f"budget {found}"
    month = next((record_id for kind, record_id in sorted(errors) if kind == "ledger"), None)
    is_summed = any(budget.period is Period.TOTAL for budget in covering(snapshot, agent, task))
    return f"ledger {month}" if month is not None and is_summed else None


def unknown_scope(snapshot: Snapshot, agent: str, task: Task | None) -> str | None:
    """Return the manager or goal above a run that cannot be read: which budgets lie above it is then unknown."""
    for manager in chain_of_command(snapshot, agent):
        if any(snapshot.is_inert(kind, manager) for kind in ("agent", "person", "member")):
            return f"member {manager}"
    if task is None:
        return None
    nearest = goal_of(snapshot, task)
    goals = [nearest, *(goal.parent for goal in goal_ancestry(snapshot, nearest))]
    return next((f"goal {goal}" for goal in goals if goal and snapshot.is_inert("goal", goal)), None)
