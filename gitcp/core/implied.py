"""Which operations a change of records comes to, whoever wrote it and however: what policies are asked about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gitcp.core.lifecycle import TRANSITIONS, TaskEvent
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.tasks import Task

_CREATED: Final[Mapping[str, str]] = {
    "agent": "agent.hire",
    "wake": "wake.request",
    "approval": "approval.request",
}
_BOOKKEEPING: Final = frozenset({"counter", "run", "ledger"})
_STATUS: Final[Mapping[AgentStatus, str]] = {
    AgentStatus.ACTIVE: "agent.resume",
    AgentStatus.PAUSED: "agent.pause",
    AgentStatus.TERMINATED: "agent.terminate",
}
_EVENTS: Final[Mapping[TaskEvent, str]] = {
    TaskEvent.QUEUE: "task.queue",
    TaskEvent.SHELVE: "task.shelve",
    TaskEvent.START: "task.start",
    TaskEvent.RELEASE: "task.release",
    TaskEvent.SUBMIT: "task.submit",
    TaskEvent.FINISH: "task.finish",
    TaskEvent.APPROVE: "task.review",
    TaskEvent.REQUEST_CHANGES: "task.review",
    TaskEvent.BLOCK: "task.block",
    TaskEvent.UNBLOCK: "task.unblock",
    TaskEvent.CANCEL: "task.cancel",
    TaskEvent.REOPEN: "task.reopen",
}


@dataclass(frozen=True, slots=True)
class Implied:
    """One operation that a change comes to; `fields` are the keys that differ."""

    operation: str
    change: RecordChange
    fields: frozenset[str] = frozenset()


def implied(changes: Sequence[RecordChange]) -> list[Implied]:
    """Return the operations that the changes of one commit come to, in the order of the changes."""
    return [found for change in changes for found in _of(change)]


def _of(change: RecordChange) -> Iterator[Implied]:
    before, after = change.before, change.after
    kind = record.kind if (record := after or before) else change.kind
    if kind in _BOOKKEEPING:
        return
    if before is None:
        yield Implied(_CREATED.get(kind, f"{kind}.create"), change)
    elif after is None:
        yield Implied(f"{kind}.edit" if change.is_broken else f"{kind}.remove", change)
    else:
        fields = changed_fields(before, after)
        names = dict.fromkeys(_edits(before, after, fields))
        yield from (Implied(name, change, fields) for name in names)


def changed_fields(before: Record, after: Record) -> frozenset[str]:
    """Return the names of the fields that differ; all of both where they are of different kinds."""
    if type(before) is not type(after):
        return frozenset({*type(before).model_fields, *type(after).model_fields})
    return frozenset(
        name for name in type(after).model_fields if getattr(before, name) != getattr(after, name)
    )


def _edits(before: Record, after: Record, fields: frozenset[str]) -> Iterator[str]:
    rest = set(fields)
    if isinstance(before, Task) and isinstance(after, Task):
        if "status" in rest:
            rest -= {"status", "closed", "submitted", "reviewed", "blocked", "reopened", "attempts"}
            yield from _steps(before, after)
        if "assignee" in rest:
            rest.discard("assignee")
            yield "task.assign"
    if isinstance(before, Agent) and isinstance(after, Agent) and "status" in rest:
        rest.discard("status")
        yield _STATUS[after.status]
    if rest:
        yield f"{after.kind}.edit"


def _steps(before: Task, after: Task) -> Iterator[str]:
    events = [event for event, status in TRANSITIONS[before.status].items() if status is after.status]
    yield from (_EVENTS[event] for event in events[:1])
