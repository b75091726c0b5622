"""Goals, projects and routines as plain values."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from gitcp.core.readiness import goal_ancestry, goal_of
from gitcp.core.routines import due, next_slots
from gitcp.core.views.plain import View, plain, record_view
from gitcp.core.views.tasks import task_row
from gitcp.core.views.tree import depth_first
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import OPEN, Task, TaskStatus

_SHOWN_SLOTS = 10


def goal_rows(snapshot: Snapshot) -> list[View]:
    """Return the goals depth first, each with its `depth` and how many of its own tasks have which status."""
    by_goal: dict[str | None, list[Task]] = {}
    for task in ever(snapshot, Task):
        by_goal.setdefault(goal_of(snapshot, task), []).append(task)
    return [
        {**_goal(goal), "depth": depth, "tasks": _counted(by_goal.get(goal.id, ()))}
        for goal, depth in depth_first(snapshot.all(Goal), lambda goal: goal.parent)
    ]


def goal_view(snapshot: Snapshot, goal: Goal) -> View:
    """Return a goal with those above and below it, its projects and its tasks."""
    tasks = [task for task in ever(snapshot, Task) if goal_of(snapshot, task) == goal.id]
    return {
        **record_view(goal),
        "ancestry": [_goal(above) for above in goal_ancestry(snapshot, goal.parent)],
        "children": [_goal(below) for below in snapshot.all(Goal) if below.parent == goal.id],
        "projects": [project.id for project in snapshot.all(Project) if project.goal == goal.id],
        "counts": _counted(tasks),
        "tasks": [task_row(snapshot, task) for task in tasks],
    }


def project_rows(snapshot: Snapshot) -> list[View]:
    """Return the projects, each with how many tasks have which status."""
    by_project: dict[str, list[Task]] = {}
    for task in ever(snapshot, Task):
        by_project.setdefault(task.project, []).append(task)
    return [
        {**record_view(project, without=("description",)), "tasks": _counted(by_project.get(project.id, ()))}
        for project in snapshot.all(Project)
    ]


def project_view(snapshot: Snapshot, project: Project) -> View:
    """Return a project with its open tasks and its goal ancestry."""
    tasks = [task for task in ever(snapshot, Task) if task.project == project.id]
    return {
        **record_view(project),
        "goals": [_goal(goal) for goal in goal_ancestry(snapshot, project.goal)],
        "counts": _counted(tasks),
        "tasks": [task_row(snapshot, task) for task in tasks if task.status in OPEN],
    }


def routine_row(snapshot: Snapshot, routine: Routine, now: datetime) -> View:
    """Return what a list of routines shows."""
    return {
        "id": routine.id,
        "title": routine.title,
        "cron": routine.cron,
        "timezone": routine.timezone or _zone(snapshot),
        "status": routine.status.value,
        "project": routine.task.project,
        "assignee": routine.task.assignee,
        "next": plain(next(iter(next_slots(snapshot, routine, now, 1)), None)),
        "last": routine.last,
        "made": routine.made,
    }


def routine_view(snapshot: Snapshot, routine: Routine, now: datetime) -> View:
    """Return a routine with its next ten slots, its last task with how late it was made, and why a slot that has passed made none."""
    last = snapshot.get(Task, routine.last) if routine.last else None
    slots = [plain(slot) for slot in next_slots(snapshot, routine, now, _SHOWN_SLOTS)]
    return {
        **record_view(routine),
        "next": slots[0] if slots else None,
        "next_slots": slots,
        "held": due(snapshot, routine, now).held,
        "last_task": _made(last) if last is not None else None,
    }


def _made(task: Task) -> View:
    slot = task.routine.slot if task.routine else None
    return {
        "id": task.id,
        "title": task.title,
        "status": task.status.value,
        "slot": plain(slot),
        "created": plain(task.created),
        "late_minutes": round((task.created - slot).total_seconds() / 60, 2) if slot else None,
    }


def _goal(goal: Goal) -> View:
    return {
        "id": goal.id,
        "title": goal.title,
        "level": goal.level.value,
        "status": goal.status.value,
        "parent": goal.parent,
        "owner": goal.owner,
        "due": plain(goal.due),
        "paused": plain(goal.paused),
    }


def _counted(tasks: Iterable[Task]) -> dict[str, int]:
    found = Counter(task.status for task in tasks)
    return {status.value: found[status] for status in TaskStatus}


def _zone(snapshot: Snapshot) -> str:
    return snapshot.company.timezone if snapshot.company else "UTC"
