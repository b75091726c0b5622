"""The tree of a checkout: all its files as they are now, by an index of gitcp's own.

Rule: git never looks into a repository within the checkout: its configuration is the agent's, and may name commands. What the agent's own
index says of files does not count either.
"""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pygit2
from pygit2.enums import FileMode

from gitcp.errors import WorkspaceError
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.files import remove
from gitcp.workspaces.program import Git, Output, failed

GOOD_ENOUGH: Final = frozenset({0, 1})  # one: some files could not be added, all others were
# The mode of a submodule as an index holds it: without these bytes there is none, and no entry need be read.
_LINK: Final = b"\x00\x00\xe0\x00"


class Tree:
    """The files of one checkout. `index` is kept from one look to the next, so that only what has changed since is read."""

    def __init__(self, git: Git, clone: Clone, path: Path, index: Path) -> None:
        self._git = git
        self._clone = clone
        self._path = path
        self._index = index
        self._part = index.with_name(f"{index.name}.part")

    def write(self, head: str) -> str:
        """Write the tree of all files, new ones too but ignored ones, and return it; submodules are as in `head`."""
        for leftover in (self._part, self._part.with_name(f"{self._part.name}.lock")):
            remove(leftover)
        tree = self._from_known(head) or self._from(head)
        self._part.replace(self._index)
        return tree

    def _from_known(self, head: str) -> str | None:
        # It may be missing, broken by a crash, or name what has been pruned since.
        with suppress(OSError, WorkspaceError, pygit2.GitError):
            shutil.copy2(self._index, self._part)
            return self._added(head)
        remove(self._part)
        return None

    def _from(self, head: str) -> str:
        self._git.local("read-tree", head, clone=self._clone.path, index=self._part)
        return self._added(head)

    def _added(self, head: str) -> str:
        output = self._add()
        if output.status not in GOOD_ENOUGH:
            raise failed("add", output)
        self._align(head)
        return self._git.local("write-tree", clone=self._clone.path, index=self._part).strip()

    def _add(self) -> Output:
        paths = [".", *(f":(exclude,literal){path}" for path in self._inner())]
        return self._git.attempt(
            "add",
            *("--all", "--ignore-errors", "--", *paths),
            clone=self._clone.path,
            tree=self._path,
            index=self._part,
        )

    def _inner(self) -> list[str]:
        """Return the submodules that are repositories; one that has become a plain folder is none any more."""
        index = self._with_links()
        if index is None:
            return []
        links = _links(index)
        plain = [path for path in links if self._is_plain(path)]
        for path in plain:
            index.remove(path)
        if plain:
            index.write()
        return [path for path in links if path not in plain]

    def _is_plain(self, path: str) -> bool:
        folder = self._path / path
        if folder.is_symlink() or not folder.is_dir():
            return folder.is_symlink() or folder.exists()
        return not _exists(folder / ".git") and any(folder.iterdir())

    def _align(self, head: str) -> None:
        # The commit that a repository in the checkout stands on is not in the clone: to name it saves nothing.
        index = self._with_links()
        if index is None:
            return
        with self._clone.open() as repository:
            tree = repository[head].peel(pygit2.Tree)
            wanted = {path: _link_in(tree, path) for path in _links(index)}
        for path, commit in wanted.items():
            index.remove(path)
            if commit is not None:
                index.add(pygit2.IndexEntry(path, commit, FileMode.COMMIT))
        index.write()

    def _with_links(self) -> pygit2.Index | None:
        return pygit2.Index(str(self._part)) if _LINK in self._part.read_bytes() else None


def _links(index: Iterable[pygit2.IndexEntry]) -> list[str]:
    return [str(entry.path) for entry in index if entry.mode == FileMode.COMMIT]


def _link_in(tree: pygit2.Tree, path: str) -> pygit2.Oid | None:
    with suppress(KeyError):
        entry = tree[path]
        return entry.id if entry.filemode == FileMode.COMMIT else None
    return None


def _exists(path: Path) -> bool:
    return path.is_symlink() or path.exists()
