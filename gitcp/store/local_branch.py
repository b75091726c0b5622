"""The record branch of a repository without remote: moved in place, and the files of its checkout with it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from gitcp.errors import ConflictError, GitcpError
from gitcp.store.checkout import Checkout
from gitcp.store.journal import Journal
from gitcp.store.objects import FileChange, Objects
from gitcp.store.refs import Refs
from gitcp.store.remote import BRANCHES
from gitcp.store.repository import Repository
from gitcp.store.worktrees import checkouts_of, is_being_rebased


class LocalBranch:
    """Implements `gitcp.store.branch.RecordBranch`. `arrive`, `move` and `follow` are for who holds the lock of the store."""

    def __init__(self, name: str, repository: Repository, refs: Refs, objects: Objects) -> None:
        self.name = name
        self._ref = BRANCHES + name
        self._repository = repository
        self._refs = refs
        self._objects = objects
        self._journal = Journal(repository.own_dir)
        self._notes: list[str] = []

    def known(self) -> str:
        """Return its last commit."""
        return self._refs.read(self._ref) or ""

    def arrive(self) -> str:
        """Return its last commit; the files follow it if an earlier process could not see to that."""
        if is_being_rebased(self._repository, self._ref):
            raise ConflictError(
                f"{self.name}: is being rebased, and git would not find it where it left it",
                hint="end that with `git rebase --continue` or `git rebase --abort`",
            )
        self._mend()
        return self.known()

    def deepen(self) -> bool:
        """Fetch nothing: there is no remote."""
        return False

    def guard(self, changes: Sequence[FileChange]) -> None:
        """Refuse changes of files with uncommitted edits."""
        for checkout in self._checkouts():
            checkout.refuse_edited(changes)

    def move(self, expected: str, new: str, changes: Sequence[FileChange]) -> bool:
        """Move it by compare-and-swap; the files follow.

        Raises:
            IndexBusyError: a git command is changing the index of a checkout.
        """
        checkouts = self._checkouts()
        with _locked(checkouts):
            if checkouts:
                self._journal.write(changes)
            moved = self._refs.swap(self._ref, expected or None, new, f"gitcp: {self.name}")
            if moved:
                self._update(checkouts, changes)
            else:
                self._journal.drop()
        return moved

    def follow(self) -> tuple[str, ...]:
        """Return what has to be said of the files."""
        notes, self._notes = tuple(self._notes), []
        elsewhere = self._repository.work_tree is not None and not self._checkouts()
        return (*notes, f"the checkout is not on {self.name} and stays as it is") if elsewhere else notes

    def edited(self) -> tuple[str, ...]:
        """Return the record files with uncommitted edits."""
        self._mend()
        return tuple(sorted({path for checkout in self._checkouts() for path in checkout.edited()}))

    def _checkouts(self) -> list[Checkout]:
        return checkouts_of(self._repository, self._ref)

    def _update(self, checkouts: Sequence[Checkout], changes: Sequence[FileChange]) -> None:
        for checkout in checkouts:
            try:
                edited = checkout.update(changes)
            except GitcpError as error:  # the branch has moved; the journal stays for the next process
                self._notes.append(str(error))
                return
            self._notes += [f"{path}: was edited a moment ago and stays as it is" for path in edited]
        if checkouts:
            self._journal.finish()

    def _mend(self) -> None:
        checkouts, unfinished = self._checkouts(), self._journal.unfinished()
        for checkout in checkouts:
            checkout.tidy(unfinished)
        if unfinished:
            with _locked(checkouts):
                self._update(checkouts, self._still_there(unfinished))
        elif checkouts:
            self._restage(checkouts, self._still_there(self._journal.finished()))

    def _restage(self, checkouts: Sequence[Checkout], changes: Sequence[FileChange]) -> None:
        for checkout in checkouts:
            regressed = checkout.regressed(changes)
            if regressed:
                with checkout.index.locked():
                    checkout.index.stage(regressed)

    def _still_there(self, changes: Sequence[FileChange]) -> list[FileChange]:
        # What somebody has committed since is theirs; and everything is, if the branch never moved.
        tip = self.known()
        tree = self._objects.commit(tip).tree if tip else None
        return [change for change in changes if self._objects.leaf(tree, change.path) == change.after]


@contextmanager
def _locked(checkouts: Sequence[Checkout]) -> Iterator[None]:
    with ExitStack() as locks:
        for checkout in checkouts:
            locks.enter_context(checkout.index.locked())
        yield
