"""The names of all operations, for who speaks of operations without knowing them.

Rule: the registry has exactly these; a test holds it.
"""

from typing import Final

OPERATION_NAMES: Final = frozenset({
    "task.create", "task.number", "task.edit", "task.assign", "task.queue", "task.shelve", "task.start", "task.block",
    "task.unblock", "task.submit", "task.review", "task.finish", "task.cancel", "task.reopen", "task.pause",
    "task.resume", "comment.create", "document.write", "agent.hire", "agent.edit", "agent.pause", "agent.resume",
    "agent.terminate", "agent.rename", "agent.adopt", "person.create", "person.edit", "person.remove", "company.pause",
    "company.resume", "goal.create", "goal.edit", "goal.pause", "goal.resume", "project.create", "project.edit",
    "project.pause", "project.resume", "budget.create", "budget.edit", "policy.create", "policy.edit", "budget.raise",
    "policy.remove", "routine.create", "routine.edit", "routine.pause", "routine.resume", "routine.adopt",
    "routine.fire", "approval.request", "approval.decide", "approval.withdraw", "approval.expire", "approval.apply",
    "approval.ask", "approval.conclude", "approval.follow", "delivery.integrate", "approval.propose", "budget.ask",
    "approval.void", "wake.request", "run.claim", "run.cancel", "run.finish", "run.reap", "run.resolve",
    "record.archive",
})  # fmt: skip
