"""What the last run left undelivered, brought on top of where the next one begins: in memory, as far as it applies."""

from dataclasses import dataclass

import pygit2

from gitcp.workspaces.clone import Clone
from gitcp.workspaces.replay import Conflict, replay
from gitcp.workspaces.values import Collected


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where the next run stands: a commit, and a tree where its files differ. `whole`: nothing of what was left is missing there."""

    commit: str
    tree: str | None = None
    whole: bool = False


def resumed(
    clone: Clone, left: Collected, base: str, delivered: str | None, committer: tuple[str, str]
) -> Resumed:
    """Put what was left on top of the base: commits as commits, uncommitted changes as a tree; what conflicts is left out."""
    with clone.open() as repository:
        start = _with_commits(repository, left, base, delivered, committer)
        if start is None:
            return Resumed(base)
        if not left.dirty or left.tree is None:
            return Resumed(start, whole=True)
        ours = _tree_of(repository, start)
        theirs = repository[left.tree].peel(pygit2.Tree)
        merged = repository.merge_trees(_tree_of(repository, left.head), ours, theirs)
        if merged.conflicts is not None:
            return Resumed(start)
        tree = merged.write_tree(repository)
        return Resumed(start, None if tree == ours.id else str(tree), whole=True)


def _with_commits(
    repository: pygit2.Repository,
    left: Collected,
    base: str,
    delivered: str | None,
    committer: tuple[str, str],
) -> str | None:
    if left.head == delivered:
        return base
    replayed = replay(repository, base, left.head, committer, delivered)
    return None if isinstance(replayed, Conflict) else replayed.head


def _tree_of(repository: pygit2.Repository, commit: str) -> pygit2.Tree:
    return repository[commit].peel(pygit2.Tree)
