"""What a run may read."""

from collections.abc import Sequence
from typing import Any, Final

from gitcp.api.callback import Asked, Callback
from gitcp.core.brief import brief
from gitcp.core.lookup import existing, existing_member
from gitcp.core.views import document_view, inbox_view, member_view, plain, run_view, task_row, task_view
from gitcp.errors import RecordError
from gitcp.model.runs import Run
from gitcp.model.tasks import Document, Task, TaskStatus

MOST_TASKS: Final = 500
USUAL_TASKS: Final = 100
FILTERS: Final = ("status", "assignee", "project", "parent", "limit")


def me(callback: Callback, _asked: Asked) -> dict[str, Any]:
    """Who the agent is, its run, and what it has declared."""
    snapshot = callback.snapshot()
    member = existing_member(snapshot, callback.actor.id)
    return {
        "agent": member_view(snapshot, member, callback.now()),
        "run": run_view(snapshot, callback.this_run(snapshot)),
        "declared": plain(callback.declarations.value),
    }


def inbox(callback: Callback, _asked: Asked) -> dict[str, Any]:
    """What the agent may act on, in order, with reasons."""
    return inbox_view(callback.snapshot(), callback.actor.id)


def run_brief(callback: Callback, _asked: Asked) -> dict[str, Any]:
    """The brief of the run as it would be now: what GITCP_WAKE_CONTEXT holds."""
    snapshot = callback.snapshot()
    return brief(snapshot, callback.this_run(snapshot)).context


def tasks(callback: Callback, asked: Asked) -> dict[str, Any]:
    """Tasks that fit every given condition; `status` may be given several times."""
    unknown = sorted(set(asked.query) - set(FILTERS))
    if unknown:
        raise RecordError(f"tasks: expected {', '.join(FILTERS)}, found {unknown[0]}")
    snapshot = callback.snapshot()
    found = snapshot.tasks(
        statuses=_statuses(asked.query.get("status", ())),
        assignee=_one(asked, "assignee"),
        project=_one(asked, "project"),
        parent=_one(asked, "parent"),
    )
    limit = _limit(_one(asked, "limit"))
    return {
        "tasks": [task_row(snapshot, task) for task in found[:limit]],
        "left_off": max(len(found) - limit, 0),
    }


def task(callback: Callback, asked: Asked) -> dict[str, Any]:
    """A task with all that stands around it."""
    snapshot = callback.snapshot()
    return task_view(snapshot, existing(snapshot, Task, asked.names["task"]))


def document(callback: Callback, asked: Asked) -> dict[str, Any]:
    """A document of a task with its text."""
    name = f"{asked.names['task']}/{asked.names['document']}"
    return document_view(existing(callback.snapshot(), Document, name))


def run(callback: Callback, asked: Asked) -> dict[str, Any]:
    """A run with every field of its record."""
    snapshot = callback.snapshot()
    return run_view(snapshot, existing(snapshot, Run, asked.names["run"]))


def _statuses(words: Sequence[str]) -> set[TaskStatus] | None:
    known = set(TaskStatus)
    unknown = sorted(set(words) - known)
    if unknown:
        raise RecordError(f"tasks: status: expected one of {', '.join(TaskStatus)}, found {unknown[0]}")
    return {TaskStatus(word) for word in words} or None


def _one(asked: Asked, name: str) -> str | None:
    values = asked.query.get(name, ())
    if len(values) > 1:
        raise RecordError(f"tasks: {name}: expected one value, found {len(values)}")
    return values[0] if values else None


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL_TASKS
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST_TASKS:
        raise RecordError(f"tasks: limit: expected a number from 1 to {MOST_TASKS}, found {text}")
    return int(text)
