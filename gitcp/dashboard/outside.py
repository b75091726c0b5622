"""Where what a page names can be seen outside of the site: commits and branches on a forge."""

from gitcp.dashboard.register import Register


def record_commit(register: Register, revision: str) -> str | None:
    """Return the page of a commit of the control repository."""
    forge = register.site.forge
    return forge.commit(revision) if forge else None


def work_commit(register: Register, repository: str | None, commit: str) -> str | None:
    """Return the page of a commit of an execution repository; with other forges it is another site."""
    forge = register.site.repository_forges.get(repository or "")
    return forge.commit(commit) if forge else None


def work_branch(register: Register, repository: str | None, branch: str) -> str | None:
    """Return the page of a branch of an execution repository."""
    forge = register.site.repository_forges.get(repository or "")
    return forge.branch(branch) if forge else None
