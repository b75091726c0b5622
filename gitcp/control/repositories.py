"""The execution repository of a run, as its project wants it to be used."""

from dataclasses import replace

from gitcp.control.plane import Plane
from gitcp.core.lookup import existing
from gitcp.core.task_gates import is_held_back
from gitcp.core.workspaces import INTEGRATING, project_of
from gitcp.model.members import Agent
from gitcp.model.planning import Integration, Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task
from gitcp.workspaces import RepositorySpec


def repository_of(plane: Plane, snapshot: Snapshot, run: Run, name: str) -> RepositorySpec:
    """Return where the run's repository is; its branch is the base of the run's project, where that names one.

    Raises:
        GitcpError: `gitcp.yaml` names no such repository.
    """
    spec = plane.repository(snapshot, name)
    project = project_of(snapshot, run)
    return replace(spec, branch=project.base) if project and project.base else spec


def bring_for(plane: Plane, run_id: str) -> str | None:
    """Bring the clone of a run's execution repository up to date; return the repository's name, none for a run that works in none.

    Raises:
        UnknownRecordError: there is no such run.
        GitcpError: `gitcp.yaml` names no such repository.
        WorkspaceError: it cannot be reached.
    """
    snapshot = plane.snapshot()
    run = existing(snapshot, Run, run_id)
    if run.repository is not None:
        plane.workspaces.fetch(repository_of(plane, snapshot, run, run.repository))
    return run.repository


def integration_of(project: Project | None) -> Integration:
    """Return how a project's commits are integrated; those of a run without one stay on its branch."""
    return project.integrate if project else Integration.BRANCH


def integration_now(snapshot: Snapshot, run: Run) -> Integration:
    """Return how a run's commits are delivered at this moment: where a gate holds them back, on their branch alone."""
    integrate = integration_of(project_of(snapshot, run))
    task, agent = snapshot.get(Task, run.task) if run.task else None, snapshot.get(Agent, run.agent)
    is_asked = integrate in INTEGRATING and task is not None and agent is not None
    if is_asked and task is not None and agent is not None and is_held_back(snapshot, agent, task):
        return Integration.BRANCH
    return integrate


def compare_page(project: Project | None, spec: RepositorySpec, branch: str) -> str | None:
    """Return where a person opens the pull request for a branch, if the project wants one and the forge is known."""
    if integration_of(project) is not Integration.PULL_REQUEST:
        return None
    from gitcp.dashboard.forges import forge_of  # noqa: PLC0415 - few projects ask, and a dashboard is much to load

    forge = forge_of(spec.url)
    return forge.propose(spec.branch, branch) if forge else None
