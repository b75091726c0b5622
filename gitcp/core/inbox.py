"""What a member may act on, in order, with reasons."""

from dataclasses import dataclass
from datetime import UTC, datetime

from gitcp.core.org import is_above, manager_of
from gitcp.core.readiness import open_blockers
from gitcp.model.members import Agent
from gitcp.model.planning import Project
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN, Priority, Task, TaskStatus

_PRIORITY = {priority: rank for rank, priority in enumerate(Priority)}
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One task of an inbox, and why it is there. `waits` says what must happen before its member can act; none: now."""

    task: Task
    reason: str
    waits: str | None = None


def urgency(task: Task) -> tuple[bool, int, datetime, datetime, str]:
    """Sort key of work: in progress first, then priority, due date, age."""
    return (
        task.status is not TaskStatus.IN_PROGRESS,
        _PRIORITY[task.priority],
        task.due or _NEVER,
        task.created,
        task.id,
    )


def inbox(snapshot: Snapshot, member_id: str) -> list[Item]:
    """Return the inbox of a member: its own tasks, reviews, and what below it needs a decision."""
    found: dict[str, Item] = {}
    for task in snapshot.tasks(statuses=OPEN):
        item = _item(snapshot, member_id, task)
        if item is not None:
            found[task.id] = item
    return sorted(found.values(), key=lambda item: (item.waits is not None, urgency(item.task)))


def responsible_for(snapshot: Snapshot, task: Task) -> str | None:
    """Return who must act when the task's assignee cannot: whom the block names, else the manager, else the project's lead."""
    if task.blocked is not None and task.blocked.waits_for is not None:
        return task.blocked.waits_for
    manager = manager_of(snapshot, task.assignee)
    if manager is not None:
        return manager
    project = snapshot.get(Project, task.project)
    return project.lead if project else None


def _item(snapshot: Snapshot, member_id: str, task: Task) -> Item | None:
    if task.reviewer == member_id:
        return Item(task, "review")
    if task.status is TaskStatus.BLOCKED:
        if responsible_for(snapshot, task) == member_id:
            return Item(task, f"blocked: {task.blocked.reason}" if task.blocked else "blocked")
        return Item(task, "assigned", "blocked") if task.assignee == member_id else None
    if task.assignee == member_id:
        return _own(snapshot, task)
    if task.assignee is None and task.status is not TaskStatus.IN_REVIEW:
        project = snapshot.get(Project, task.project)
        return (
            Item(task, "unassigned, you lead the project") if project and project.lead == member_id else None
        )
    return _of_terminated(snapshot, member_id, task)


def _own(snapshot: Snapshot, task: Task) -> Item | None:
    if task.status is TaskStatus.BACKLOG:
        return Item(task, "assigned", "in the backlog")
    if task.status is TaskStatus.IN_REVIEW:
        return Item(task, "assigned", f"review by {task.reviewer}")
    waiting = open_blockers(snapshot, task)
    return Item(task, "assigned", f"waits for {', '.join(waiting)}" if waiting else None)


def _of_terminated(snapshot: Snapshot, member_id: str, task: Task) -> Item | None:
    assignee = snapshot.get(Agent, task.assignee) if task.assignee else None
    gone = assignee is not None and assignee.status == "terminated"
    if (
        gone
        and assignee is not None
        and manager_of(snapshot, assignee.id) == member_id
        and is_above(snapshot, member_id, assignee.id)
    ):
        return Item(task, f"its assignee {assignee.id} is terminated")
    return None
