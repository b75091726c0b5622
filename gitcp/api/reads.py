"""What anybody may read: tasks, documents, runs, inboxes."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from gitcp.api.callback import Callback
from gitcp.api.caller import Asked, Caller, Filter, Object
from gitcp.core.brief import brief
from gitcp.core.hypotheses import Hypothesis, asked_by
from gitcp.core.lookup import existing, existing_member
from gitcp.core.views import document_view, inbox_view, member_view, plain, run_view, task_row, task_view
from gitcp.core.views.verdicts import verdict_view
from gitcp.errors import NotAllowedError, RecordError
from gitcp.model.operation import ActorKind
from gitcp.model.runs import Run
from gitcp.model.tasks import Document, Priority, Task, TaskStatus

MOST: Final = 500
AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
USUAL: Final = 100
LIMIT: Final = Filter(
    "limit", "At most so many.", schema={"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
)
TASK_FILTERS: Final = (
    Filter(
        "status",
        "Tasks that have one of these statuses.",
        several=True,
        schema={"type": "string", "enum": [status.value for status in TaskStatus]},
    ),
    Filter("assignee", "Tasks of this member."),
    Filter("project", "Tasks of this project."),
    Filter("parent", "The parts of this task."),
    LIMIT,
)
VERDICT_FILTERS: Final = (
    Filter("by", "Who does it; you where nobody is named. An agent asks about itself alone."),
    Filter("task", "The task that it is about."),
    Filter("project", "Its project."),
    Filter("priority", "Its priority.", schema={"type": "string", "enum": [each.value for each in Priority]}),
    Filter("label", "A label of it.", several=True),
    Filter("path", "A file that it changes.", several=True),
    Filter("usd", "What it may cost.", schema={"type": "string", "pattern": AMOUNT.pattern}),
)


def me(callback: Callback, asked: Asked) -> Object:
    """Who the agent is, its run, and what it has declared."""
    conditions(asked, "me", ())
    snapshot = callback.snapshot()
    member = existing_member(snapshot, callback.actor.id)
    return {
        "agent": member_view(snapshot, member, callback.now()),
        "run": run_view(snapshot, callback.this_run(snapshot)),
        "declared": plain(callback.declarations.value),
    }


def inbox(caller: Caller, _asked: Asked) -> Object:
    """What the agent may act on, in order, with reasons."""
    return inbox_view(caller.snapshot(), caller.actor.id)


def run_brief(callback: Callback, _asked: Asked) -> Object:
    """The brief of the run as it would be now: what GITCP_WAKE_CONTEXT holds."""
    snapshot = callback.snapshot()
    return brief(snapshot, callback.this_run(snapshot)).context


def tasks(caller: Caller, asked: Asked) -> Object:
    """Tasks that fit every given condition; `status` may be given several times."""
    given = conditions(asked, "tasks", TASK_FILTERS)
    snapshot = caller.snapshot()
    found = snapshot.tasks(
        statuses={TaskStatus(word) for word in given["status"]} or None,
        assignee=one(given, "assignee"),
        project=one(given, "project"),
        parent=one(given, "parent"),
    )
    limit = limit_of(given)
    return {
        "tasks": [task_row(snapshot, task) for task in found[:limit]],
        "left_off": max(len(found) - limit, 0),
    }


def task(caller: Caller, asked: Asked) -> Object:
    """A task with all that stands around it."""
    snapshot = caller.snapshot()
    return task_view(snapshot, existing(snapshot, Task, asked.names["task"]))


def document(caller: Caller, asked: Asked) -> Object:
    """A document of a task with its text."""
    name = f"{asked.names['task']}/{asked.names['document']}"
    snapshot = caller.snapshot()
    return document_view(snapshot, existing(snapshot, Document, name))


def run(caller: Caller, asked: Asked) -> Object:
    """A run with every field of its record."""
    snapshot = caller.snapshot()
    return run_view(snapshot, existing(snapshot, Run, asked.names["run"]))


def verdict(caller: Caller, asked: Asked) -> Object:
    """What the rules say of an operation, rule by rule: whether you may, and whose approvals it needs. Nothing is done."""
    given = conditions(asked, "verdicts", VERDICT_FILTERS)
    snapshot = caller.snapshot()
    by = one(given, "by") or caller.actor.id
    if caller.actor.kind is ActorKind.AGENT and by != caller.actor.id:
        raise NotAllowedError(f"agent {caller.actor.id} may not ask what {by} may", hint="leave `by` out")
    usd = one(given, "usd")
    if usd is not None and not AMOUNT.fullmatch(usd):
        raise RecordError(f"verdicts: usd: expected an amount such as 12.50, found {usd}")
    asks = Hypothesis(
        asked.names["verb"],
        by,
        task=one(given, "task"),
        paths=given["path"],
        project=one(given, "project"),
        priority=one(given, "priority"),
        labels=given["label"],
        usd=None if usd is None else Decimal(usd),
    )
    found = existing(snapshot, Task, asks.task) if asks.task else None
    return verdict_view(snapshot, asked_by(snapshot, asks), found)


def conditions(asked: Asked, about: str, filters: Sequence[Filter]) -> dict[str, tuple[str, ...]]:
    """Return the conditions of a query by name, none where it has none.

    Raises:
        RecordError: there is no such condition, or it has not such a value.
    """
    unknown = sorted(set(asked.query) - {each.name for each in filters})
    if unknown:
        expected = ", ".join(each.name for each in filters) or "no conditions"
        raise RecordError(f"{about}: expected {expected}, found {unknown[0]}")
    return {each.name: _fitting(asked.query.get(each.name, ()), each, about) for each in filters}


def one(given: dict[str, tuple[str, ...]], name: str) -> str | None:
    """Return the one value of a condition, or none."""
    return next(iter(given[name]), None)


def limit_of(given: dict[str, tuple[str, ...]]) -> int:
    """Return how many rows are asked for.

    Raises:
        RecordError: the limit is no number, or one that is not told at once.
    """
    text = one(given, "limit")
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST:
        raise RecordError(f"limit: expected a number from 1 to {MOST}, found {text}")
    return int(text)


def _fitting(values: tuple[str, ...], condition: Filter, about: str) -> tuple[str, ...]:
    if len(values) > 1 and not condition.several:
        raise RecordError(f"{about}: {condition.name}: expected one value, found {len(values)}")
    known = condition.schema.get("enum")
    strange = [value for value in values if known is not None and value not in known]
    if strange:
        expected = ", ".join(known or ())
        raise RecordError(f"{about}: {condition.name}: expected one of {expected}, found {strange[0]}")
    return values
