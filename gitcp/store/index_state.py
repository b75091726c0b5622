"""One state of an index file, opened: what it says of paths, and how a next state is written from it."""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from gitcp.store.index_file import CHECKSUM, Entry, Outline, Stat, UnusualIndexError, spot_of
from gitcp.store.index_plan import Plan, Wanted, pieces, planned, size_of
from gitcp.store.trees import FileChange, Leaf
from gitcp.store.work_tree import WorkTree

_CHUNK: Final = 1 << 20
_LARGE: Final = 1 << 20
_FEW: Final = 256
_SECOND: Final = 10**9


class IndexState:
    """An index that is open; who replaces the file leaves this as it is."""

    def __init__(self, opened: int, status: os.stat_result, outline: Outline) -> None:
        self.status = status
        self._opened = opened
        self._outline = outline

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes between two positions."""
        return os.pread(self._opened, max(0, end - start), start)

    def entry(self, path: str) -> Entry | None:
        """Return a path's entry; where it is in conflict, that of one side.

        Raises:
            UnusualIndexError: git alone can read it.
        """
        return spot_of(self._outline, self.read, os.fsencode(path)).entry

    def is_unchanged(self, path: str, entry: Entry | None, files: WorkTree) -> bool:
        """Whether a file is proven to be as its entry says; or neither is there."""
        if entry is None:
            return files.is_empty_at(path)
        status = files.status(path) if entry.is_usual else None
        if status is None:
            return False
        is_noted = files.has_mode_of(status, entry.leaf) and self._is_believed(entry, status)
        return is_noted or files.proof(path, entry.leaf) is not None

    def plan(self, changes: Sequence[FileChange], files: WorkTree) -> Plan:
        """Say how the index changes so that paths have what they shall have.

        Raises:
            UnusualIndexError: git has to see to that.
        """
        wanted = {os.fsencode(change.path): _wanted(change, files) for change in changes}
        self._refuse_doubtful(wanted, files)
        return planned(self._outline, self.read, self.status.st_size, wanted)

    def _is_believed(self, entry: Entry, status: os.stat_result) -> bool:
        """Whether a file is as it was when it was noted, and cannot have been changed since without a trace."""
        is_traced = entry.stat.modified < self.status.st_mtime_ns // _SECOND and entry.stat.size > 0
        return is_traced and entry.stat == _stat(status)

    def _refuse_doubtful(self, wanted: Wanted, files: WorkTree) -> None:
        """Leave it to git if a file may have been changed without a trace: this shows by the time of the index alone, which changes."""
        doubtful = [path for path in self._outline.recent if path not in wanted]
        if len(doubtful) > _FEW:
            raise UnusualIndexError("many files were changed in the moment in which it was written")
        for path in map(os.fsdecode, doubtful):
            entry, status = self.entry(path), files.status(path)
            if (
                entry
                and status
                and self._may_hide_a_change(entry, status)
                and not files.proof(path, entry.leaf)
            ):
                raise UnusualIndexError("a file was changed in the moment in which it was written")

    def _may_hide_a_change(self, entry: Entry, status: os.stat_result) -> bool:
        noted, found = entry.stat, _stat(status)
        is_earlier = noted.modified * _SECOND + noted.modified_ns < self.status.st_mtime_ns
        if noted == found and is_earlier:
            return False
        # Settings, and how git was built, decide whether it compares more than these.
        return (noted.modified, noted.size) == (found.modified, found.size)


def rewrite(state: IndexState, plan: Plan, beside: Path) -> None:
    """Write the next state into a file of its own, while another processor sums it up."""
    size = state.status.st_size
    is_unchecked = state.read(size - CHECKSUM, size) == bytes(CHECKSUM)
    with ThreadPoolExecutor(1) as threads, beside.open("wb", buffering=0) as file:
        checksum = None if is_unchecked else threads.submit(_checksum, state, plan)
        os.fchmod(file.fileno(), state.status.st_mode & 0o777)
        _take_room(file.fileno(), size_of(plan, size))
        for piece in _written(state, plan):
            file.write(piece)
        file.write(checksum.result() if checksum else bytes(CHECKSUM))


def _take_room(opened: int, size: int) -> None:
    """Let a large file have its place on the disk beforehand: else ext4 writes all of it there when it replaces another.

    After a power cut it may then be empty. Git does not promise more of an index either: `core.fsync` is for commits unless told otherwise.
    """
    if size >= _LARGE and hasattr(os, "posix_fallocate"):
        with contextlib.suppress(OSError):  # a full disk is told by writing
            os.posix_fallocate(opened, 0, size)


def _checksum(state: IndexState, plan: Plan) -> bytes:
    checksum = hashlib.sha1(usedforsecurity=False)
    for piece in _written(state, plan):
        checksum.update(piece)
    return checksum.digest()


def _written(state: IndexState, plan: Plan) -> Iterator[bytes]:
    for piece in pieces(plan, state.status.st_size):
        if isinstance(piece, bytes):
            yield piece
            continue
        start, end = piece
        for at in range(start, end, _CHUNK):
            yield state.read(at, min(end, at + _CHUNK))


def _wanted(change: FileChange, files: WorkTree) -> tuple[Leaf, Stat] | None:
    if change.after is None:
        return None
    status = files.proof(change.path, change.after)
    if status is None:
        raise UnusualIndexError("a file that is not, or may not be, what was committed")
    return change.after, _stat(status)


def _stat(status: os.stat_result) -> Stat:
    changed, modified = divmod(status.st_ctime_ns, _SECOND), divmod(status.st_mtime_ns, _SECOND)
    numbers = (status.st_dev, status.st_ino, status.st_uid, status.st_gid, status.st_size)
    return Stat(*(number & 0xFFFFFFFF for number in (*changed, *modified, *numbers)))
