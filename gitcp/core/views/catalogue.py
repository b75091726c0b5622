"""The kinds of records that are listed and shown alike, as a table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from gitcp.core.views.budgets import budget_row, budget_view
from gitcp.core.views.guards import approval_rows, approval_view, policy_row, policy_view
from gitcp.core.views.plain import View
from gitcp.core.views.planning import (
    goal_rows,
    goal_view,
    project_rows,
    project_view,
    routine_row,
    routine_view,
)
from gitcp.model.base import Record
from gitcp.model.guards import Approval, Budget, Policy
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.snapshot import Snapshot

ROWS: Final[dict[str, Callable[[Snapshot, datetime], list[View]]]] = {
    "goal": lambda snapshot, _: goal_rows(snapshot),
    "project": lambda snapshot, _: project_rows(snapshot),
    "routine": lambda snapshot, now: [routine_row(snapshot, r, now) for r in snapshot.all(Routine)],
    "budget": lambda snapshot, now: [budget_row(snapshot, b, now) for b in snapshot.all(Budget)],
    "approval": approval_rows,
    "policy": lambda snapshot, _: [policy_row(p) for p in snapshot.all(Policy)],
}
SHOWN: Final[dict[str, tuple[type[Record], Callable[[Snapshot, Any, datetime], View]]]] = {
    "goal": (Goal, lambda snapshot, goal, _: goal_view(snapshot, goal)),
    "project": (Project, lambda snapshot, project, _: project_view(snapshot, project)),
    "routine": (Routine, routine_view),
    "budget": (Budget, budget_view),
    "approval": (Approval, lambda snapshot, approval, _: approval_view(snapshot, approval)),
    "policy": (Policy, lambda _, policy, __: policy_view(policy)),
}
