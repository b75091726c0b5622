"""Where each open task of an agent stands: running, due, waiting for a named thing, or stalled. There is nothing else."""

from collections.abc import Iterable, Sequence

from gitcp.core.actions import Action, Ask, Claim, Integrate, Stalled, Waiting
from gitcp.core.approvals import awaited, deciders
from gitcp.core.holds import paused_by
from gitcp.core.inbox import missing, responsible_for
from gitcp.core.org import is_employed
from gitcp.core.readiness import open_blockers, project_over
from gitcp.core.task_gates import in_words, is_stuck, standing_at_end
from gitcp.model.members import Person
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN, Task, TaskStatus


def standings(snapshot: Snapshot, actions: Sequence[Action]) -> Iterable[Waiting | Stalled]:
    """Say where the open tasks of agents stand that no action of the plan speaks of. A task in the backlog is parked on purpose."""
    spoken = {run.task for run in snapshot.runs(active=True)}
    spoken |= {action.run.task for action in actions if isinstance(action, Claim)}
    spoken |= {action.task for action in actions if isinstance(action, Waiting | Stalled | Ask | Integrate)}
    for task in snapshot.tasks(statuses=OPEN - {TaskStatus.BACKLOG}):
        if task.id not in spoken and task.assignee and snapshot.get(Person, task.assignee) is None:
            yield standing(snapshot, task)


def standing(snapshot: Snapshot, task: Task) -> Waiting | Stalled:
    """Say where one open task of an agent stands that neither runs nor is due."""
    found = obstacle(snapshot, task)
    if found is not None:
        return found
    ended = "every cause is answered and nothing is under way"
    if task.status is TaskStatus.IN_REVIEW:
        ended = f"{task.reviewer} ended without a verdict"
    return Stalled(task.id, ended, responsible_for(snapshot, task))


def obstacle(snapshot: Snapshot, task: Task) -> Waiting | Stalled | None:
    """Say what keeps an open task of an agent from its turn; none: nothing does."""
    member = responsible_for(snapshot, task)
    if snapshot.is_inert("task", task.id):
        return Stalled(task.id, "its file has a problem", member)
    if task.status is TaskStatus.BLOCKED:
        return Stalled(task.id, f"blocked: {task.blocked.reason}" if task.blocked else "blocked", member)
    if task.status is TaskStatus.IN_REVIEW:
        return _in_review(snapshot, task)
    over = project_over(snapshot, task)
    if over is not None:
        return Stalled(task.id, f"{over}, and the task is still open", member)
    if task.assignee is not None and not is_employed(snapshot, task.assignee):
        return Stalled(task.id, f"its assignee {task.assignee} {missing(snapshot, task.assignee)}", member)
    return _before_work(snapshot, task, member)


def _before_work(snapshot: Snapshot, task: Task, member: str | None) -> Waiting | Stalled | None:
    blockers = open_blockers(snapshot, task)
    undecided = [name for name in blockers if _never_closes(snapshot, task, name)]
    if undecided:
        reason = f"{', '.join(undecided)}, which it waits for, will not be done before somebody decides"
        return Stalled(task.id, reason, member)
    held = paused_by(snapshot, task)
    if held is not None:
        return Waiting(task.assignee, task.id, held)
    if blockers:
        return Waiting(task.assignee, task.id, f"waits for {', '.join(blockers)}")
    if any(run.pending for run in snapshot.runs(task=task.id, limit=1)):
        return Waiting(task.assignee, task.id, "the result of its last run waits until its file is free")
    children = [child.id for child in snapshot.tasks(parent=task.id) if child.is_open]
    if children:
        return Waiting(task.assignee, task.id, f"waits for its children {', '.join(children)}")
    return _undecided(snapshot, task, task.assignee, member)


def _undecided(
    snapshot: Snapshot, task: Task, agent: str | None, member: str | None
) -> Waiting | Stalled | None:
    asked = awaited(snapshot, agent, task.id) if agent else []
    able = {approval.id: deciders(snapshot, approval) for approval in asked}
    stuck = [name for name, people in able.items() if not people]
    if stuck:
        return Stalled(task.id, f"nobody may decide {', '.join(stuck)}, which it waits for", member)
    said = [f"{name} to be decided by {' or '.join(people)}" for name, people in able.items()]
    return Waiting(agent, task.id, f"waits for {', '.join(said)}") if said else None


def _gated(snapshot: Snapshot, task: Task, member: str | None) -> Waiting | Stalled | None:
    found = standing_at_end(snapshot, task)
    if found.is_agreed and task.delivery is not None and task.delivery.is_held:
        return Waiting(task.assignee, task.id, f"is integrated into {task.delivery.into} by the next tick")
    if found.is_agreed:
        return None
    said = in_words(snapshot, found)
    return (
        Stalled(task.id, said, member) if is_stuck(snapshot, found) else Waiting(task.assignee, task.id, said)
    )


def _never_closes(snapshot: Snapshot, task: Task, name: str) -> bool:
    """Whether a blocker is cancelled, missing, or waits for this very task."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        found = snapshot.get(Task, waiting.pop())
        if found is None or found.id in seen:
            continue
        seen.add(found.id)
        waiting.extend(open_blockers(snapshot, found))
    blocker = snapshot.get(Task, name)
    return blocker is None or blocker.status is TaskStatus.CANCELLED or task.id in seen


def _in_review(snapshot: Snapshot, task: Task) -> Waiting | Stalled | None:
    reviewer, member = task.reviewer, responsible_for(snapshot, task)
    if reviewer is None and (gated := _gated(snapshot, task, member)) is not None:
        return gated
    if reviewer is None:
        return Stalled(task.id, "in review, and no reviewer is left to agree", member)
    if not is_employed(snapshot, reviewer):
        return Stalled(task.id, f"its reviewer {reviewer} {missing(snapshot, reviewer)}", member)
    if snapshot.get(Person, reviewer) is not None:
        return Waiting(task.assignee, task.id, f"waits for the review by {reviewer}")
    over = project_over(snapshot, task)
    if over is not None:
        return Stalled(task.id, f"in review, and {over}", member)
    return _undecided(snapshot, task, reviewer, member)
