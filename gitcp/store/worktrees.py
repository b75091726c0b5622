"""Which working trees of a repository show a branch, and whether one is in the middle of rebasing it."""

from collections.abc import Iterator
from pathlib import Path

from gitcp.store.checkout import Checkout
from gitcp.store.repository import Repository
from gitcp.store.work_tree import Place


def checkouts_of(repository: Repository, branch: str) -> list[Checkout]:
    """Return the checkouts whose HEAD is a branch, by its full name."""
    return [Checkout(place) for place in _places(repository) if _head(place.git_dir) == f"ref: {branch}"]


def is_being_rebased(repository: Repository, branch: str) -> bool:
    """Whether a working tree is in the middle of a rebase of a branch, by its full name: git then moves it at the end."""
    return any(
        _text(place.git_dir / folder / "head-name") == branch
        for place in _places(repository)
        for folder in ("rebase-merge", "rebase-apply")
    )


def _places(repository: Repository) -> Iterator[Place]:
    if repository.work_tree is not None and repository.git_dir == repository.common_dir:
        yield Place(repository.git_dir, repository.common_dir, repository.work_tree)
    elif repository.common_dir.name == ".git" and (repository.common_dir / "index").exists():
        yield Place(repository.common_dir, repository.common_dir, repository.common_dir.parent)
    for linked in sorted(repository.common_dir.glob("worktrees/*/gitdir")):
        work_tree = Path(_text(linked)).parent
        if work_tree.is_dir():
            yield Place(linked.parent, repository.common_dir, work_tree)


def _head(git_dir: Path) -> str:
    return _text(git_dir / "HEAD")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="surrogateescape").strip()
    except OSError:
        return ""
