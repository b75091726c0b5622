"""Records as plain values that JSON can hold: the one shape for the HTTP API, `--json` and what the command line prints."""

from gitcp.core.views.allowance import allowances
from gitcp.core.views.budgets import budget_row, budget_view
from gitcp.core.views.guards import (
    approval_row,
    approval_rows,
    approval_view,
    policy_row,
    policy_view,
)
from gitcp.core.views.holds import company_view, pause_rows
from gitcp.core.views.lateness import lateness_view
from gitcp.core.views.members import member_row, member_view, org_rows
from gitcp.core.views.plain import plain, record_view
from gitcp.core.views.planning import (
    goal_rows,
    goal_view,
    project_rows,
    project_view,
    routine_row,
    routine_view,
)
from gitcp.core.views.runs import run_row, run_view
from gitcp.core.views.schedule import next_wakes
from gitcp.core.views.tasks import comment_view, document_view, inbox_view, task_row, task_view

__all__ = [
    "allowances",
    "approval_row",
    "approval_rows",
    "approval_view",
    "budget_row",
    "budget_view",
    "comment_view",
    "company_view",
    "document_view",
    "goal_rows",
    "goal_view",
    "inbox_view",
    "lateness_view",
    "member_row",
    "member_view",
    "next_wakes",
    "org_rows",
    "pause_rows",
    "plain",
    "policy_row",
    "policy_view",
    "project_rows",
    "project_view",
    "record_view",
    "routine_row",
    "routine_view",
    "run_row",
    "run_view",
    "task_row",
    "task_view",
]
