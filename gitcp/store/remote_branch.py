"""The record branch of a remote: an operation lands there first, this repository follows."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from gitcp.errors import RemoteError
from gitcp.store.checkout import Checkout
from gitcp.store.neighbours import Neighbours, meeting_place
from gitcp.store.objects import Objects
from gitcp.store.push_answer import Answer, Refusals, answer_to, refusal
from gitcp.store.refs import Refs
from gitcp.store.remote import BRANCHES, Move, Remote
from gitcp.store.repository import Repository
from gitcp.store.seen import Seen, noting
from gitcp.store.trees import FileChange
from gitcp.store.worktrees import checkouts_of, is_being_rebased

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
        self._refusals = Refusals()
        self._stale: str | None = None
        self._seen = Seen(name, repository.git_dir, refs)
        at = meeting_place(remote.url, name, repository.work_tree or repository.git_dir)
        self._neighbours = Neighbours(at, repository.common_dir)
        self._is_mine = False
        self._is_fresh = False
        self._notes: list[str] = []

    def close(self) -> None:
        """Note what was not noted yet."""
        self._seen.close()

    def known(self) -> str:
        """Return the last commit that was seen."""
        return self._refs.read(self._tracking) or self._refs.read(self._ref) or ""

    def notice(self) -> None:
        """Take note of nothing: a branch of a remote is looked at when it was fetched."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the neighbours who came first."""
        with self._neighbours.turn():
            self._is_mine = True
            try:
                yield
            finally:
                self._is_mine = False

    def expected(self) -> str:
        """Return the last commit that this clone or a neighbour knows, or ask the remote if none does."""
        self._is_fresh = False
        return self._told() or self.arrive()

    def look(self) -> tuple[str, bool]:
        """Ask the remote for its last commit, and say whether writers elsewhere have moved it."""
        known = self._told()
        tip = self.arrive()
        return tip, tip != known

    def arrive(self) -> str:
        """Return its last commit, from the remote."""
        return self._looked(briefly=self._is_mine)

    def confirm(self, tip: str) -> bool:
        """Whether a commit is its last one, or was so since the attempt began."""
        return (self.known() if self._is_fresh else self.arrive()) == tip

    def deepen(self) -> bool:
        """Fetch more of the history of a shallow clone; return whether that brought anything."""
        shallow = self._repository.common_dir / "shallow"
        before = shallow.read_bytes() if shallow.exists() else b""
        if not before or not self._remote.fetch(self.name, deepen=_DEEPER, briefly=True):
            return False
        return not shallow.exists() or shallow.read_bytes() != before

    def guard(self, changes: Sequence[FileChange]) -> None:
        """Refuse nothing: what lands in the remote touches no file here."""

    def move(self, expected: str, new: str, changes: Sequence[FileChange]) -> bool:  # noqa: ARG002 - a contract
        """Push; what became of it is read from the remote where the answer does not say."""
        outcome = self._remote.push([Move(self._ref, expected or None, new)])
        if outcome.status == 0:
            self._refusals.clear()
            with noting(self._notes):
                self._saw(new)
                self._seen.moved(expected, new)
            return True
        answer = answer_to(outcome, self._ref)
        if answer is Answer.STALE:  # nothing was sent, and the next attempt looks first
            has_moved, self._stale = expected != self._stale, expected
        else:
            there = self.arrive()
            if there and new in self._objects and self._objects.is_ancestor(new, there):
                return True
            has_moved = there != expected
        if self._refusals.are_enough(answer, has_moved=has_moved):
            raise refusal(self._remote.name, self.name, outcome)
        return False

    def follow(self) -> tuple[str, ...]:
        """Fast-forward the local branch and its checkout, where that touches no edited file."""
        notes, self._notes = tuple(self._notes), []
        return (*notes, *self._brought_along())

    def _brought_along(self) -> tuple[str, ...]:
        tip, local = self.known(), self._refs.read(self._ref)
        checkouts = checkouts_of(self._repository, self._ref)
        if self._repository.work_tree is not None and not checkouts:
            return (
                f"the checkout is not on {self.name} and stays as it is",
                *self._forwarded(local, tip, []),
            )
        return self._forwarded(local, tip, checkouts)

    def edited(self, paths: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the record files with uncommitted edits; only those of `paths`, if given."""
        checkouts = checkouts_of(self._repository, self._ref)
        return tuple(sorted({path for checkout in checkouts for path in checkout.edited(paths)}))

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

    def _told(self) -> str | None:
        known = self._refs.read(self._tracking)
        if known is None or self._seen.lacks(known):
            return None
        newer = self._neighbours.newer(known)
        return newer if newer and self._refs.swap(self._tracking, known, newer) else known

    def _looked(self, *, briefly: bool) -> str:
        if not self._remote.fetch(self.name, briefly=briefly):
            if self.known():
                raise RemoteError(
                    f"{self._remote.name}: has no branch {self.name}, which this repository knows",
                    hint=f"push it first: `git push --set-upstream {self._remote.name} {self.name}`",
                )
            return ""
        if self._seen.lacks(self._tracked()):
            # A fetch of the user's at the same time may have written what was there before.
            self._remote.fetch(self.name, briefly=True)
        self._seen.follow(self._tracked)
        self._is_fresh = True
        tip = self._tracked()
        if self._is_mine:
            self._neighbours.tell(tip)
        return tip

    def _tracked(self) -> str:
        return self._refs.read(self._tracking) or ""

    def _saw(self, tip: str) -> None:
        """Note where the remote is now, where git's own configuration did not do so."""
        known = self._refs.read(self._tracking)
        if known != tip:
            self._refs.swap(self._tracking, known, tip)
        self._neighbours.tell(tip)
