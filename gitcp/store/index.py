"""The index of a checkout, changed entry by entry under the lock that git itself respects.

Rule: the lock is held from before the branch moves until the index has followed, so that no commit of the user's comes in between
and undoes what the branch got. `git commit` reads the index a moment before it asks for the lock, and would then write what it read:
so the lock is held a moment longer, in which such a commit fails.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pygit2

from gitcp.errors import ConflictError, GitcpError
from gitcp.store.objects import FileChange, Leaf
from gitcp.store.remote import Git

_WAITS: Final = (0.01, 0.02, 0.05, 0.1, 0.2)
_MARK: Final = b"locked by gitcp\n"
_MOMENT: Final = 0.004


class IndexBusyError(ConflictError):
    """Another git command is changing the index; it ends sooner or later."""


class Index:
    """One checkout's index; who writes it holds the lock of the store as well."""

    def __init__(self, git_dir: Path, git: Git) -> None:
        self._path = git_dir / "index"
        self._lock = git_dir / "index.lock"
        self._beside = git_dir / "index.gitcp"
        self._git = git
        self._settled = 0.0

    def entries(self, changes: Sequence[FileChange]) -> dict[str, Leaf]:
        """Return the entries of the changed paths; one that is in conflict is none."""
        return _entries(self._path, changes)

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
            time.sleep(max(0.0, self._settled - time.monotonic()))
            self._lock.unlink(missing_ok=True)

    def stage(self, changes: Sequence[FileChange]) -> None:
        """Let entries be what was committed, under the lock; git notes what the files look like, so that they count as unchanged.

        Raises:
            GitcpError: git cannot do it.
        """
        began = time.monotonic()
        if self._path.exists():
            shutil.copyfile(self._path, self._beside)
        self._run("".join(f"{change.path}\0" for change in changes), "--add", "--remove", "--stdin")
        entries = _entries(self._beside, changes)
        # What was staged is the file; if somebody wrote it a moment ago, or git converts it, that is not what was committed.
        strange = [change for change in changes if entries.get(change.path) != change.after]
        if strange:
            self._run("".join(map(_line, strange)), "--index-info")
        self._beside.replace(self._path)
        # Where this took long, a commit takes long as well from its reading to its lock.
        self._settled = 2 * time.monotonic() - began + _MOMENT

    def tidy(self) -> None:
        """Remove what a gitcp left behind that died: the lock of the store says that none is alive."""
        with contextlib.suppress(OSError):
            if self._lock.read_bytes() == _MARK:
                self._lock.unlink()
        self._beside.unlink(missing_ok=True)

    def _take_lock(self) -> None:
        for wait in _WAITS:
            try:
                opened = os.open(self._lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            except FileExistsError:
                time.sleep(wait)
                continue
            with os.fdopen(opened, "wb") as file:
                file.write(_MARK)
            return
        raise IndexBusyError(
            f"{self._lock}: another git command is changing the index",
            hint="end it, a commit whose editor is open, say; if there is none, delete that file",
        )

    def _run(self, given: str, *options: str) -> None:
        outcome = self._git.run("update-index", "-z", *options, given=given.encode(), index=self._beside)
        if outcome.status != 0:
            raise GitcpError(
                f"{self._path}: cannot be written: {outcome.said}", hint="`git status` there says more"
            )


def _entries(file: Path, changes: Sequence[FileChange]) -> dict[str, Leaf]:
    index = _read(file)
    entries = {}
    for change in changes:
        with contextlib.suppress(KeyError):  # not there, or in conflict
            found = index[change.path]
            entries[change.path] = Leaf(str(found.id), int(found.mode))
    return entries


_Identity = tuple[int, int, int]
_last_read: dict[
    _Identity, pygit2.Index
] = {}  # one at most: a large index takes longer to read than all else


def _read(file: Path) -> pygit2.Index:
    identity = _identity(file)
    known = _last_read.get(identity) if identity else None
    if known is None:
        known = pygit2.Index(str(file))
        known.read()
        _last_read.clear()
        if identity and identity == _identity(file):
            _last_read[identity] = known
    return known


def _identity(file: Path) -> _Identity | None:
    """Return what changes whenever git writes an index: it never writes into one, but puts a new file in its place."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _line(change: FileChange) -> str:
    leaf = change.after
    return f"{leaf.mode:o} {leaf.oid} 0\t{change.path}\0" if leaf else f"0 {'0' * 40}\t{change.path}\0"
