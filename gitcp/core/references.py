"""Whether what a task names exists and makes sense; asked before it is written."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from gitcp.core.authority import Relation, relations
from gitcp.core.lookup import existing, existing_member
from gitcp.core.org import is_above
from gitcp.errors import NotAllowedError, RecordError
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.operation import ActorKind, Call
from gitcp.model.planning import Goal
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskFields


def check_references(snapshot: Snapshot, task: TaskFields, only: Collection[str] | None = None) -> None:
    """Refuse a task that names what does not exist, waits for itself, or is reviewed by its assignee.

    With `only`, look at these fields alone: what was wrong before does not keep anybody from changing another field.

    Raises:
        UnknownRecordError: a named record does not exist.
        RecordError: the references contradict each other.
    """
    for field, check in _OF_TASK.items():
        if only is None or field in only:
            check(snapshot, task)


def check_assignee(snapshot: Snapshot, call: Call, assignee: str | None) -> None:
    """Let an agent give work to itself and to its subtree only.

    Raises:
        NotAllowedError: the actor is an agent and the assignee is not below it.
    """
    actor = call.actor
    if actor.kind is not ActorKind.AGENT or assignee is None or assignee == actor.id:
        return
    if not is_above(snapshot, actor.id, assignee):
        raise NotAllowedError(
            f"agent {actor.id} may not assign work to {assignee}: expected a member of its subtree",
            hint="leave the assignee out: the project's lead then finds the task in its inbox",
        )


def check_parent(snapshot: Snapshot, call: Call, parent: str | None) -> None:
    """Let an agent put work below its own tasks and those of its subtree only.

    Raises:
        UnknownRecordError: there is no such task.
        NotAllowedError: the actor is an agent and the parent is somebody else's.
    """
    if parent is None or call.actor.kind is not ActorKind.AGENT:
        return
    task = existing(snapshot, Task, parent)
    if relations(snapshot, call.actor.id, task) <= {Relation.ANYBODY, Relation.REVIEWER}:
        raise NotAllowedError(
            f"agent {call.actor.id} may not put a task below {task.id}: it is not its own or its subtree's"
        )


def _assignee(snapshot: Snapshot, task: TaskFields) -> None:
    if task.assignee is None:
        return
    assignee = existing_member(snapshot, task.assignee)
    if isinstance(assignee, Agent) and assignee.status is AgentStatus.TERMINATED:
        raise RecordError(
            f"task {task.id}: assignee: expected an active agent, found {assignee.id}, who is terminated"
        )
    _separate(task)


def _review(snapshot: Snapshot, task: TaskFields) -> None:
    for reviewer in task.review:
        existing_member(snapshot, reviewer)
    _separate(task)


def _separate(task: TaskFields) -> None:
    if task.assignee is not None and task.assignee in task.review:
        raise RecordError(
            f"task {task.id}: review: expected somebody else than the assignee, found {task.assignee}"
        )


def _goal(snapshot: Snapshot, task: TaskFields) -> None:
    if task.goal is not None:
        existing(snapshot, Goal, task.goal)


def _parent(snapshot: Snapshot, task: TaskFields) -> None:
    if task.parent is not None:
        existing(snapshot, Task, task.parent)
    _no_cycle(snapshot, task, "parent")


def _blockers(snapshot: Snapshot, task: TaskFields) -> None:
    for blocker in task.blocked_by:
        existing(snapshot, Task, blocker)
    _no_cycle(snapshot, task, "blocked_by")


def _no_cycle(snapshot: Snapshot, task: TaskFields, link: str) -> None:
    waiting = list(_links(task, link))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name == task.id:
            raise RecordError(
                f"task {task.id}: {link}: expected no cycle, found a way from {task.id} back to itself"
            )
        following = snapshot.get(Task, name)
        if name not in seen and following is not None:
            seen.add(name)
            waiting.extend(_links(following, link))


def _links(task: TaskFields, link: str) -> tuple[str, ...]:
    if link == "blocked_by":
        return task.blocked_by
    return (task.parent,) if task.parent else ()


_OF_TASK: Final[Mapping[str, Callable[[Snapshot, TaskFields], None]]] = {
    "assignee": _assignee,
    "review": _review,
    "goal": _goal,
    "parent": _parent,
    "blocked_by": _blockers,
}
