"""What a member may act on, in order, with reasons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gitcp.core.actions import Stalled
from gitcp.core.holds import paused_by
from gitcp.core.org import is_employed, manager_of, roots
from gitcp.core.readiness import open_blockers, project_over
from gitcp.core.task_gates import in_words, is_stuck, standing_at_end
from gitcp.model.members import Person
from gitcp.model.planning import Project
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN, Task, TaskStatus
from gitcp.model.urgency import urgency

_AT_WORK = frozenset({TaskStatus.TODO, TaskStatus.IN_PROGRESS})
_PLAIN = OPEN - {TaskStatus.BLOCKED, TaskStatus.IN_REVIEW}


@dataclass(frozen=True, slots=True)
class Item:
    """One task of an inbox, and why it is there. `waits` says what must happen before its member can act; none: now."""

    task: Task
    reason: str
    waits: str | None = None


def inbox(snapshot: Snapshot, member_id: str, stalled: Iterable[Stalled] = ()) -> list[Item]:
    """Return the inbox of a member: its own tasks, reviews, what below it needs a decision, and what a plan found stalled."""
    found: dict[str, Item] = {}
    for stop in stalled:
        stalled_task = snapshot.get(Task, stop.task) if stop.member == member_id else None
        if stalled_task is not None:
            found[stop.task] = Item(stalled_task, stop.reason)
    employed = frozenset(m.id for m in snapshot.members() if is_employed(snapshot, m.id))
    for task in snapshot.tasks(statuses=OPEN):
        # Most open tasks are somebody else's who can act.
        is_anothers = task.status in _PLAIN and task.assignee != member_id and task.assignee in employed
        if is_anothers and project_over(snapshot, task) is None:
            continue
        item = _item(snapshot, member_id, task)
        if item is not None:
            found[task.id] = item
    return sorted(found.values(), key=lambda item: (item.waits is not None, urgency(item.task)))


def responsible_for(snapshot: Snapshot, task: Task) -> str | None:
    """Return who must act when the task's assignee cannot.

    That is whom the block names, else the nearest manager, else the project's lead, else the first person of the org chart.
    """
    able = (m for m in _in_turn(snapshot, task) if m is not None and is_employed(snapshot, m))
    return next((m for m in able if m != task.assignee or snapshot.get(Person, m)), None)


def _in_turn(snapshot: Snapshot, task: Task) -> Iterator[str | None]:
    if task.blocked and task.status is TaskStatus.BLOCKED:
        yield task.blocked.waits_for
    yield manager_of(snapshot, task.assignee)
    project = snapshot.get(Project, task.project)
    yield project.lead if project else None
    yield from (member.id for member in roots(snapshot) if isinstance(member, Person))


def _item(snapshot: Snapshot, member_id: str, task: Task) -> Item | None:
    if task.reviewer == member_id:
        return Item(task, "review")
    decision = _decision(snapshot, task)
    if decision is not None and responsible_for(snapshot, task) == member_id:
        return Item(task, decision)
    return _own(snapshot, task) if task.assignee == member_id else None


def _decision(snapshot: Snapshot, task: Task) -> str | None:
    """Why somebody else than its assignee or reviewer must decide about a task, if so."""
    if task.status is TaskStatus.BLOCKED:
        return f"blocked: {task.blocked.reason}" if task.blocked else "blocked"
    if task.status is TaskStatus.IN_REVIEW:
        return _without_reviewer(snapshot, task)
    if task.assignee is None:
        project = snapshot.get(Project, task.project)
        return "unassigned, you lead the project" if project and project.lead else "unassigned"
    if not is_employed(snapshot, task.assignee):
        return f"its assignee {task.assignee} {missing(snapshot, task.assignee)}"
    return _left_over(snapshot, task)


def _without_reviewer(snapshot: Snapshot, task: Task) -> str | None:
    if task.reviewer is None:
        return _undone(snapshot, task)
    if is_employed(snapshot, task.reviewer):
        over = project_over(snapshot, task)
        return f"in review, and {over}" if over and snapshot.get(Person, task.reviewer) is None else None
    return f"in review, and its reviewer {task.reviewer} {missing(snapshot, task.reviewer)}"


def _undone(snapshot: Snapshot, task: Task) -> str | None:
    found = standing_at_end(snapshot, task)
    if found.is_agreed and task.delivery is not None and task.delivery.is_held:
        return None
    if found.is_agreed:
        return "in review, and no reviewer is left to agree"
    return f"in review, and {in_words(snapshot, found)}" if is_stuck(snapshot, found) else None


def _left_over(snapshot: Snapshot, task: Task) -> str | None:
    # A person may still do what is left; no agent is woken for it.
    over = project_over(snapshot, task)
    by_agent = task.assignee is not None and snapshot.get(Person, task.assignee) is None
    return f"{over}, and the task is still open" if over and by_agent and task.status in _AT_WORK else None


def _awaited(snapshot: Snapshot, task: Task) -> str:
    found = standing_at_end(snapshot, task)
    if found.is_agreed and task.delivery is not None and task.delivery.is_held:
        return f"a tick integrates it into {task.delivery.into}"
    return "review" if found.is_agreed else in_words(snapshot, found)


def missing(snapshot: Snapshot, member_id: str) -> str:
    """Say why nothing can be left to a member."""
    return "does not exist" if snapshot.member(member_id) is None else "is terminated"


def _own(snapshot: Snapshot, task: Task) -> Item:
    if task.status is TaskStatus.BLOCKED:
        return Item(task, "assigned", "blocked")
    if task.status is TaskStatus.BACKLOG:
        return Item(task, "assigned", "in the backlog")
    if task.status is TaskStatus.IN_REVIEW:
        return Item(
            task, "assigned", f"review by {task.reviewer}" if task.reviewer else _awaited(snapshot, task)
        )
    waiting = open_blockers(snapshot, task)
    held = paused_by(snapshot, task)
    return Item(task, "assigned", held or (f"waits for {', '.join(waiting)}" if waiting else None))
