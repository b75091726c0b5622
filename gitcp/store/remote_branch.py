"""The record branch of a remote: an operation lands there first, this repository follows."""

from collections.abc import Sequence
from typing import Final

from gitcp.errors import RemoteError
from gitcp.store.checkout import Checkout
from gitcp.store.objects import FileChange, Objects
from gitcp.store.refs import Refs
from gitcp.store.remote import BRANCHES, Move, Remote, remote_error
from gitcp.store.repository import Repository
from gitcp.store.worktrees import checkouts_of, is_being_rebased

_REFUSALS: Final = 3
_DEEPER: Final = 500


class RemoteBranch:
    """Implements `gitcp.store.branch.RecordBranch`. `arrive`, `move` and `follow` are for who holds the lock of the store."""

    def __init__(
        self, name: str, remote: Remote, repository: Repository, refs: Refs, objects: Objects
    ) -> None:
        self.name = name
        self._ref = BRANCHES + name
        self._remote = remote
        self._tracking = remote.tracking(name)
        self._repository = repository
        self._refs = refs
        self._objects = objects
        self._refusals = 0

    def known(self) -> str:
        """Return the last commit that was seen."""
        return self._refs.read(self._tracking) or self._refs.read(self._ref) or ""

    def arrive(self) -> str:
        """Return its last commit, from the remote."""
        if self._remote.fetch(self.name):
            return self._refs.read(self._tracking) or ""
        if self.known():
            raise RemoteError(
                f"{self._remote.name}: has no branch {self.name}, which this repository knows",
                hint=f"push it first: `git push --set-upstream {self._remote.name} {self.name}`",
            )
        return ""

    def deepen(self) -> bool:
        """Fetch more of the history of a shallow clone; return whether that brought anything."""
        shallow = self._repository.common_dir / "shallow"
        before = shallow.read_bytes() if shallow.exists() else b""
        if not before or not self._remote.fetch(self.name, deepen=_DEEPER):
            return False
        return not shallow.exists() or shallow.read_bytes() != before

    def guard(self, changes: Sequence[FileChange]) -> None:
        """Refuse nothing: what lands in the remote touches no file here."""

    def move(self, expected: str, new: str, changes: Sequence[FileChange]) -> bool:  # noqa: ARG002 - a contract
        """Push; what became of it is read from the remote, since the answer may have been lost."""
        outcome = self._remote.push([Move(self._ref, expected or None, new)])
        if outcome.status == 0:
            self._saw(new)
            return True
        there = self.arrive()
        if there and new in self._objects and self._objects.is_ancestor(new, there):
            return True
        self._refusals = self._refusals + 1 if there == expected else 0
        if self._refusals == _REFUSALS:  # not because somebody else was first
            raise remote_error(self._remote.name, "push", outcome)
        return False

    def follow(self) -> tuple[str, ...]:
        """Fast-forward the local branch and its checkout, where that touches no edited file."""
        self._refusals = 0
        tip, local = self.known(), self._refs.read(self._ref)
        checkouts = checkouts_of(self._repository, self._ref)
        if self._repository.work_tree is not None and not checkouts:
            return (
                f"the checkout is not on {self.name} and stays as it is",
                *self._forwarded(local, tip, []),
            )
        return self._forwarded(local, tip, checkouts)

    def edited(self) -> tuple[str, ...]:
        """Return the record files with uncommitted edits."""
        checkouts = checkouts_of(self._repository, self._ref)
        return tuple(sorted({path for checkout in checkouts for path in checkout.edited()}))

    def _forwarded(self, local: str | None, tip: str, checkouts: Sequence[Checkout]) -> tuple[str, ...]:
        if not tip or local is None or self._objects.is_ancestor(tip, local):
            return ()
        if is_being_rebased(self._repository, self._ref):
            return (f"the branch {self.name} is being rebased and stays as it is",)
        if not self._objects.is_ancestor(local, tip):
            return (
                f"the branch {self.name} has commits that {self._remote.name} has not, and stays as it is",
            )
        if not checkouts:
            self._refs.swap(self._ref, local, tip, f"gitcp: {self._remote.name}/{self.name}")
            return ()
        return tuple(note for checkout in checkouts for note in self._brought(checkout, tip))

    def _brought(self, checkout: Checkout, tip: str) -> tuple[str, ...]:
        outcome = checkout.forward(tip)
        if outcome.status == 0:
            return ()
        why = outcome.said.partition("\n")[0]
        return (
            f"{checkout.work_tree}: stays behind {self._remote.name}/{self.name} until `git merge --ff-only` works there: {why}",
        )

    def _saw(self, tip: str) -> None:
        """Note where the remote is now, where git's own configuration did not do so."""
        known = self._refs.read(self._tracking)
        if known != tip:
            self._refs.swap(self._tracking, known, tip)
