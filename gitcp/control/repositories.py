"""The execution repository of a run, as its project wants it to be used."""

from dataclasses import replace

from gitcp.control.plane import Plane
from gitcp.core.workspaces import project_of
from gitcp.model.planning import Integration, Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.workspaces import RepositorySpec
from gitcp.workspaces.forges import compare_url


def repository_of(plane: Plane, snapshot: Snapshot, run: Run, name: str) -> RepositorySpec:
    """Return where the run's repository is; its branch is the base of the run's project, where that names one.

    Raises:
        GitcpError: `gitcp.yaml` names no such repository.
    """
    spec = plane.repository(snapshot, name)
    project = project_of(snapshot, run)
    return replace(spec, branch=project.base) if project and project.base else spec


def integration_of(project: Project | None) -> Integration:
    """Return how a project's commits are integrated; those of a run without one stay on its branch."""
    return project.integrate if project else Integration.BRANCH


def compare_page(project: Project | None, spec: RepositorySpec, branch: str) -> str | None:
    """Return where a person opens the pull request for a branch, if the project wants one and the forge is known."""
    asks = integration_of(project) is Integration.PULL_REQUEST
    return compare_url(spec.url, spec.branch, branch) if asks else None
