"""What enum values are called on a page, and how they look: label, tone (a class of the style sheet) and glyph (a drawn sign).

A meaning never rests on the colour alone: every tone comes with a word and mostly with a glyph.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitcp.model.amounts import Metric
from gitcp.model.guards import ApprovalStatus, OnExceed, Period, Scope
from gitcp.model.members import AgentStatus, WakeReason
from gitcp.model.planning import GoalLevel, GoalStatus, Integration, ProjectStatus, WorkspaceMode
from gitcp.model.problem import Severity
from gitcp.model.runs import Declared, FailureClass, Outcome, Settlement
from gitcp.model.tasks import Priority, TaskStatus


@dataclass(frozen=True, slots=True)
class Badge:
    """A value as it is shown."""

    label: str
    tone: str
    glyph: str | None = None


TASK_STATUS: Final[Mapping[TaskStatus, Badge]] = {
    TaskStatus.BACKLOG: Badge("Backlog", "faint", "backlog"),
    TaskStatus.TODO: Badge("To do", "plain", "todo"),
    TaskStatus.IN_PROGRESS: Badge("In progress", "busy", "progress"),
    TaskStatus.IN_REVIEW: Badge("In review", "look", "review"),
    TaskStatus.BLOCKED: Badge("Blocked", "bad", "blocked"),
    TaskStatus.DONE: Badge("Done", "good", "done"),
    TaskStatus.CANCELLED: Badge("Cancelled", "faint", "cancelled"),
}
PRIORITY: Final[Mapping[Priority, Badge]] = {
    Priority.CRITICAL: Badge("Critical", "bad", "critical"),
    Priority.HIGH: Badge("High", "plain", "high"),
    Priority.MEDIUM: Badge("Medium", "plain", "medium"),
    Priority.LOW: Badge("Low", "faint", "low"),
}
RUNNING: Final = Badge("Running", "busy", "running")
STOPPING: Final = Badge("Stopping", "warn", "running")
OUTCOME: Final[Mapping[Outcome, Badge]] = {
    Outcome.SUCCEEDED: Badge("Succeeded", "good", "done"),
    Outcome.FAILED: Badge("Failed", "bad", "failed"),
    Outcome.TIMED_OUT: Badge("Timed out", "warn", "clock"),
    Outcome.SILENT: Badge("Silent", "warn", "silent"),
    Outcome.OVER_BUDGET: Badge("Over budget", "warn", "money"),
    Outcome.CANCELLED: Badge("Cancelled", "faint", "cancelled"),
    Outcome.ABANDONED: Badge("Abandoned", "warn", "backlog"),
}
ENDED: Final = Badge("Ended", "plain", "todo")
AGENT_STATUS: Final[Mapping[AgentStatus, Badge]] = {
    AgentStatus.ACTIVE: Badge("Active", "good", "todo"),
    AgentStatus.PAUSED: Badge("Paused", "warn", "paused"),
    AgentStatus.TERMINATED: Badge("Terminated", "faint", "cancelled"),
}
GOAL_STATUS: Final[Mapping[GoalStatus, Badge]] = {
    GoalStatus.PLANNED: Badge("Planned", "faint", "backlog"),
    GoalStatus.ACTIVE: Badge("Active", "busy", "todo"),
    GoalStatus.ACHIEVED: Badge("Achieved", "good", "done"),
    GoalStatus.CANCELLED: Badge("Cancelled", "faint", "cancelled"),
}
PROJECT_STATUS: Final[Mapping[ProjectStatus, Badge]] = {
    ProjectStatus.PLANNED: Badge("Planned", "faint", "backlog"),
    ProjectStatus.ACTIVE: Badge("Active", "busy", "todo"),
    ProjectStatus.PAUSED: Badge("Paused", "warn", "paused"),
    ProjectStatus.COMPLETED: Badge("Completed", "good", "done"),
    ProjectStatus.CANCELLED: Badge("Cancelled", "faint", "cancelled"),
}
SEVERITY: Final[Mapping[Severity, Badge]] = {
    Severity.ERROR: Badge("Error", "bad", "failed"),
    Severity.WARNING: Badge("Warning", "warn", "warning"),
}
APPROVAL_STATUS: Final[Mapping[ApprovalStatus, Badge]] = {
    ApprovalStatus.PENDING: Badge("Waits for a decision", "look", "review"),
    ApprovalStatus.APPROVED: Badge("Approved", "good", "done"),
    ApprovalStatus.REJECTED: Badge("Rejected", "bad", "failed"),
    ApprovalStatus.EXPIRED: Badge("Expired", "warn", "clock"),
    ApprovalStatus.WITHDRAWN: Badge("Withdrawn", "faint", "cancelled"),
    ApprovalStatus.APPLIED: Badge("Applied", "good", "done"),
    ApprovalStatus.VOID: Badge("Void", "warn", "cancelled"),
}
DECISION: Final[Mapping[str, Badge]] = {
    "approve": Badge("Approved", "good", "done"),
    "reject": Badge("Rejected", "bad", "failed"),
}
PASSED: Final = Badge("Passed", "good", "done")
NOT_PASSED: Final = Badge("Failed", "bad", "failed")

GOAL_LEVEL: Final[Mapping[GoalLevel, str]] = {
    GoalLevel.COMPANY: "Company goal",
    GoalLevel.TEAM: "Team goal",
    GoalLevel.AGENT: "Agent goal",
    GoalLevel.TASK: "Task goal",
}
INTEGRATION: Final[Mapping[Integration, str]] = {
    Integration.BRANCH: "pushes a branch",
    Integration.FF: "moves the base branch on, without a merge",
    Integration.REBASE: "rebases on the base branch",
    Integration.PULL_REQUEST: "opens a pull request",
    Integration.NONE: "pushes nothing",
}
WORKSPACE: Final[Mapping[WorkspaceMode, str]] = {
    WorkspaceMode.TASK: "a checkout for each task",
    WorkspaceMode.RUN: "a checkout for each run",
    WorkspaceMode.CHECKOUT: "one checkout for all",
}
WAKE_REASON: Final[Mapping[WakeReason, str]] = {
    WakeReason.HEARTBEAT: "heartbeat",
    WakeReason.ASSIGNMENT: "assignment",
    WakeReason.MENTION: "mention",
    WakeReason.REVIEW: "review",
    WakeReason.UNBLOCKED: "blockers closed",
    WakeReason.CHILDREN_DONE: "subtasks closed",
    WakeReason.APPROVAL: "approval decided",
    WakeReason.ROUTINE: "routine",
    WakeReason.RETRY: "retry",
    WakeReason.CONTINUE: "more to do",
    WakeReason.MANUAL: "woken by hand",
}
METRIC: Final[Mapping[Metric, str]] = {
    Metric.USD: "Money",
    Metric.USD_IMPUTED: "Money at list price",
    Metric.TOKENS: "Tokens",
    Metric.RUNS: "Runs",
    Metric.MINUTES: "Time",
}
PERIOD: Final[Mapping[Period, str]] = {
    Period.RUN: "each run",
    Period.DAY: "day",
    Period.WEEK: "week",
    Period.MONTH: "month",
    Period.TOTAL: "in total",
}
SCOPE: Final[Mapping[Scope, str]] = {
    Scope.COMPANY: "Company",
    Scope.SUBTREE: "Team of",
    Scope.AGENT: "Agent",
    Scope.PROJECT: "Project",
    Scope.GOAL: "Goal",
    Scope.TASK: "Task",
}
ON_EXCEED: Final[Mapping[OnExceed, str]] = {
    OnExceed.STOP: "stops when it is used up",
    OnExceed.ASK: "asks for approval when it is used up",
}
FAILURE: Final[Mapping[FailureClass, str]] = {
    FailureClass.PLATFORM: "the platform failed, the attempt does not count",
    FailureClass.TRANSIENT: "a passing failure, the attempt does not count",
    FailureClass.AGENT: "the agent's own failure, the attempt counts",
}
DECLARED: Final[Mapping[Declared, str]] = {
    Declared.FINISH: "finished",
    Declared.BLOCK: "blocked",
    Declared.CONTINUE: "more to do",
    Declared.NOTHING: "nothing",
}
SETTLEMENT: Final[Mapping[Settlement, str]] = {
    Settlement.METERED: "as metered",
    Settlement.REPORTED: "as reported by the runtime",
    Settlement.RESERVED: "at what was reserved, because the use is unknown",
}
