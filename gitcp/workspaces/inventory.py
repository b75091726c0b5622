"""What lies below the state folder, how much room it takes, and how it is given back.

Rule: work is saved before a checkout is removed, what cannot be saved stays, and nothing that a living process holds is touched.
"""

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import pygit2

from gitcp.errors import WorkspaceError
from gitcp.workspaces.checkouts import drop
from gitcp.workspaces.clone import ORIGIN, Clone
from gitcp.workspaces.files import remove, told
from gitcp.workspaces.places import Place
from gitcp.workspaces.preparing import CHECKOUT
from gitcp.workspaces.program import Git
from gitcp.workspaces.repositories import Repositories
from gitcp.workspaces.rescue import RESCUE, Leavings
from gitcp.workspaces.strays import remove_strays
from gitcp.workspaces.values import RepositorySpec

_OF_A_CHECK: Final = re.compile(r"commit\.[0-9]+\Z")
_BLOCK: Final = 512


class Holding(StrEnum):
    """How a checkout is held."""

    IN_USE = "in use"
    KEPT = "kept"
    LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout below the state folder. Without a run: of a check that was killed, or one whose note cannot be read (`unknown`).

    `shared`: all tasks of its repository use it, one after another.
    """

    path: Path
    holding: Holding
    used_at: datetime
    clone: Path | None = None
    repository: str | None = None
    agent: str | None = None
    task: str | None = None
    run: str | None = None
    shared: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Rescued:
    """A rescue ref whose work is not on the execution repository."""

    ref: str
    at: datetime

    @property
    def run(self) -> str:
        """Whose work it is."""
        return self.ref.removeprefix(RESCUE)


@dataclass(frozen=True, slots=True)
class Held:
    """A bare clone. `unsaved` are branches of it that are not on the execution repository; `current`: the company works with it."""

    path: Path
    used_at: datetime
    current: bool
    rescued: tuple[Rescued, ...] = ()
    unsaved: tuple[str, ...] = ()


class Inventory:
    """All that is below one state folder."""

    def __init__(self, repositories: Path, worktrees: Path, git: Git) -> None:
        self._folder = repositories
        self._worktrees = worktrees
        self._git = git
        self._repositories = Repositories(repositories, git)

    @told()
    def checkouts(self) -> list[Checkout]:
        """Return every checkout, by its place."""
        found = (path for path in sorted(self._worktrees.glob("*/*")) if path.is_dir() or path.is_symlink())
        return [_seen(path) for path in found]

    @told()
    def free(self, checkout: Checkout) -> str | None:
        """Save what is in a checkout, remove it, and return the rescue ref of its run if there is one.

        Raises:
            WorkspaceError: somebody works in it, or has used it since; or its work cannot be saved.
        """
        place = Place(checkout.path)
        if not place.take():
            raise WorkspaceError(f"{place.path}: somebody works there now")
        try:
            note = place.read()
            if (note.workspace.run if note else None) != checkout.run or checkout.unknown:
                raise WorkspaceError(f"{place.path}: it is not known whose work is there")
            if note is None:
                for clone in self._folder.glob("*.git"):
                    drop(clone, place.path)
                place.forget()
                return None
            workspace = note.workspace
            clone_of = self._repositories.at(workspace.clone, workspace.repository)
            leavings = Leavings(self._git, clone_of, workspace)
            left, branches = leavings.save_all(note.delivered), leavings.own_branches()
            drop(workspace.clone, place.path)
            clone_of.forget(branches)
            place.forget()
            return left.rescue
        finally:
            place.give_back()

    @told()
    def clones(self, current: Iterable[RepositorySpec]) -> list[Held]:
        """Return every bare clone; `current` are the repositories that the company works with."""
        newest = {self._repositories.newest(spec).path for spec in current}
        return [self._held(path, path in newest) for path in sorted(self._folder.glob("*.git"))]

    @told()
    def forget(self, held: Held, rescued: Sequence[Rescued]) -> None:
        """Delete rescue refs: the work under them is then gone."""
        self._clone(held.path).forget([each.ref for each in rescued])

    @told()
    def remove(self, held: Held) -> None:
        """Remove a bare clone.

        Raises:
            WorkspaceError: meanwhile there is work in it, or a checkout of it.
        """
        clone = self._clone(held.path)
        with clone.locked():
            again = self._held(held.path, held.current)
            if again.rescued or again.unsaved or any((held.path / "worktrees").glob("*")):
                raise WorkspaceError(f"{held.path}: it has been used meanwhile")
            gone = held.path.with_name(f"{held.path.name}.gone")
            held.path.rename(gone)
            remove(gone)
            remove(held.path.with_name(f"{held.path.name}.config"))

    @told()
    def pack(self, held: Held) -> None:
        """Let git put a clone in order: what nobody can reach any more goes, once it is two weeks old."""
        clone = self._clone(held.path)
        with clone.locked():
            clone.restore()
            self._git.local("gc", "--quiet", clone=held.path)

    def _held(self, path: Path, current: bool) -> Held:
        remove_strays(path)
        with self._clone(path).open() as repository:
            refs = set(repository.references)
            tips = [repository.references[name].target for name in refs if name.startswith(ORIGIN)]

            def is_unsaved(name: str) -> bool:
                commit = repository.references[name].peel(pygit2.Commit).id
                return not any(tip == commit or _descends(repository, tip, commit) for tip in tips)

            unsaved = sorted(name for name in refs if name.startswith("refs/heads/") and is_unsaved(name))
            rescued = [
                Rescued(
                    name,
                    datetime.fromtimestamp(repository.references[name].peel(pygit2.Commit).commit_time, UTC),
                )
                for name in sorted(refs)
                if name.startswith(RESCUE) and is_unsaved(name)
            ]
        used_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Held(path, used_at, current, tuple(rescued), tuple(unsaved))

    def _clone(self, path: Path) -> Clone:
        name, _, _ = path.name.removesuffix(".git").partition(".")
        lock = self._folder / f"{name}.lock"
        return self._repositories.locked_by(path, RepositorySpec(name.rpartition("-")[0], "", ""), lock)


def size_of(folder: Path) -> int:
    """Return how many bytes a folder takes on the disk; links are not followed, what vanishes meanwhile counts nothing."""
    if folder.is_symlink():
        return 0
    total = 0
    for at, _, names in os.walk(folder):
        for name in (*names, "."):
            with suppress(OSError):
                total += os.lstat(Path(at, name)).st_blocks * _BLOCK
    return total


def _descends(repository: pygit2.Repository, tip: pygit2.Oid | str, commit: pygit2.Oid) -> bool:
    return isinstance(tip, pygit2.Oid) and bool(repository.descendant_of(tip, commit))


def _seen(path: Path) -> Checkout:
    place = Place(path)
    note = place.read()
    free = place.take()
    if free:
        place.give_back()
    if note is None:
        used_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
        of_a_check = _OF_A_CHECK.match(path.name) is not None
        holding = Holding.LEFT_OVER if free else Holding.IN_USE
        return Checkout(path, holding, used_at, unknown=not of_a_check)
    workspace = note.workspace
    kept = Holding.KEPT if note.released else Holding.LEFT_OVER
    return Checkout(
        path=path,
        holding=kept if free else Holding.IN_USE,
        used_at=datetime.fromtimestamp(place.used_at, UTC),
        clone=workspace.clone,
        repository=workspace.repository.name,
        agent=workspace.agent,
        task=workspace.task,
        run=workspace.run,
        shared=path.name == CHECKOUT,
    )
