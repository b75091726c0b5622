"""The writers of this machine to one branch of one remote, each in a clone of its own: they go one after another, and tell what they saw.

Rule: nothing rests on it. Who cannot queue goes on without, and what a neighbour tells is where an attempt begins; whether the branch is
really there, the push decides.
"""

import contextlib
import json
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import pygit2

from gitcp.store.turns import Turns

PATIENCE: Final = 3.0
MOST: Final = 500

_OID = re.compile(r"[0-9a-f]{40}")
_SUBMODULE: Final = 0o160000


class Neighbours:
    """Those who share a folder of this user; none, if there is no place for it."""

    def __init__(self, folder: Path | None, clone: Path) -> None:
        self._folder = folder
        self._clone = clone
        self._repository = pygit2.Repository(str(clone))

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn for a block; who ahead does not move within a moment is not waited for."""
        if self._folder is None:
            yield
            return
        with Turns(self._folder / "queue").taken(PATIENCE):
            yield

    def tell(self, tip: str) -> None:
        """Let the next one know where the branch is."""
        if self._folder is None:
            return
        beside = self._folder / f".tip-{os.getpid()}"
        with contextlib.suppress(OSError):
            beside.write_text(json.dumps([tip, str(self._clone)]))
            beside.replace(self._folder / "tip")

    def newer(self, known: str) -> str | None:
        """Take over what a neighbour saw after a commit, and return the tip of that; none, if there is nothing or it cannot be had."""
        told = self._told()
        if told is None or told[0] == known:
            return None
        tip, clone = told
        try:
            brought = _bring(self._repository, pygit2.Repository(str(clone)), known, tip)
        except (pygit2.GitError, KeyError, ValueError, OSError):
            return None  # that clone is gone or damaged: the remote has all of it
        return tip if brought else None

    def _told(self) -> tuple[str, Path] | None:
        try:
            tip, clone = json.loads((self._folder / "tip").read_text()) if self._folder else ("", "")
        except (OSError, ValueError, TypeError):
            return None
        is_fine = isinstance(tip, str) and isinstance(clone, str) and _OID.fullmatch(tip)
        return (tip, Path(clone)) if is_fine and Path(clone) != self._clone else None


def meeting_place(url: str, branch: str, folder: Path) -> Path | None:
    """Return where the writers of this user to a branch of a remote meet, or none; a relative path begins in a folder."""
    try:
        home = Path(os.environ.get("HOME") or Path.home())
    except RuntimeError:
        return None
    base = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    path = url.removeprefix("file://")
    place = url if ":" in path.partition("/")[0] else str((folder / path).resolve())
    digest = sha256(f"{place} {branch}".encode()).hexdigest()[:16]
    return base / "gitcp" / "remotes" / digest


def _bring(here: pygit2.Repository, there: pygit2.Repository, known: str, tip: str) -> bool:
    """Copy the commits after a known one, oldest first; false: they do not follow it, are too many, or lead to what is not here."""
    if not there.descendant_of(tip, known):
        return False
    if tip in here:
        return True
    walker = there.walk(tip, pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE)
    walker.hide(known)
    commits = [commit for commit, _ in zip(walker, range(MOST + 1), strict=False)]
    if len(commits) > MOST:
        return False
    for commit in commits:
        if not all(parent in here for parent in commit.parent_ids):  # one of the two is shallow
            return False
        base = commit.parents[0].tree if commit.parents else None
        _copy_tree(here, there, commit.tree, base)
        _copy(here, there, commit.id)
    return True


def _copy_tree(
    here: pygit2.Repository, there: pygit2.Repository, tree: pygit2.Tree, base: pygit2.Tree | None
) -> None:
    """Copy a tree and what is below it, without what another one holds that is here already."""
    if base is not None and tree.id == base.id:
        return
    held = {entry.name: entry for entry in base} if base is not None else {}
    for entry in tree:
        other = held.get(entry.name)
        if entry.filemode == _SUBMODULE or (other is not None and other.id == entry.id):
            continue
        if isinstance(entry, pygit2.Tree):
            _copy_tree(here, there, entry, other if isinstance(other, pygit2.Tree) else None)
        else:
            _copy(here, there, entry.id)
    _copy(here, there, tree.id)


def _copy(here: pygit2.Repository, there: pygit2.Repository, oid: pygit2.Oid) -> None:
    kind, data = there.read(oid)
    if here.write(kind, data) != oid:
        raise ValueError(oid)
