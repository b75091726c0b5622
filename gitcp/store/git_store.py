"""The door to the control repository: the one way to read it as records, and the one way to change it."""

import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.operation import Applied, Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.admission import Judge
from gitcp.store.attempt import Attempt
from gitcp.store.branch import choose
from gitcp.store.cache import Cache, fact, is_ours
from gitcp.store.disk import refusals_told, tells_refusals
from gitcp.store.filling import Progress
from gitcp.store.leases import Lease, Leases
from gitcp.store.local_branch import LocalBranch
from gitcp.store.lock import StoreLock
from gitcp.store.log import Log
from gitcp.store.memo import Memo
from gitcp.store.objects import Objects
from gitcp.store.orders import Orders
from gitcp.store.readings import read_archived, record_files
from gitcp.store.refs import Refs
from gitcp.store.remote import BRANCHES, Git, clone
from gitcp.store.remote_branch import RemoteBranch
from gitcp.store.replay import Replay
from gitcp.store.repository import Repository, find_repository
from gitcp.store.seen import rewrites
from gitcp.store.settings import Settings
from gitcp.store.signers import Signers
from gitcp.store.signing import Signing
from gitcp.store.transcripts import Transcripts
from gitcp.store.trees import PLAIN
from gitcp.store.view import CacheSnapshot
from gitcp.store.writer import Writer

__all__ = ["GitStore", "Judge", "Lease"]

_OWN: Final = "gitcp.clone"
PATIENCE: Final = 120.0


