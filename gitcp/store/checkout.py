"""A working tree that somebody works in, and its index.

Rule: a file with uncommitted edits belongs to its editor. It is never written, and neither is its index entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import FilterMode

from gitcp.errors import EditedFileError, GitcpError
from gitcp.store.files import Files, Held, InTheWayError
from gitcp.store.index import Index
from gitcp.store.objects import EXECUTABLE, FileChange, Leaf
from gitcp.store.readings import is_of_interest
from gitcp.store.remote import Git, Outcome


@dataclass(frozen=True, slots=True)
class Place:
    """Where a checkout is: its own Git directory and its files."""

    git_dir: Path
    work_tree: Path


class Checkout:
    """One working tree whose HEAD is the record branch."""

    def __init__(self, place: Place) -> None:
        self.work_tree = place.work_tree
        self._repository = pygit2.Repository(str(place.git_dir))
        self._files = Files(place.work_tree)
        self._git = Git(place.work_tree)
        self.index = Index(place.git_dir, self._git)

    def refuse_edited(self, changes: Sequence[FileChange]) -> None:
        """Look whether each path is as it was before its change, in the files and in the index.

        Raises:
            EditedFileError: one is not.
        """
        entries = self.index.entries(changes)
        for change in changes:
            if entries.get(change.path) != change.before or not self._holds(change.path, change.before):
                raise EditedFileError(change.path)

    def update(self, changes: Sequence[FileChange]) -> list[str]:
        """Bring files and index entries from before to after, under the lock of the index.

        Return the paths that somebody edited, which stay as they are.
        """
        edited = [change.path for change in changes if not self._brought(change)]
        entries = self.index.entries(changes)
        waiting = [c for c in changes if c.path not in edited and entries.get(c.path) == c.before != c.after]
        if waiting:
            self.index.stage(waiting)
        return edited

    def tidy(self, changes: Sequence[FileChange]) -> None:
        """Remove what an update left behind that was interrupted."""
        self.index.tidy()
        for change in changes:
            self._files.tidy(change.path)

    def regressed(self, changes: Sequence[FileChange]) -> list[FileChange]:
        """Return the changes that are in their files, and in the index no more."""
        entries = self.index.entries(changes)
        back = [c for c in changes if entries.get(c.path) == c.before != c.after]
        return [change for change in back if self._holds(change.path, change.after)]

    def edited(self) -> tuple[str, ...]:
        """Return the record files with uncommitted edits, sorted."""
        outcome = self._git.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
        if outcome.status != 0:
            raise GitcpError(f"{self.work_tree}: git status: {outcome.said}")
        paths = (line[3:] for line in outcome.output.split("\0") if line)
        return tuple(sorted(path for path in paths if is_of_interest(path)))

    def forward(self, commit: str) -> Outcome:
        """Fast-forward to a commit, if no edited file is touched by that; status 0 says that it was done."""
        return self._git.run(
            "merge", "--ff-only", "--quiet", "--no-autostash", "--no-overwrite-ignore", commit
        )

    def _holds(self, path: str, leaf: Leaf | None) -> bool:
        try:
            found = self._files.read(path)
        except InTheWayError:
            return False
        if found is None or leaf is None:
            return found is None and leaf is None
        if self._minds_modes and found.is_executable is not (leaf.mode == EXECUTABLE):
            return False
        return found.data in (self._repository[leaf.oid].read_raw(), self._smudged(path, leaf))

    def _brought(self, change: FileChange) -> bool:
        if self._holds(change.path, change.after):
            return True
        if not self._holds(change.path, change.before):
            return False
        if change.after is None:
            self._files.remove(change.path)
        else:
            held = Held(self._smudged(change.path, change.after), change.after.mode == EXECUTABLE)
            self._files.replace(change.path, held)
        return True

    def _smudged(self, path: str, leaf: Leaf) -> bytes:
        """Return a blob as git would check it out here: with the line ends that the user wants."""
        blob = self._repository[leaf.oid].peel(pygit2.Blob)
        filters = None if blob.is_binary else self._repository.load_filter_list(path, FilterMode.TO_WORKTREE)
        return blob.data if filters is None else filters.apply_to_blob(blob)

    @property
    def _minds_modes(self) -> bool:
        config = self._repository.config
        return "core.filemode" not in config or config.get_bool("core.filemode")
