"""Commits put on another base, in memory: no checkout, no index, no hook, no command."""

from dataclasses import dataclass

import pygit2
from pygit2.enums import SortMode


@dataclass(frozen=True, slots=True)
class Replayed:
    """The new head, and the commits up to it, oldest first."""

    head: str
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The files that both sides have changed, and the commit that could not be put on top."""

    commit: str
    files: tuple[str, ...]


def replay(
    repository: pygit2.Repository,
    onto: str,
    head: str,
    committer: tuple[str, str],
    delivered: str | None = None,
) -> Replayed | Conflict:
    """Put the commits of `head` that `onto` lacks on top of it, as a rebase does: without merges, and without what is there already.

    What is `delivered` is there too, maybe as other commits.
    """
    commits = _missing(repository, head, onto, delivered)
    if repository.merge_base(onto, head) == pygit2.Oid(hex=onto):
        return Replayed(head, tuple(str(commit.id) for commit in commits))
    current, made = repository[onto].peel(pygit2.Commit), []
    for commit in commits:
        if len(commit.parents) > 1:
            continue
        tree = _on_top(repository, current, commit)
        if isinstance(tree, Conflict):
            return tree
        if tree != current.tree_id:
            current = _commit(repository, current, commit, tree, committer)
            made.append(str(current.id))
    return Replayed(str(current.id), tuple(made))


def _missing(repository: pygit2.Repository, head: str, *there: str | None) -> list[pygit2.Commit]:
    walker = repository.walk(head, SortMode.TOPOLOGICAL | SortMode.REVERSE)
    for commit in filter(None, there):
        walker.hide(commit)
    return list(walker)


def _on_top(
    repository: pygit2.Repository, current: pygit2.Commit, commit: pygit2.Commit
) -> pygit2.Oid | Conflict:
    before = commit.parents[0].tree_id if commit.parents else repository.TreeBuilder().write()
    index = repository.merge_trees(repository[before].peel(pygit2.Tree), current.tree, commit.tree)
    if index.conflicts is None:
        return index.write_tree(repository)
    files = {entry.path for sides in index.conflicts for entry in sides if entry is not None}
    return Conflict(str(commit.id), tuple(sorted(files)))


def _commit(
    repository: pygit2.Repository,
    parent: pygit2.Commit,
    like: pygit2.Commit,
    tree: pygit2.Oid,
    committer: tuple[str, str],
) -> pygit2.Commit:
    signature = pygit2.Signature(*committer)
    oid = repository.create_commit(None, like.author, signature, like.raw_message, tree, [parent.id])
    return repository[oid].peel(pygit2.Commit)
