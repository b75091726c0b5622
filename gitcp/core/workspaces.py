"""Where a run works, as its project says: which branch, which base, and who has the one checkout that several share."""

from typing import Final

from gitcp.model.branches import DEFAULT, WITHOUT_TASK, fill
from gitcp.model.planning import Integration, Project, WorkspaceMode
from gitcp.model.runs import Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

INTEGRATING: Final = frozenset({Integration.FF, Integration.REBASE})
_LOOKED_BACK = 20


def project_of(snapshot: Snapshot, run: Run) -> Project | None:
    """Return the project of a run's task."""
    task = snapshot.get(Task, run.task) if run.task else None
    return snapshot.get(Project, task.project) if task else None


def branch_of(project: Project | None, run: Run) -> str:
    """Return the branch that a run's commits are delivered on."""
    if run.task is None:
        return fill(WITHOUT_TASK, agent=run.agent, task="", run=run.id)
    pattern = project.branch if project and project.branch else DEFAULT
    return fill(pattern, agent=run.agent, task=run.task, run=run.id)


def target_of(snapshot: Snapshot, run: Run) -> str | None:
    """Return the branch that a run's commits are integrated into; none: they stay on their own."""
    project = project_of(snapshot, run)
    if project is None or project.integrate not in INTEGRATING or run.repository is None:
        return None
    repository = snapshot.company.repositories.get(run.repository) if snapshot.company else None
    return project.base or (repository.branch if repository else None)


def goes_on(snapshot: Snapshot, run: Run) -> bool:
    """Whether what the last run of this agent on this task left undelivered is wanted: not if somebody has cancelled it."""
    earlier = snapshot.runs(agent=run.agent, task=run.task, limit=_LOOKED_BACK) if run.task else ()
    last = next((other for other in earlier if other.id != run.id and not other.is_active), None)
    if last is None or last.outcome is not Outcome.CANCELLED:
        return True
    return last.cancel is not None and last.cancel.hold


def is_in_checkout(snapshot: Snapshot, run: Run) -> bool:
    """Whether a run works in the one checkout of its repository; who reviews what was delivered has a checkout apart."""
    task = snapshot.get(Task, run.task) if run.task else None
    project = snapshot.get(Project, task.project) if task else None
    if task is None or project is None or project.workspace is not WorkspaceMode.CHECKOUT:
        return False
    return task.assignee == run.agent or task.delivery is None
