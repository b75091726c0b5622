"""Branches of projects that would get into each other's way."""

from collections.abc import Iterator

from gitcp.core.checks.finding import Finding
from gitcp.model.branches import DEFAULT, example_of, names_in
from gitcp.model.planning import Project
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot


def branches(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield patterns that make tasks share a branch, or that collide with where work is integrated."""
    for project in snapshot.all(Project):
        if project.branch is None:
            continue
        base = _base(snapshot, project)
        name = example_of(project.branch)
        if base is not None and _collide(name, base):
            message = f"expected branches that can be beside {base}, found {project.branch}"
            hint = f"{base} is what work is integrated into; e.g. '{DEFAULT}'"
            yield Finding(project.kind, project.id, "branch", message, hint)
        elif not names_in(project.branch) & {"task", "run"}:
            message = f"{project.branch} names neither {{task}} nor {{run}}: its tasks share a branch"
            hint = f"leave it so if that is meant, else e.g. '{DEFAULT}'"
            yield Finding(project.kind, project.id, "branch", message, hint, Severity.WARNING)


def _base(snapshot: Snapshot, project: Project) -> str | None:
    repositories = snapshot.company.repositories if snapshot.company else {}
    found = repositories.get(project.repository)
    return project.base or (found.branch if found else None)


def _collide(name: str, base: str) -> bool:
    # Git keeps branches as files: main and main/x cannot both be.
    return name == base or name.startswith(f"{base}/") or base.startswith(f"{name}/")
