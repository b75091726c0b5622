"""The files of a checkout as git takes them: with their modes, and with the line ends that the user wants."""

import os
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pygit2
from pygit2.enums import FilterMode

from gitcp.store.files import Files, Found, Held, InTheWayError
from gitcp.store.trees import EXECUTABLE, FileChange, Leaf

# With these, git may find something else in a file than the bytes that are in it; libgit2 knows the second alone.
_CONVERTED: Final = ("filter", "ident", "working-tree-encoding")
_LINE_END: Final = b"\r"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a checkout is: its own Git directory, the one that it shares with others, and its files."""

    git_dir: Path
    common_dir: Path
    work_tree: Path


class WorkTree:
    """The working tree at one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._files = Files(place.work_tree)

    def status(self, path: str) -> os.stat_result | None:
        """Return what the file system says of what is at a path; none if nothing is, or not below its folder."""
        try:
            return self._files.status(path)
        except InTheWayError:
            return None

    def is_empty_at(self, path: str) -> bool:
        """Whether there is nothing at a path, and no link on the way to it."""
        try:
            return self._files.status(path) is None
        except InTheWayError:
            return False

    def holds(self, path: str, leaf: Leaf | None) -> bool:
        """Whether a file is as git would check it out, or has the bytes of the blob; with none, whether nothing is there."""
        try:
            found = self._files.look(path)
        except InTheWayError:
            return False
        if found is None or leaf is None:
            return found is None and leaf is None
        if not self._is_mode_of(leaf, found):
            return False
        return _is_blob(leaf, found) or found.held.data == self._smudged(path, leaf)

    def proof(self, path: str, leaf: Leaf) -> os.stat_result | None:
        """Return what the file system says of a file in which git finds exactly a blob; none if only git can tell."""
        try:
            found = self._files.look(path)
        except InTheWayError:
            return None
        if found is None or not self._is_mode_of(leaf, found) or not _is_blob(leaf, found):
            return None
        return None if self._may_be_converted(path, found.held.data) else found.status

    def has_mode_of(self, status: os.stat_result, leaf: Leaf) -> bool:
        """Whether there is a plain file, executable or not as a leaf says."""
        is_executable = bool(status.st_mode & stat.S_IXUSR)
        return stat.S_ISREG(status.st_mode) and is_executable is (leaf.mode == EXECUTABLE)

    def bring(self, change: FileChange) -> bool:
        """Bring a file from before to after; return whether it is there, or else was edited."""
        if self.holds(change.path, change.after):
            return True
        if not self.holds(change.path, change.before):
            return False
        if change.after is None:
            self._files.remove(change.path)
        else:
            held = Held(self._smudged(change.path, change.after), change.after.mode == EXECUTABLE)
            self._files.replace(change.path, held)
        return True

    def tidy(self, path: str) -> None:
        """Remove what was left behind at a path when a file was not brought to its end."""
        self._files.tidy(path)

    @cached_property
    def _repository(self) -> pygit2.Repository:
        return pygit2.Repository(str(self._place.git_dir))

    @cached_property
    def _attributes(self) -> pygit2.Repository:
        return _without_index(self._place, self._repository)

    def _is_mode_of(self, leaf: Leaf, found: Found) -> bool:
        config = self._repository.config
        minds = "core.filemode" not in config or config.get_bool("core.filemode")
        return not minds or found.held.is_executable is (leaf.mode == EXECUTABLE)

    def _may_be_converted(self, path: str, data: bytes) -> bool:
        return _LINE_END in data or any(self._attributes.get_attr(path, name) for name in _CONVERTED)

    def _smudged(self, path: str, leaf: Leaf) -> bytes:
        """Return a blob as git would check it out here."""
        blob = self._repository[leaf.oid].peel(pygit2.Blob)
        filters = None if blob.is_binary else self._attributes.load_filter_list(path, FilterMode.TO_WORKTREE)
        return blob.data if filters is None else filters.apply_to_blob(blob)


def _is_blob(leaf: Leaf, found: Found) -> bool:
    return str(pygit2.hash(found.held.data)) == leaf.oid


def _without_index(place: Place, otherwise: pygit2.Repository) -> pygit2.Repository:
    """Return a repository with the same files and settings, and no index.

    To find the attributes of a file libgit2 reads the whole index, in case that `.gitattributes` is there and nowhere else.
    """
    if (place.git_dir / "config.worktree").exists():
        return otherwise
    folder = place.git_dir / "gitcp" / "attributes"
    links = {"HEAD": b"ref: refs/heads/main", "commondir": os.fsencode(place.common_dir)}
    for name, held in {**links, "gitdir": os.fsencode(place.work_tree / ".git")}.items():
        _ensure(folder / name, held + b"\n")
    return pygit2.Repository(str(folder))


def _ensure(file: Path, held: bytes) -> None:
    if file.is_file() and file.read_bytes() == held:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.write_bytes(held)
    beside.replace(file)
