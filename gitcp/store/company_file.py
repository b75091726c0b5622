"""Whether a Git repository is a control repository at all; asked before anything is written into it."""

from pathlib import Path
from typing import Final

import pygit2

from gitcp.errors import NotAControlRepositoryError
from gitcp.store.repository import Repository, find_repository

COMPANY: Final = "gitcp.yaml"


def expect_company(path: Path) -> None:
    """Refuse a repository that has no company: not in its files, not in its branches, and never had one here.

    Raises:
        NotAControlRepositoryError: it has none, or there is no repository.
    """
    repository = find_repository(path)
    if (repository.own_dir / "cache.sqlite").exists() or _in_files(repository) or _in_branches(repository):
        return
    raise NotAControlRepositoryError(
        f"{path}: expected a control repository, found a repository without {COMPANY}",
        hint="name the control repository with `-C DIR`, or make one with `gitcp init`",
    )


def _in_files(repository: Repository) -> bool:
    return repository.work_tree is not None and (repository.work_tree / COMPANY).is_file()


def _in_branches(repository: Repository) -> bool:
    opened = pygit2.Repository(str(repository.git_dir))
    try:
        names = [
            "HEAD",
            *(name for name in opened.references if name.startswith(("refs/heads/", "refs/remotes/"))),
        ]
        return any(_has(opened, name) for name in names)
    finally:
        opened.free()


def _has(repository: pygit2.Repository, name: str) -> bool:
    try:
        return COMPANY in repository.references[name].peel(pygit2.Commit).tree
    except (KeyError, pygit2.GitError, ValueError):
        return False
