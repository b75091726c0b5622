"""The record branch of a repository without remote: moved in place, and the files of its checkout with it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from gitcp.errors import ConflictError, GitcpError
from gitcp.store.checkout import Checkout
from gitcp.store.journal import Journal
from gitcp.store.objects import Objects
from gitcp.store.refs import Refs
from gitcp.store.remote import BRANCHES
from gitcp.store.repository import Repository
from gitcp.store.seen import Seen, noting
from gitcp.store.trees import FileChange
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
        self._seen = Seen(name, repository.git_dir, refs)

    def close(self) -> None:
        """Note what was not noted yet."""
        self._seen.close()

    def known(self) -> str:
        """Return its last commit."""
        return self._refs.read(self._ref) or ""

    def notice(self) -> None:
        """Take note of its last commit."""
        self._seen.follow(self.known)

    def turn(self) -> AbstractContextManager[None]:
        """Wait for nobody: the lock of the store is all that there is to wait for."""
        return nullcontext()

    def expected(self) -> str:
        """Return its last commit."""
        return self.arrive()

    def look(self) -> tuple[str, bool]:
        """Return its last commit; elsewhere there is nobody."""
        return self.arrive(), False

    def confirm(self, tip: str) -> bool:
        """Whether a commit is its last one."""
        return self.known() == tip

    def arrive(self) -> str:
        """Return its last commit; the files follow it if an earlier process could not see to that."""
        if is_being_rebased(self._repository, self._ref):
            raise ConflictError(
                f"{self.name}: is being rebased, and git would not find it where it left it",
                hint="end that with `git rebase --continue` or `git rebase --abort`",
            )
        self._mend()
        self.notice()
        return self.known()

    def deepen(self) -> bool:
        """Fetch nothing: there is no remote."""
        return False

    def guard(self, changes: Sequence[FileChange]) -> None:
        """Refuse changes of files with uncommitted edits."""
        for checkout in self._checkouts():
            checkout.refuse_edited(changes)

    def move(self, expected: str, new: str, changes: Sequence[FileChange]) -> bool:
        """Move it by compare-and-swap, once files and index are there: what reads the branch after that, reads them as they are now.

        Raises:
            IndexBusyError: a git command is changing the index of a checkout.
        """
        checkouts, noted = self._checkouts(), len(self._notes)
        with _locked(checkouts):
            if checkouts:
                self._journal.write(changes)
            followed = self._update(checkouts, changes)
            moved = self._refs.swap(self._ref, expected or None, new, f"gitcp: {self.name}")
            if moved:
                with noting(self._notes):
                    self._seen.moved(expected, new)
            else:
                del self._notes[noted:]
                followed = self._update(checkouts, _back(changes))
            if checkouts and followed:
                self._journal.finish()
        return moved

    def follow(self) -> tuple[str, ...]:
        """Return what has to be said of the files."""
        notes, self._notes = tuple(self._notes), []
        elsewhere = self._repository.work_tree is not None and not self._checkouts()
        return (*notes, f"the checkout is not on {self.name} and stays as it is") if elsewhere else notes

    def edited(self, paths: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the record files with uncommitted edits; only those of `paths`, if given."""
        self._mend()
        return tuple(sorted({path for checkout in self._checkouts() for path in checkout.edited(paths)}))

    def _checkouts(self) -> list[Checkout]:
        return checkouts_of(self._repository, self._ref)

    def _update(self, checkouts: Sequence[Checkout], changes: Sequence[FileChange]) -> bool:
        """Bring the files of all checkouts up to date; return whether that was possible, else the next process goes on by the journal."""
        for checkout in checkouts:
            try:
                edited = checkout.update(changes)
            except GitcpError as error:
                self._notes.append(str(error))
                return False
            self._notes += [f"{path}: was edited a moment ago and stays as it is" for path in edited]
        return True

    def _mend(self) -> None:
        checkouts, unfinished = self._checkouts(), self._journal.unfinished()
        for checkout in checkouts:
            checkout.tidy(unfinished)
        if unfinished:
            due = [*self._still_there(unfinished), *self._still_there(_back(unfinished))]
            with _locked(checkouts):
                if self._update(checkouts, due) and checkouts:
                    self._journal.finish()
        elif checkouts:
            self._restage(checkouts, self._still_there(self._journal.finished()))

    def _restage(self, checkouts: Sequence[Checkout], changes: Sequence[FileChange]) -> None:
        for checkout in checkouts:
            regressed = checkout.regressed(changes)
            if regressed:
                with checkout.index.locked():
                    checkout.index.stage(regressed)

    def _still_there(self, changes: Sequence[FileChange]) -> list[FileChange]:
        # What somebody has committed since is theirs.
        tip = self.known()
        tree = self._objects.commit(tip).tree if tip else None
        return [change for change in changes if self._objects.leaf(tree, change.path) == change.after]


def _back(changes: Sequence[FileChange]) -> list[FileChange]:
    return [FileChange(change.path, change.after, change.before) for change in changes]


@contextmanager
def _locked(checkouts: Sequence[Checkout]) -> Iterator[None]:
    with ExitStack() as locks:
        for checkout in checkouts:
            locks.enter_context(checkout.index.locked())
        yield
