"""Which operations a change of records comes to, whoever wrote it and however: what policies are asked about.

Rule: the names are those of the registry where an operation does the same. How operations keep books (counters, runs) is no operation of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gitcp.core.lifecycle import TRANSITIONS, TaskEvent
from gitcp.core.renames import renames
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.company import Company
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.planning import Goal, Project, Routine, RoutineStatus
from gitcp.model.runs import Run
from gitcp.model.tasks import Comment, Counter, NewTask, Task

_CREATED: Final[Mapping[str, str]] = {
    "agent": "agent.hire",
    "member": "person.create",
    "wake": "wake.request",
    "approval": "approval.request",
    "document": "document.write",
    "new-task": "task.create",
}
_EDITED: Final[Mapping[str, str]] = {
    "member": "person.edit",
    "document": "document.write",
    "new-task": "task.edit",
}
_REMOVED: Final[Mapping[str, str]] = {"new-task": "task.remove"}
_BOOKS: Final = frozenset({"run", "ledger"})
_NEVER_JOINED: Final = frozenset({"run", "ledger"})
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
# Steps that operations tell in a comment of who takes them.
_SAID_WITH: Final = frozenset({"task.review", "task.submit", "task.finish", "task.cancel"})
# What else changes with a task's status, or with its assignee.
_WITH_STATUS: Final = frozenset(
    {"status", "closed", "submitted", "reviewed", "agreed", "blocked", "reopened", "attempts", "given"}
)
_WITH_ASSIGNEE: Final = frozenset({"assignee", "attempts", "given"})


@dataclass(frozen=True, slots=True)
class Implied:
    """One operation that a change comes to; `fields` are the keys that differ."""

    operation: str
    change: RecordChange
    fields: frozenset[str] = frozenset()


def implied(changes: Sequence[RecordChange]) -> list[Implied]:
    """Return the operations that the changes of one commit come to, in the order of the changes."""
    commit = _with_renames(joined(changes))
    found = [operation for change in commit for operation in _of(change, commit)]
    return [operation for operation in found if not _is_part(operation, found)]


def _with_renames(commit: Sequence[RecordChange]) -> Sequence[RecordChange]:
    # A person's new name is somebody who comes and somebody who goes: rules name persons.
    agents = [(old, new) for old, new in renames(commit) if isinstance(new.after, Agent)]
    if not agents:
        return commit
    gone, come = {old.path for old, _ in agents}, {new.path: new for _, new in agents}
    return [come.get(change.path, change) for change in commit if change.path not in gone]


def joined(changes: Sequence[RecordChange]) -> list[RecordChange]:
    """Return the changes with a file that was moved as one: at its new path, from what the record was; so is what comes back from the archive."""
    groups: dict[tuple[str, str], list[RecordChange]] = {}
    for change in changes:
        groups.setdefault((change.kind, change.id), []).append(change)
    if len(groups) == len(changes):
        return list(changes)
    return [change for group in groups.values() for change in _joined(group)]


def _joined(group: list[RecordChange]) -> list[RecordChange]:
    gone = [change for change in group if change.blob is None and change.base is not None]
    come = [change for change in group if change.blob is not None and change.base is None]
    if len(group) != len(gone) + len(come) or len(gone) != 1 or len(come) != 1:
        return group
    old, new = gone[0], come[0]
    if new.is_archived or new.kind in _NEVER_JOINED:
        return group
    before = old.known.get(KINDS[old.kind], old.id) if old.is_archived else old.before
    return [replace(new, before=before, left=old.path)]


def _of(change: RecordChange, commit: Sequence[RecordChange]) -> Iterator[Implied]:
    before, after = change.before, change.after
    if change.kind == Counter.kind:
        yield from _counted(change, commit)
    elif change.is_broken:
        yield Implied(_edited(before.kind) if before else _created(change.kind), change)
    elif before is not None and after is not None and before.kind == after.kind:
        fields = changed_fields(before, after)
        names = dict.fromkeys(_edits(before, after, fields))
        yield from (Implied(name, change, fields) for name in names)
    else:
        if before is not None and before.kind not in _BOOKS:
            yield from (Implied(name, change) for name in _removed(before, commit))
        if after is not None and after.kind not in _BOOKS:
            yield Implied(_created(after.kind), change)
            if before is None and isinstance(after, Task) and change.known.get(Task, after.id) is not None:
                # A second file says what the task is to be once the first is gone.
                yield Implied("task.edit", change)


def changed_fields(before: Record, after: Record) -> frozenset[str]:
    """Return the names of the fields that differ; all of both where they are of different kinds."""
    if type(before) is not type(after):
        return frozenset({*type(before).model_fields, *type(after).model_fields})
    return frozenset(
        name for name in type(after).model_fields if getattr(before, name) != getattr(after, name)
    )


def _created(kind: str) -> str:
    return _CREATED.get(kind, f"{kind}.create")


def _edited(kind: str) -> str:
    return _EDITED.get(kind, f"{kind}.edit")


def _removed(before: Record, commit: Sequence[RecordChange]) -> Iterator[str]:
    if isinstance(before, NewTask) and any(task.project == before.project for task in _new_tasks(commit)):
        yield "task.number"
        return
    yield _REMOVED.get(before.kind, f"{before.kind}.remove")
    # Who may not end it may not take it away either.
    if isinstance(before, Agent) and before.status is not AgentStatus.TERMINATED:
        yield "agent.terminate"
    elif isinstance(before, Task) and before.is_open:
        yield "task.cancel"


def _new_tasks(commit: Sequence[RecordChange]) -> Iterator[Task]:
    return (c.after for c in commit if c.before is None and isinstance(c.after, Task))


def _counted(change: RecordChange, commit: Sequence[RecordChange]) -> Iterator[Implied]:
    """Yield nothing where a counter goes on behind what the same commit creates."""
    is_task = change.id != "approvals"
    created = (
        [task.id for task in _new_tasks(commit) if task.project == change.id]
        if is_task
        else [c.id for c in commit if c.before is None and isinstance(c.after, Approval)]
    )
    last = max((int(name.rpartition("-")[2]) for name in created), default=None)
    if last is None or not isinstance(change.after, Counter) or change.after.next != last + 1:
        yield Implied("task.number" if is_task else "approval.request", change)


def _is_part(operation: Implied, found: Sequence[Implied]) -> bool:
    """Whether it is the comment that goes with a step of a task, and not one beside some other change of it."""
    said = operation.change.after
    return (
        operation.operation == "comment.create"
        and isinstance(said, Comment)
        and any(
            other.operation in _SAID_WITH
            and isinstance(other.change.after, Task)
            and other.change.after.id == said.task
            for other in found
        )
    )


def _edits(before: Record, after: Record, fields: frozenset[str]) -> Iterator[str]:
    of = _EDITS.get(type(after))
    rest = set(fields)
    if of is not None:
        yield from of(before, after, rest)
    if rest and after.kind not in _BOOKS:
        yield _edited(after.kind)


def _of_task(before: Record, after: Record, rest: set[str]) -> Iterator[str]:
    assert isinstance(before, Task)
    assert isinstance(after, Task)
    if "status" in rest:
        rest -= _WITH_STATUS
        events = [event for event, status in TRANSITIONS[before.status].items() if status is after.status]
        yield from (_EVENTS[event] for event in events[:1])
    elif "reviewed" in rest:
        rest -= {"reviewed", "agreed"}
        yield "task.review"
    elif "blocked" in rest:
        rest.discard("blocked")
        yield "task.block"
    if "assignee" in rest:
        rest -= _WITH_ASSIGNEE
        yield "task.assign"
    yield from _held(before, after, rest)


def _of_agent(before: Record, after: Record, rest: set[str]) -> Iterator[str]:
    assert isinstance(before, Agent)
    assert isinstance(after, Agent)
    if not rest.isdisjoint({"id", "status"}) and before.heartbeat and after.heartbeat:
        dated = before.heartbeat.evolve(since=after.heartbeat.since, dated=after.heartbeat.dated)
        rest -= {"heartbeat"} if dated == after.heartbeat else set()
    if "id" in rest:
        rest -= {"id", "previously"}
        yield "agent.rename"
    if "status" in rest:
        rest.discard("status")
        yield _STATUS[after.status]


def _of_routine(_: Record, after: Record, rest: set[str]) -> Iterator[str]:
    assert isinstance(after, Routine)
    if "status" in rest:
        rest -= {"status", "since", "dated"}
        yield "routine.pause" if after.status is RoutineStatus.PAUSED else "routine.resume"


def _held(_: Record, after: Record, rest: set[str]) -> Iterator[str]:
    assert isinstance(after, Company | Project | Goal | Task)
    if "paused" in rest:
        rest.discard("paused")
        yield f"{after.kind}.pause" if after.paused else f"{after.kind}.resume"


def _of_approval(_: Record, after: Record, rest: set[str]) -> Iterator[str]:
    assert isinstance(after, Approval)
    if "withdrawn" in rest or ("status" in rest and after.status is ApprovalStatus.WITHDRAWN):
        rest -= {"withdrawn", "status"}
        yield "approval.withdraw"
    if not rest.isdisjoint({"status", "decisions"}):
        rest -= {"status", "decisions"}
        yield "approval.decide"


def _of_run(_: Record, __: Record, rest: set[str]) -> Iterator[str]:
    if "cancel" in rest:
        yield "run.cancel"


_EDITS: Final[Mapping[type[Record], Callable[[Record, Record, set[str]], Iterator[str]]]] = {
    Task: _of_task,
    Agent: _of_agent,
    Routine: _of_routine,
    Company: _held,
    Project: _held,
    Goal: _held,
    Approval: _of_approval,
    Run: _of_run,
}
