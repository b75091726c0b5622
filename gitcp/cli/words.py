"""The words of fields that know only certain words, so that help and completion need not import the model.

Rule: each is the same as in gitcp.model, in the same order; a test compares them.
"""

from typing import Final

OPEN_STATUSES: Final = ("backlog", "todo", "in_progress", "in_review", "blocked")
STATUSES: Final = (*OPEN_STATUSES, "done", "cancelled")
PRIORITIES: Final = ("critical", "high", "medium", "low")
OUTCOMES: Final = ("succeeded", "failed", "timed_out", "silent", "over_budget", "cancelled", "abandoned")
RUNTIMES: Final = ("process", "claude-code", "codex", "opencode", "gemini", "http")
BILLINGS: Final = ("api", "subscription")
COMPATS: Final = ("paperclip",)
WAKE_REASONS: Final = (
    "heartbeat",
    "assignment",
    "mention",
    "review",
    "unblocked",
    "children_done",
    "approval",
    "routine",
    "retry",
    "continue",
    "manual",
)
GOAL_LEVELS: Final = ("company", "team", "agent", "task")
GOAL_STATUSES: Final = ("planned", "active", "achieved", "cancelled")
PROJECT_STATUSES: Final = ("planned", "active", "paused", "completed", "cancelled")
INTEGRATIONS: Final = ("branch", "ff", "rebase", "pull-request", "none")
WORKSPACE_MODES: Final = ("task", "run", "checkout")
ROUTINE_STATUSES: Final = ("active", "paused")
OVERLAPS: Final = ("skip", "queue", "allow")
CATCH_UPS: Final = ("none", "once", "all")
PERIODS: Final = ("run", "day", "week", "month", "total")
ON_EXCEED: Final = ("stop", "ask")
VERDICTS: Final = ("allow", "deny", "approval")

# What can be done with a task, by its status: the command and what comes after the id.
NEXT: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "backlog": (("queue", ""),),
    "todo": (("start", ""), ("finish", ""), ("shelve", "")),
    "in_progress": (("finish", ""), ("block", " --reason TEXT")),
    "in_review": (("review", " --approve -m TEXT"), ("review", " --request-changes -m TEXT")),
    "blocked": (("unblock", ""), ("cancel", "")),
    "done": (("reopen", ""),),
    "cancelled": (("reopen", ""),),
}
