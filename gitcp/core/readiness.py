"""Whether a task can be worked on: its blockers, its children, its goal ancestry."""

from gitcp.model.planning import Goal, Project, ProjectStatus
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus


def open_blockers(snapshot: Snapshot, task: Task) -> list[str]:
    """Return the blockers that are not done. A cancelled, missing or inert one does not satisfy: somebody must decide."""
    waiting = []
    for blocker_id in task.blocked_by:
        blocker = snapshot.get(Task, blocker_id)
        is_done = blocker is not None and blocker.status is TaskStatus.DONE
        if not is_done or snapshot.is_inert("task", blocker_id):
            waiting.append(blocker_id)
    return waiting


def is_ready(snapshot: Snapshot, task: Task) -> bool:
    """Whether nothing that the task names stands before it."""
    return not open_blockers(snapshot, task)


def is_workable(snapshot: Snapshot, task: Task) -> bool:
    """Whether its assignee may work on it now."""
    at_work = task.status in {TaskStatus.TODO, TaskStatus.IN_PROGRESS}
    return at_work and is_ready(snapshot, task) and project_over(snapshot, task) is None


def goal_ancestry(snapshot: Snapshot, goal_id: str | None) -> list[Goal]:
    """Return a goal and those above it, the nearest first."""
    found: list[Goal] = []
    while goal_id is not None and goal_id not in {goal.id for goal in found}:
        goal = snapshot.get(Goal, goal_id)
        if goal is None:
            break
        found.append(goal)
        goal_id = goal.parent
    return found


def goal_of(snapshot: Snapshot, task: Task) -> str | None:
    """Return the goal that a task serves: its own, else its project's."""
    if task.goal is not None:
        return task.goal
    project = snapshot.get(Project, task.project)
    return project.goal if project else None


def project_over(snapshot: Snapshot, task: Task) -> str | None:
    """Say that a task's project is over, so that nobody works on what is left in it; none if it is not."""
    project = snapshot.get(Project, task.project)
    over = project is not None and project.status in {ProjectStatus.COMPLETED, ProjectStatus.CANCELLED}
    return f"project {project.id} is {project.status}" if project is not None and over else None


def project_is_active(snapshot: Snapshot, task: Task) -> bool:
    """Whether runs may start in the task's project."""
    project = snapshot.get(Project, task.project)
    return project is not None and project.status is ProjectStatus.ACTIVE
