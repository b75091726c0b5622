"""The door to the control repository: the one way to read it as records, and the one way to change it."""

import sqlite3
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gitcp.errors import ConflictError
from gitcp.model.base import Record
from gitcp.model.operation import Applied, Result, Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.admission import Judge, RecordChange
from gitcp.store.attempt import Attempt
from gitcp.store.branch import choose
from gitcp.store.cache import Cache, fact, is_ours
from gitcp.store.index import IndexBusyError
from gitcp.store.leases import Lease, Leases
from gitcp.store.local_branch import LocalBranch
from gitcp.store.lock import StoreLock, waits
from gitcp.store.log import Log
from gitcp.store.objects import PLAIN, Leaf, Objects
from gitcp.store.readings import is_of_interest, read_leaf
from gitcp.store.refs import Refs
from gitcp.store.remote import Git, clone
from gitcp.store.remote_branch import RemoteBranch
from gitcp.store.replay import Replay
from gitcp.store.repository import Repository, find_repository
from gitcp.store.settings import Settings
from gitcp.store.view import CacheSnapshot, Memo

__all__ = ["GitStore", "Judge", "Lease", "RecordChange"]

PATIENCE: Final = 120.0


class _MovedError(Exception):
    """The branch moved while the steps were carried out."""


class GitStore:
    """A control repository. Implements `gitcp.model.operation.Operations`.

    Any number of stores may be open on one repository, in any number of processes; a store may be used by several threads.
    """

    def __init__(self, repository: Repository, judge: Judge | None, patience: float) -> None:
        self._repository = repository
        self._patience = patience
        self._lock = StoreLock(repository.own_dir / "lock", patience)
        self._objects = Objects(repository.git_dir)
        self._refs = Refs(repository.git_dir)
        # What was not judged must not be taken for admitted: each has a cache of its own.
        self._cache = Cache(repository.own_dir / ("cache.sqlite" if judge else "unjudged.sqlite"))
        self._memo = Memo()
        self._replay = Replay(self._cache, self._objects, judge, self._view)
        self._settings = Settings(repository.git_dir)
        chosen = choose(repository, self._refs, self._settings)
        parts = repository, self._refs, self._objects
        self._branch: LocalBranch | RemoteBranch = LocalBranch(chosen.name, *parts)
        if chosen.remote is not None:
            self._branch = RemoteBranch(chosen.name, chosen.remote, *parts)
        self._leases = Leases(self._objects, self._refs, chosen.remote)

    @classmethod
    def open(cls, path: Path, *, judge: Judge | None = None, patience: float = PATIENCE) -> Self:
        """Open the control repository that a path lies in.

        Args:
            path: a folder in a checkout, or a bare repository.
            judge: says what is wrong with commits by others; without it they are taken as they are.
            patience: how many seconds to go on when others move the branch or hold the lock.

        Raises:
            NotAControlRepositoryError: there is no repository, or one that gitcp cannot read.
        """
        return cls(find_repository(path), judge, patience)

    @classmethod
    def clone(cls, url: str, folder: Path, *, judge: Judge | None = None, depth: int | None = None) -> Self:
        """Make a bare clone for gitcp alone, and open it.

        Raises:
            RemoteError: it cannot be cloned.
        """
        clone(url, folder, depth=depth)
        return cls.open(folder, judge=judge)

    def close(self) -> None:
        """Let go of the files; snapshots that were given out stay usable."""
        self._cache.close()
        self._objects.close()
        self._refs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def branch(self) -> str:
        """The name of the record branch."""
        return self._branch.name

    @property
    def git_directory(self) -> Path:
        """The Git directory that all worktrees share."""
        return self._repository.common_dir

    @property
    def has_remote(self) -> bool:
        """Whether the branch of a remote is the record."""
        return isinstance(self._branch, RemoteBranch)

    @property
    def has_checkout(self) -> bool:
        """Whether it was opened in a working tree."""
        return self._repository.work_tree is not None

    @property
    def root(self) -> Path:
        """The folder of the files; of a bare repository its Git directory."""
        return self._repository.work_tree or self._repository.git_dir

    def config(self, name: str) -> str | None:
        """Return a value of git's configuration, or none."""
        return self._settings.get(name)

    def set_config(self, name: str, value: str) -> None:
        """Keep a value in the repository's own git configuration."""
        self._settings.set(name, value)

    # -- reading

    def snapshot(self) -> Snapshot:
        """Return the record branch as this process knows it; does not talk to the remote."""
        return self._cache.mended(self._current)

    def history(self) -> Log:
        """Return the log of the record branch."""
        return Log(self._objects, self.snapshot)

    def files(self) -> dict[str, bytes]:
        """Return the record files of the branch, and what else lies in their folders."""
        tree = self._tree()
        found = self._objects.leaves(tree) if tree else iter(())
        wanted = ((path, leaf) for path, leaf in found if leaf.mode in PLAIN and is_of_interest(path))
        return {path: self._objects.data(leaf.oid) for path, leaf in wanted}

    def read_file(self, path: str) -> bytes | None:
        """Return a file of the branch, or none."""
        leaf = self._objects.leaf(self._tree(), path)
        return self._objects.data(leaf.oid) if leaf and leaf.mode in PLAIN else None

    def edited_paths(self) -> tuple[str, ...]:
        """Return the record files of the checkout that have uncommitted edits, sorted; they belong to their editor."""
        with self._lock.held():
            return self._branch.edited()

    # -- leases

    def leases(self) -> Mapping[str, Lease]:
        """Return the leases by run, as the last fetch saw them."""
        return self._leases.all()

    def create_lease(self, run: str, holder: str, now: datetime) -> Lease | None:
        """Take a run's lease; none if somebody has it. After a RemoteError it is not known whether it was taken."""
        return self._leases.create(run, holder, now)

    def renew_lease(self, lease: Lease, now: datetime) -> Lease | None:
        """Move a lease on from what its holder wrote last; none if it is the holder's no more."""
        return self._leases.renew(lease, now)

    def delete_lease(self, lease: Lease) -> bool:
        """Remove a lease if it was not renewed since; return whether it is gone."""
        return self._leases.delete(lease)

    # -- writing

    def fetch(self) -> tuple[str, ...]:
        """Look what the remote holds now, leases too, and let this repository follow; return what has to be said.

        Raises:
            RemoteError: the remote cannot be reached.
        """
        with self._lock.held():
            self._arrived()
            return self._branch.follow()

    def maintain(self) -> None:
        """Let git pack what has gathered, if it is much; with a remote each fetch does so by itself.

        Raises:
            RemoteError: git cannot be started.
        """
        Git(self._repository.common_dir).run("gc", "--auto", "--quiet")

    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        """Carry out the steps that `decide` returns, each in one commit, and move the branch once.

        Raises:
            RemoteError: the remote cannot be reached, or refuses for another reason than that the branch moved. If a push was under
                way, the same requests tell later whether it arrived.
            ConflictError: others were first all the time, or held the lock or the index of the checkout.
        """
        error = ConflictError(
            f"{self.branch}: moved at each attempt, nothing was written", hint="try again later"
        )
        with self._lock.held():
            give_up = time.monotonic() + self._patience
            for wait in waits():
                try:
                    applied = self._attempt(decide)
                except IndexBusyError as busy:
                    applied, error = None, busy
                if applied is not None:
                    return applied
                if time.monotonic() + wait > give_up:
                    break
                time.sleep(wait)
        raise error

    def _attempt(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied | None:
        tip = self._arrived()
        snapshot = self.snapshot()
        if snapshot.revision != tip:
            return None
        steps = decide(snapshot)
        results = self._carried_out(tip, steps) if steps else ()
        return None if results is None else Applied(results, self._branch.follow())

    def _arrived(self) -> str:
        tip = self._branch.arrive()
        self._cache.mended(lambda: self._replay.bring_to(tip, self._branch.deepen))
        return tip

    def _carried_out(self, tip: str, steps: Sequence[Step]) -> tuple[Result, ...] | None:
        is_in = False
        results: tuple[Result, ...] = ()
        try:
            with self._cache.transaction():
                _require(self._cache.revision == tip)
                attempt = Attempt(self._objects, self._cache, self._replay, self._view, self._branch.guard)
                results = tuple(attempt.carry_out(step) for step in steps)
                is_in = self._moved(tip, attempt)
                _require(is_in)
        except _MovedError:
            return None
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and not is_in:
                raise
            self._cache.discard()  # it is damaged, or could not follow the branch that has moved
            return results if is_in else None
        return results

    def _moved(self, tip: str, attempt: Attempt) -> bool:
        # Where nothing was written, what was refused must still not have been refused on an old state.
        if attempt.tip == tip:
            return self._branch.known() == tip
        return self._branch.move(tip, attempt.tip, attempt.changes())

    def _current(self) -> Snapshot:
        while True:
            reader = self._cache.reader()
            if is_ours(reader) and fact(reader, "revision") == self._branch.known():
                snapshot = CacheSnapshot(reader, self._memo, self._unpacked)
                weakref.finalize(snapshot, reader.close)
                return snapshot
            reader.close()
            self._replay.bring_to(self._branch.known())

    def _tree(self) -> str | None:
        tip = self._branch.known()
        return self._objects.commit(tip).tree if tip else None

    def _view(self) -> Snapshot:
        return CacheSnapshot(self._cache.writer, self._memo, self._unpacked)

    def _unpacked(self, path: str, oid: str) -> Record | None:
        return read_leaf(path, Leaf(oid), self._objects.data, archived=True).record


def _require(is_where_expected: bool) -> None:
    if not is_where_expected:
        raise _MovedError
