"""The index of a checkout, changed entry by entry under the lock that git itself respects.

What is usual is changed in the file's bytes, which are copied and summed up but not taken apart; all else is left to git.

Rule: the lock is held until the branch has moved, and the branch moves after the index. A commit of the user's that begins before that
cannot move the branch any more, and one that begins later reads the index as it is now: so none undoes what the branch got.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from gitcp.errors import ConflictError, GitcpError
from gitcp.store.index_file import UnusualIndexError
from gitcp.store.index_state import IndexState, rewrite
from gitcp.store.outlines import Outlines
from gitcp.store.remote import Git, Outcome
from gitcp.store.trees import FileChange, Leaf
from gitcp.store.work_tree import WorkTree

_WAITS: Final = (0.01, 0.02, 0.05, 0.1, 0.2)
_MARK: Final = b"locked by gitcp\n"
_MANY: Final = 200  # paths that fit on a command line


class IndexBusyError(ConflictError):
    """Another git command is changing the index; it ends sooner or later."""


class Index:
    """One checkout's index; who writes it holds the lock of the store as well."""

    def __init__(self, git_dir: Path, git: Git, files: WorkTree) -> None:
        self._path = git_dir / "index"
        self._lock = git_dir / "index.lock"
        self._beside = git_dir / "index.gitcp"
        self._outlines = Outlines(self._path)
        self._git = git
        self._files = files

    def entries(self, paths: Iterable[str]) -> dict[str, Leaf]:
        """Return the entries of some paths; one that is in conflict is none."""
        wanted = frozenset(paths)
        try:
            with self._opened() as state:
                found = {path: state.entry(path) for path in wanted}
        except UnusualIndexError:
            return self._told_by_git(self._path, wanted)
        return {path: entry.leaf for path, entry in found.items() if entry and not entry.is_in_conflict}

    def unchanged(self, paths: Iterable[str]) -> dict[str, Leaf | None]:
        """Return the entries of those paths whose files are proven to be as their entries say: none where neither is there."""
        try:
            with self._opened() as state:
                found = {path: state.entry(path) for path in paths}
                proven = [
                    path for path, entry in found.items() if state.is_unchanged(path, entry, self._files)
                ]
        except UnusualIndexError:
            return {}
        return {path: None if (entry := found[path]) is None else entry.leaf for path in proven}

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other git command from changing the index.

        Raises:
            IndexBusyError: one is changing it, and goes on.
        """
        self._take_lock()
        try:
            yield
        finally:
            self._lock.unlink(missing_ok=True)

    def stage(self, changes: Sequence[FileChange]) -> None:
        """Let entries be what was committed, under the lock; they note what the files look like, so that these count as unchanged.

        Raises:
            GitcpError: git cannot do it.
        """
        try:
            self._stage_here(changes)
        except UnusualIndexError:
            self._stage_by_git(changes)

    def tidy(self) -> None:
        """Remove what a gitcp left behind that died: the lock of the store says that none is alive."""
        with contextlib.suppress(OSError):
            if self._lock.read_bytes() == _MARK:
                self._lock.unlink()
        for left in (self._beside, self._beside.with_name(f"{self._beside.name}.lock")):
            left.unlink(missing_ok=True)

    def _stage_here(self, changes: Sequence[FileChange]) -> None:
        with self._opened() as state:
            plan = state.plan(changes, self._files)
            rewrite(state, plan, self._beside)
            self._beside.replace(self._path)
            written = self._path.stat()
            if plan.outline and written.st_mtime_ns >= state.status.st_mtime_ns:  # clocks may be put back
                self._outlines.keep(written, plan.outline.written_at(int(written.st_mtime)))

    def _stage_by_git(self, changes: Sequence[FileChange]) -> None:
        if self._path.exists():
            # With its time: from that git knows which entries to distrust.
            shutil.copy2(self._path, self._beside)
        self._run("".join(f"{change.path}\0" for change in changes), "--add", "--remove", "--stdin")
        entries = self._told_by_git(self._beside, [change.path for change in changes])
        # What was staged is the file; if somebody wrote it a moment ago, or git converts it, that is not what was committed.
        strange = [change for change in changes if entries.get(change.path) != change.after]
        if strange:
            self._run("".join(map(_line, strange)), "--index-info")
        self._beside.replace(self._path)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[IndexState]:
        try:
            file = self._path.open("rb", buffering=0)
        except FileNotFoundError as error:
            raise UnusualIndexError("there is none yet") from error
        with file:
            status = os.fstat(file.fileno())
            yield IndexState(file.fileno(), status, self._outlines.of(file.fileno(), status))

    def _take_lock(self) -> None:
        for wait in _WAITS:
            try:
                opened = os.open(self._lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            except FileExistsError:
                time.sleep(wait)
                continue
            try:
                with os.fdopen(opened, "wb") as file:
                    file.write(_MARK)
            except OSError:  # nobody would know that it is gitcp's
                self._lock.unlink()
                raise
            return
        raise IndexBusyError(
            f"{self._lock}: another git command is changing the index",
            hint="end it, a commit whose editor is open, say; if there is none, delete that file",
        )

    def _told_by_git(self, index: Path, paths: Collection[str]) -> dict[str, Leaf]:
        chosen = [f":(top,literal){path}" for path in paths] if len(paths) <= _MANY else []
        outcome = self._git.run("ls-files", "--stage", "-z", "--", *chosen, index=index)
        self._require(outcome, "read")
        entries = {}
        for line in filter(None, outcome.output.split("\0")):
            said, _, path = line.partition("\t")
            mode, oid, stage = said.split()
            if path in paths and stage == "0":
                entries[path] = Leaf(oid, int(mode, 8))
        return entries

    def _run(self, given: str, *options: str) -> None:
        outcome = self._git.run("update-index", "-z", *options, given=given.encode(), index=self._beside)
        self._require(outcome, "written")

    def _require(self, outcome: Outcome, what: str) -> None:
        if outcome.status != 0:
            raise GitcpError(
                f"{self._path}: cannot be {what}: {outcome.said}",
                hint="`git status` there says more",
            )


def _line(change: FileChange) -> str:
    leaf = change.after
    return f"{leaf.mode:o} {leaf.oid} 0\t{change.path}\0" if leaf else f"0 {'0' * 40}\t{change.path}\0"
