"""Where what a page names can be seen outside of the site: commits and branches on a forge."""

from gitcp.dashboard.register import Register


def record_commit(register: Register, revision: str) -> str | None:
    """Return the page of a commit of the control repository."""
    forge = register.site.forge
    return forge.commit(revision) if forge else None


def work_commit(register: Register, repository: str | None, commit: str) -> str | None:
    """Return the page of a commit of an execution repository; what is known of those stands in the company's file."""
    forge = register.site.repository_forges.get(repository or "") if register.snapshot.company else None
    return forge.commit(commit) if forge else None


def work_branch(register: Register, repository: str | None, branch: str) -> str | None:
    """Return the page of a branch of an execution repository."""
    forge = register.site.repository_forges.get(repository or "") if register.snapshot.company else None
    return forge.branch(branch) if forge else None
