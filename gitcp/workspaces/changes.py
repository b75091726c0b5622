"""What commits change, file by file: what was there before, and what is there now."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import SortMode

from gitcp.errors import WorkspaceError


@dataclass(frozen=True, slots=True)
class Change:
    """One file of one commit, or with `path` none its message. `before` is empty for a new file, `after` for one that is gone."""

    commit: str
    path: str | None
    before: bytes
    after: bytes


def changes(clone: Path, commits: Iterable[str]) -> Iterator[Change]:
    """Yield all that commits change against their first parents.

    Raises:
        WorkspaceError: one of them cannot be read.
    """
    with _opened(clone) as repository:
        for name in commits:
            yield from _of_commit(repository, repository[name].peel(pygit2.Commit))


def made(clone: Path, tip: str, base: str) -> tuple[str, ...]:
    """Return the commits on the way to a commit or a ref that are not on the way to `base`, oldest first.

    Raises:
        WorkspaceError: one of them cannot be read.
    """
    with _opened(clone) as repository:
        walker = repository.walk(repository.revparse_single(tip).id, SortMode.TOPOLOGICAL | SortMode.REVERSE)
        walker.hide(repository.revparse_single(base).id)
        return tuple(str(commit.id) for commit in walker)


@contextmanager
def _opened(clone: Path) -> Iterator[pygit2.Repository]:
    try:
        repository = pygit2.Repository(str(clone))
        try:
            yield repository
        finally:
            repository.free()
    except (pygit2.GitError, KeyError) as error:
        raise WorkspaceError(f"{clone}: a commit of the run cannot be read: {error}") from error


def _of_commit(repository: pygit2.Repository, commit: pygit2.Commit) -> Iterator[Change]:
    name = str(commit.id)
    yield Change(name, None, b"", commit.raw_message)
    parents = commit.parents
    diff = repository.diff(parents[0], commit) if parents else commit.tree.diff_to_tree(swap=True)
    for delta in diff.deltas:
        before, after = (_content(repository, file.id) for file in (delta.old_file, delta.new_file))
        yield Change(name, delta.new_file.path or delta.old_file.path, before, after)


def _content(repository: pygit2.Repository, blob: pygit2.Oid) -> bytes:
    found = repository.get(blob)
    return found.data if isinstance(found, pygit2.Blob) else b""
