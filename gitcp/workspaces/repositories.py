"""The bare clones below the state folder: which one is for which execution repository."""

import hashlib
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock

from gitcp.errors import WorkspaceError
from gitcp.workspaces import names
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.files import write
from gitcp.workspaces.program import Git
from gitcp.workspaces.urls import checked
from gitcp.workspaces.values import RepositorySpec

PATIENCE: Final = 3
_AGAIN: Final = re.compile(r"\.(?P<number>[0-9]+)\.git\Z")


def key_of(spec: RepositorySpec) -> str:
    """Name the folders of a repository: another address under the same name gets others.

    Raises:
        WorkspaceError: the name, the address or the branch is none.
    """
    names.branch(spec.branch)
    digest = hashlib.sha256(checked(spec.url).encode()).hexdigest()
    return f"{names.repository(spec.name)}-{digest[:8]}"


class Repositories:
    """All bare clones. Where it does not fetch, they have to do as they are."""

    def __init__(self, folder: Path, git: Git, *, fetches: bool = True) -> None:
        self._folder = folder
        self._git = git
        self._fetches = fetches

    def refreshed(self, spec: RepositorySpec) -> Clone:
        """Return the clone of a repository, made and brought up to date: of those who ask at the same moment one fetches for all.

        A repository that was made anew gets a new clone: its history must not mix with work on the old one, whose clone is kept for
        the rescue refs in it.

        Raises:
            WorkspaceError: it cannot be reached, or does not have the branch; or nothing is fetched, and there is no clone.
        """
        asked = time.monotonic_ns()
        clone = self.newest(spec)
        if not self._fetches:
            return self._as_it_is(clone)
        with clone.locked():
            if self._was_refreshed(spec, asked):
                return self.newest(spec)
            began = time.monotonic_ns()
            self._fetched(clone)
            if clone.is_another():
                clone = self._fetched(self._next(clone))
            clone.remember()
            write(self._note(spec), str(began).encode())
        return clone

    def _as_it_is(self, clone: Clone) -> Clone:
        if clone.exists():
            return clone
        raise WorkspaceError(
            f"repository {clone.spec.name}: it was never fetched on this machine, and this run does not fetch",
            hint="gitcp workspace fetch RUN brings it",
        )

    def _was_refreshed(self, spec: RepositorySpec, asked: int) -> bool:
        # By who was first at the lock. The clock counts from the boot, so what an earlier one left is no time between then and now.
        with suppress(OSError, ValueError):
            return asked <= int(self._note(spec).read_bytes()) <= time.monotonic_ns()
        return False

    def _note(self, spec: RepositorySpec) -> Path:
        return self._folder / f"{key_of(spec)}.refreshed"

    def newest(self, spec: RepositorySpec) -> Clone:
        """Return the clone that is in use, which may not be made yet."""
        return self.all(spec)[-1]

    def all(self, spec: RepositorySpec) -> list[Clone]:
        """Return the clones of what was at an address, oldest first."""
        key = key_of(spec)
        first = self._folder / f"{key}.git"
        later = {_number(path): path for path in self._folder.glob(f"{key}.*.git")}
        return [self.at(path, spec) for path in (first, *(later[number] for number in sorted(later)))]

    def at(self, path: Path, spec: RepositorySpec) -> Clone:
        """Return one clone by its place."""
        return self.locked_by(path, spec, self._folder / f"{key_of(spec)}.lock")

    def locked_by(self, path: Path, spec: RepositorySpec, lock: Path) -> Clone:
        """Return one clone by its place and its lock, also one whose address nobody knows any more: it can be read, not fetched."""
        return Clone(path, spec, self._git, FileLock(lock, timeout=self._git.timeout * PATIENCE))

    def _next(self, clone: Clone) -> Clone:
        number = _number(clone.path) + 1
        return clone.beside(self._folder / f"{key_of(clone.spec)}.{number}.git")

    def _fetched(self, clone: Clone) -> Clone:
        if not clone.exists():
            clone.make()
        clone.fetch()
        return clone


def _number(path: Path) -> int:
    match = _AGAIN.search(path.name)
    return int(match["number"]) if match else 1
