"""A working tree that somebody works in, and its index.

Rule: a file with uncommitted edits belongs to its editor. It is never written, and neither is its index entry.
"""

from collections.abc import Collection, Sequence
from typing import Final

import pygit2

from gitcp.errors import EditedFileError, GitcpError
from gitcp.store.index import Index
from gitcp.store.readings import is_of_interest
from gitcp.store.remote import Git, Outcome
from gitcp.store.trees import FileChange, Leaf
from gitcp.store.work_tree import Place, WorkTree

_STATUS: Final = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
_MANY: Final = 200  # paths that fit on a command line


class Checkout:
    """One working tree whose HEAD is the record branch."""

    def __init__(self, place: Place) -> None:
        self.work_tree = place.work_tree
        self._git_dir = place.git_dir
        self._files = WorkTree(place)
        self._git = Git(place.work_tree)
        self.index = Index(place.git_dir, self._git, self._files)

    def refuse_edited(self, changes: Sequence[FileChange]) -> None:
        """Look whether each path is as it was before its change, in the files and in the index.

        Raises:
            EditedFileError: one is not.
        """
        entries = self.index.entries(change.path for change in changes)
        for change in changes:
            if entries.get(change.path) != change.before or not self._files.holds(change.path, change.before):
                raise EditedFileError(change.path)

    def update(self, changes: Sequence[FileChange]) -> list[str]:
        """Bring files and index entries from before to after, under the lock of the index.

        Return the paths that somebody edited, which stay as they are.
        """
        edited = {change.path for change in changes if not self._files.bring(change)}
        waiting = [change for change in self._behind(changes) if change.path not in edited]
        if waiting:
            self.index.stage(waiting)
        return sorted(edited)

    def tidy(self, changes: Sequence[FileChange]) -> None:
        """Remove what an update left behind that was interrupted."""
        self.index.tidy()
        for change in changes:
            self._files.tidy(change.path)

    def regressed(self, changes: Sequence[FileChange]) -> list[FileChange]:
        """Return the changes that are in their files, and in the index no more."""
        return [change for change in self._behind(changes) if self._files.holds(change.path, change.after)]

    def edited(self, paths: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the record files with uncommitted edits, sorted; with paths those of them alone, and the others are not looked at."""
        if paths is None:
            return tuple(self._said_by_git(()))
        doubtful = self._doubtful(sorted(filter(is_of_interest, set(paths))))
        if not doubtful:
            return ()
        said = self._said_by_git(doubtful if len(doubtful) <= _MANY else ())
        return tuple(path for path in said if path in doubtful)

    def forward(self, commit: str) -> Outcome:
        """Fast-forward to a commit, if no edited file is touched by that; status 0 says that it was done."""
        return self._git.run(
            "merge", "--ff-only", "--quiet", "--no-autostash", "--no-overwrite-ignore", commit
        )

    def _behind(self, changes: Sequence[FileChange]) -> list[FileChange]:
        entries = self.index.entries(change.path for change in changes)
        return [c for c in changes if entries.get(c.path) == c.before != c.after]

    def _doubtful(self, paths: Sequence[str]) -> frozenset[str]:
        """Return the paths that are not proven to be as committed."""
        known = self.index.unchanged(paths)
        repository = pygit2.Repository(str(self._git_dir))
        tree = None if repository.head_is_unborn else repository.head.peel(pygit2.Tree)
        return frozenset(path for path in paths if path not in known or known[path] != _leaf(tree, path))

    def _said_by_git(self, paths: Collection[str]) -> list[str]:
        chosen = [f":(top,literal){path}" for path in sorted(paths)]
        outcome = self._git.run(*_STATUS, "--", *chosen)
        if outcome.status != 0:
            raise GitcpError(f"{self.work_tree}: git status: {outcome.said}")
        found = (line[3:] for line in outcome.output.split("\0") if line)
        return sorted(path for path in found if is_of_interest(path))


def _leaf(tree: pygit2.Tree | None, path: str) -> Leaf | None:
    try:
        found = None if tree is None else tree[path]
    except KeyError:
        return None
    return None if found is None else Leaf(str(found.id), int(found.filemode))
