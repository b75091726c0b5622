"""Where each open task of an agent stands: running, due, waiting for a named thing, or stalled. There is nothing else."""

from collections.abc import Iterable, Sequence

from gitcp.core.actions import Action, Claim, Stalled, Waiting
from gitcp.core.inbox import responsible_for
from gitcp.core.readiness import open_blockers
from gitcp.model.members import Agent
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN, Task, TaskStatus


def standings(snapshot: Snapshot, actions: Sequence[Action]) -> Iterable[Waiting | Stalled]:
    """Say where the open tasks of agents stand that no action of the plan speaks of. A task in the backlog is parked on purpose."""
    spoken = {run.task for run in snapshot.runs(active=True)}
    spoken |= {action.run.task for action in actions if isinstance(action, Claim)}
    spoken |= {action.task for action in actions if isinstance(action, Waiting)}
    for task in snapshot.tasks(statuses=OPEN - {TaskStatus.BACKLOG}):
        if task.id not in spoken and task.assignee and isinstance(snapshot.member(task.assignee), Agent):
            yield standing(snapshot, task)


def standing(snapshot: Snapshot, task: Task) -> Waiting | Stalled:
    """Say where one open task of an agent stands that neither runs nor is due."""
    member = responsible_for(snapshot, task)
    if snapshot.is_inert("task", task.id):
        return Stalled(task.id, "its file has a problem", member)
    if task.status is TaskStatus.BLOCKED:
        return Stalled(task.id, f"blocked: {task.blocked.reason}" if task.blocked else "blocked", member)
    if task.status is TaskStatus.IN_REVIEW:
        return _in_review(snapshot, task)
    blockers = open_blockers(snapshot, task)
    if blockers:
        return Waiting(task.assignee, task.id, f"waits for {', '.join(blockers)}")
    children = [child.id for child in snapshot.tasks(parent=task.id) if child.is_open]
    if children:
        return Waiting(task.assignee, task.id, f"waits for its children {', '.join(children)}")
    if any(run.pending for run in snapshot.runs(task=task.id, limit=1)):
        return Waiting(
            task.assignee, task.id, "the result of its last run waits for uncommitted edits of its file"
        )
    return Stalled(task.id, "every cause is answered and nothing is under way", member)


def _in_review(snapshot: Snapshot, task: Task) -> Waiting | Stalled:
    reviewer = task.reviewer
    if reviewer is not None and not isinstance(snapshot.member(reviewer), Agent):
        return Waiting(task.assignee, task.id, f"waits for the review by {reviewer}")
    return Stalled(
        task.id, f"{reviewer or 'its reviewer'} ended without a verdict", responsible_for(snapshot, task)
    )
