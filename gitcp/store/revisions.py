"""Commits that need not be in the record branch: what a push would bring, the head of a pull request. Nothing of them is kept."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from gitcp.errors import GitcpError, NotAControlRepositoryError
from gitcp.model.base import Record
from gitcp.model.problem import Problem
from gitcp.store.admission import Judge
from gitcp.store.cache import Cache
from gitcp.store.company_file import COMPANY
from gitcp.store.memo import Memo
from gitcp.store.objects import Objects
from gitcp.store.readings import read_archived, record_files
from gitcp.store.replay import Replay
from gitcp.store.repository import Repository, find_repository
from gitcp.store.view import CacheSnapshot

QUARANTINE: Final = "GIT_QUARANTINE_PATH"


@dataclass(frozen=True, slots=True)
class Revision:
    """The record files of a commit, and what is wrong with them by themselves or in how they came about."""

    files: dict[str, bytes]
    problems: tuple[Problem, ...]


class Revisions:
    """The commits of one repository, with those that a push in progress has brought: git keeps them apart until its hooks agree."""

    def __init__(self, repository: Repository, judge: Judge, folder: Path) -> None:
        self._objects = Objects(repository.git_dir)
        held = quarantine(repository)
        if held is not None:
            self._objects.borrow(held)
        self._cache = Cache(folder / "cache.sqlite")
        self._memo = Memo()
        self._replay = Replay(self._cache, self._objects, repository.git_dir, judge, self._view)

    @classmethod
    @contextmanager
    def open(cls, path: Path, judge: Judge) -> Iterator[Self]:
        """Open the repository that a path lies in.

        Raises:
            NotAControlRepositoryError: there is none.
        """
        with TemporaryDirectory(prefix="gitcp-") as folder:
            revisions = cls(find_repository(path), judge, Path(folder))
            try:
                yield revisions
            finally:
                revisions.close()

    def close(self) -> None:
        """Let go of the files."""
        self._cache.close()
        self._objects.close()

    def read(self, name: str) -> Revision:
        """Read a commit by any name that git has for it; what lies between it and the one read before is judged on top of that.

        Raises:
            GitcpError: there is no such commit.
            NotAControlRepositoryError: it has no company.
        """
        oid = self._objects.resolve(name)
        if oid is None:
            raise GitcpError(f"{name!r}: is no commit here", hint="see `git log`, and `git fetch` first")
        tree = self._objects.commit(oid).tree
        if self._objects.leaf(tree, COMPANY) is None:
            raise NotAControlRepositoryError(
                f"{name}: expected a commit of a control repository, found one without {COMPANY}",
                hint=f"bring {COMPANY} back",
            )
        self._replay.bring_to(oid)
        return Revision(record_files(self._objects, tree), tuple(self._view().problems()))

    def _view(self) -> CacheSnapshot:
        return CacheSnapshot(self._cache.writer, self._memo, self._unpacked)

    def _unpacked(self, kind: str, record_id: str, oid: str, naming: str = "") -> Record | None:
        return read_archived(kind, record_id, oid, self._objects.data, naming=naming)


def quarantine(repository: Repository) -> Path | None:
    """Return where git keeps the objects of a push in progress, of which this process is a hook; none otherwise."""
    # The one thing that the environment may say about where objects are; and only of a place where git itself puts it.
    named = os.environ.get(QUARANTINE)
    folder = Path(named).resolve() if named else None
    is_gits = folder is not None and folder.parent == (repository.common_dir / "objects").resolve()
    return folder if is_gits else None
