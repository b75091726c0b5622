"""Whether what a task names exists and makes sense; asked before it is written."""

from gitcp.core.lookup import existing, existing_member
from gitcp.core.org import is_above
from gitcp.errors import NotAllowedError, RecordError
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.operation import ActorKind, Call
from gitcp.model.planning import Goal
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskFields


def check_references(snapshot: Snapshot, task: TaskFields) -> None:
    """Refuse a task that names what does not exist, waits for itself, or is reviewed by its assignee.

    Raises:
        UnknownRecordError: a named record does not exist.
        RecordError: the references contradict each other.
    """
    if task.assignee is not None:
        assignee = existing_member(snapshot, task.assignee)
        if isinstance(assignee, Agent) and assignee.status is AgentStatus.TERMINATED:
            raise RecordError(
                f"task {task.id}: assignee: expected an active agent, found {assignee.id}, who is terminated"
            )
    for reviewer in task.review:
        existing_member(snapshot, reviewer)
        if reviewer == task.assignee:
            raise RecordError(
                f"task {task.id}: review: expected somebody else than the assignee, found {reviewer}"
            )
    if task.goal is not None:
        existing(snapshot, Goal, task.goal)
    if task.parent is not None:
        existing(snapshot, Task, task.parent)
    for blocker in task.blocked_by:
        existing(snapshot, Task, blocker)
    _no_cycle(snapshot, task, "blocked_by")
    _no_cycle(snapshot, task, "parent")


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