class GitStore:
    """A control repository. Implements `gitcp.model.operation.Operations`.

    Any number of stores may be open on one repository, in any number of processes; a store may be used by several threads.
    """

    def __init__(
        self, repository: Repository, judge: Judge | None, patience: float, progress: Progress | None = None
    ) -> None:
        self._repository = repository
        self._lock = StoreLock(repository.own_dir / "lock", patience)
        self._objects = Objects(repository.git_dir)
        self._refs = Refs(repository.git_dir)
        # What was not judged must not be taken for admitted: each has a cache of its own.
        self._cache = Cache(repository.own_dir / ("cache.sqlite" if judge else "unjudged.sqlite"))
        self._memo = Memo()
        self._replay = Replay(self._cache, self._objects, repository.git_dir, judge, self._view, progress)
        self._settings = Settings(repository.git_dir)
        self.signers = Signers(self._objects)
        self.signing = Signing(self._objects, repository.git_dir, self._settings)
        chosen = choose(repository, self._refs, self._settings)
        parts = repository, self._refs, self._objects
        self._branch: LocalBranch | RemoteBranch = LocalBranch(chosen.name, *parts)
        if chosen.remote is not None:
            self._branch = RemoteBranch(chosen.name, chosen.remote, *parts)
        tracking = [chosen.remote.tracking(chosen.name)] if chosen.remote else []
        self._told_by = [BRANCHES + chosen.name, *tracking]
        self._leases = Leases(self._objects, self._refs, chosen.remote)
        self.transcripts = Transcripts(self._objects, self._refs, chosen.remote)
        self._writer = Writer(self._branch, self._cache, self._replay, self._attempt, self.snapshot)
        is_far = chosen.remote is not None
        self._orders = Orders(self._lock, self._branch.turn, self._writer.attempt, patience, is_far=is_far)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        judge: Judge | None = None,
        patience: float = PATIENCE,
        progress: Progress | None = None,
    ) -> Self:
        """Open the control repository that a path lies in.

        Args:
            path: a folder in a checkout, or a bare repository.
            judge: says what is wrong with commits by others; without it they are taken as they are.
            patience: how many seconds to go on when others move the branch or hold the lock.
            progress: told how many files were read so far when the cache has to be built from nothing.

        Raises:
            NotAControlRepositoryError: there is no repository, or one that gitcp cannot read.
        """
        with refusals_told(path):
            return cls(find_repository(path), judge, patience, progress)

    @classmethod
    def clone(cls, url: str, folder: Path, *, judge: Judge | None = None, depth: int | None = None) -> Self:
        """Make a bare clone for gitcp alone, and open it; `maintain` keeps it packed.

        Raises:
            RemoteError: it cannot be cloned.
        """
        clone(url, folder, depth=depth)
        store = cls.open(folder, judge=judge)
        store.set_config(_OWN, "true")
        return store

    def close(self) -> None:
        """Let go of the files; snapshots that were given out stay usable."""
        self._branch.close()
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

    @tells_refusals
    def set_config(self, name: str, value: str) -> None:
        """Keep a value in the repository's own git configuration."""
        self._settings.set(name, value)

    def tip(self) -> str:
        """Return the last commit of the record branch as this clone knows it; microseconds, to be asked again and again."""
        return self._branch.known()

    @property
    def ref_folders(self) -> tuple[Path, ...]:
        """The folders in which something is put or replaced when the branch moves, as this clone knows it."""
        common = self._repository.common_dir
        return (common, *(folder for ref in self._told_by if (folder := (common / ref).parent).is_dir()))

    @tells_refusals
    def snapshot(self) -> Snapshot:
        """Return the record branch as this process knows it; does not talk to the remote.

        Raises:
            RewrittenError: without remote, the branch has lost commits that were seen here; told once.
        """
        return self._cache.mended(self._current)

    def history(self, of: Snapshot | None = None) -> Log:
        """Return the log of the record branch as it is, or as a snapshot has it."""
        return Log(self._objects, (lambda: of) if of else self.snapshot)

    @tells_refusals
    def files(self) -> dict[str, bytes]:
        """Return the record files of the branch, and what else lies in their folders."""
        return record_files(self._objects, tree) if (tree := self._tree()) else {}

    @tells_refusals
    def read_file(self, path: str) -> bytes | None:
        """Return a file of the branch, or none."""
        leaf = self._objects.leaf(self._tree(), path)
        return self._objects.data(leaf.oid) if leaf and leaf.mode in PLAIN else None

    @tells_refusals
    def proposed(self, texts: Mapping[str, str | None]) -> list[RecordChange]:
        """Return what record files would come to, had they these texts (none: no file), beside what is admitted of them now."""
        known = self.snapshot()
        with self._lock.held(), self._cache.transaction():
            return self._replay.proposed(self._tree(), texts, known)

    @tells_refusals
    def edited_paths(self, paths: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the record files of the checkout that have uncommitted edits, sorted; they belong to their editor.

        With `paths` only those are looked at, which costs no more in a large checkout than in a small one.
        """
        with self._lock.held():
            return self._branch.edited(paths)

    def edited(self, kind: type[Record], ids: Collection[str]) -> frozenset[str]:
        """Return those of these records whose files have uncommitted edits."""
        if not ids:
            return frozenset()
        snapshot = self._cache.mended(self._current)
        paths = {path: record_id for record_id in ids if (path := snapshot.path(kind, record_id)) is not None}
        return frozenset(paths[path] for path in self.edited_paths(paths.keys()))

    @tells_refusals
    def leases(self) -> Mapping[str, Lease]:
        """Return the leases by run, as the last fetch saw them."""
        return self._leases.all()

    @tells_refusals
    def create_lease(self, run: str, holder: str, now: datetime) -> Lease | None:
        """Take a run's lease; none if somebody has it. After a RemoteError it is not known whether it was taken."""
        return self._leases.create(run, holder, now)

    @tells_refusals
    def renew_lease(self, lease: Lease, now: datetime) -> Lease | None:
        """Move a lease on from what its holder wrote last; none if it is the holder's no more."""
        return self._leases.renew(lease, now)

    @tells_refusals
    def delete_lease(self, lease: Lease) -> bool:
        """Remove a lease if it was not renewed since; return whether it is gone."""
        return self._leases.delete(lease)

    @tells_refusals
    def fetch(self) -> tuple[str, ...]:
        """Look what the remote holds now, leases too, and let this repository follow; return what has to be said.

        Raises:
            RemoteError: the remote cannot be reached.
            RewrittenError: the record has lost commits that were seen here; told once.
        """
        with self._lock.held():
            self._writer.arrive()
            return self._branch.follow()

    @tells_refusals
    def maintain(self) -> None:
        """Let git pack what has gathered, if it is much, in a clone that gitcp made; a person's repository is theirs to keep.

        Raises:
            RemoteError: git cannot be started.
        """
        if self.config(_OWN) == "true":
            Git(self._repository.common_dir).run("maintenance", "run", "--auto", "--quiet")

    @tells_refusals
    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        """Carry out the steps that `decide` returns, each in one commit, and move the branch once.

        Raises:
            RemoteError: the remote cannot be reached, or refuses for another reason than that the branch moved. If a push was under
                way, the same requests tell later whether it arrived.
            RewrittenError: the record has lost commits that were seen here; told once, and nothing was written.
            ConflictError: others were first all the time, or held the lock or the index of the checkout.
        """
        return self._orders.carry_out(decide)

    def _current(self) -> CacheSnapshot:
        self._branch.notice()
        while True:
            reader = self._cache.reader()
            if is_ours(reader) and fact(reader, "revision") == self._branch.known():
                rewritten = tuple(rewrites(self._refs))
                snapshot = CacheSnapshot(reader, self._memo, self._unpacked, rewritten, self._cache.damaged)
                weakref.finalize(snapshot, self._cache.give_back, reader)
                return snapshot
            reader.close()
            self._replay.bring_to(self._branch.known())

    def _attempt(self) -> Attempt:
        return Attempt(self.signing, self._cache, self._replay, self._view, self._branch.guard)

    def _tree(self) -> str | None:
        tip = self._branch.known()
        return self._objects.commit(tip).tree if tip else None

    def _view(self) -> Snapshot:
        return CacheSnapshot(self._cache.writer, self._memo, self._unpacked)

    def _unpacked(self, kind: str, record_id: str, oid: str, naming: str = "") -> Record | None:
        return read_archived(kind, record_id, oid, self._objects.data, naming=naming)
