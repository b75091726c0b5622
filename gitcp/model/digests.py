"""Short digests of what somebody is to act on: they tell whether a run has answered it as it stands.

Rule: what is named here for a task is written in its own file, so that the cache can know it without looking at another one.
"""

import hashlib
import json

from gitcp.model.tasks import Task


def digest(*parts: object) -> str:
    """Return a short, stable digest of plain values."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def asked_of_assignee(task: Task, *, is_ready: bool = True) -> str:
    """Return what a task asks of its assignee: what is to be done, whether by a routine, and nothing that only records progress."""
    # The mark stands only where a routine made the task, so that what others ask is what it was before there were routines.
    mark = () if task.routine is None else ("routine",)
    return digest(task.title, task.description, task.priority, task.assignee, is_ready, task.reopened, *mark)


def asked_of_reviewer(task: Task) -> str:
    """Return what a task in review asks of its reviewer."""
    # What was agreed to before something else was delivered is asked again, also of who has answered it.
    mark = () if task.passed == task.reviewed else (task.delivery.commit if task.delivery else None,)
    return digest(task.submitted, task.reopened, len(task.passed), *mark)


def blockers_of(task: Task) -> str:
    """Return what a task waits for."""
    return digest(*sorted(task.blocked_by))
