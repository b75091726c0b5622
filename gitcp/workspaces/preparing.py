"""One place made ready for one run.

Rule: what is found there is saved first. What a run that died left half prepared is saved as well, but never brought back: it is a
mixture of two commits.
"""

import shutil
from dataclasses import dataclass, replace
from typing import Final

from gitcp.errors import WorkspaceError
from gitcp.model.planning import WorkspaceMode
from gitcp.workspaces import names
from gitcp.workspaces.checkouts import Looked, apply, check_out, drop, registration, renew
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.places import Note, Place
from gitcp.workspaces.program import Git
from gitcp.workspaces.repositories import Repositories
from gitcp.workspaces.rescue import Leavings
from gitcp.workspaces.resuming import Resumed, resumed
from gitcp.workspaces.values import Collected, Purpose, Workspace

CHECKOUT: Final = "checkout"


@dataclass(frozen=True, slots=True)
class _Found:
    """What was in the place: whose it was, what was left; `new`: it was saved only now; the local branches that go with it."""

    note: Note
    left: Collected
    new: bool
    branches: list[str]


def is_kept(purpose: Purpose) -> bool:
    """Whether the checkout stays for the next run: of the same task, or of any where all share one."""
    return purpose.task is not None and purpose.mode is not WorkspaceMode.RUN


def place_name(purpose: Purpose) -> str:
    """Name the place of a run, from names that were checked."""
    if is_kept(purpose) and purpose.mode is WorkspaceMode.CHECKOUT:
        return CHECKOUT
    return f"{names.agent(purpose.agent)}.{leaf_of(purpose)}"


def leaf_of(purpose: Purpose) -> str:
    """Name what a run is about: its task, else itself."""
    return names.task(purpose.task) if purpose.task else names.run(purpose.run)


class Preparing:
    """A place that is held by this process."""

    def __init__(self, git: Git, repositories: Repositories, clone: Clone, place: Place) -> None:
        self._git = git
        self._repositories = repositories
        self._clone = clone
        self._place = place

    def prepare(self, purpose: Purpose, branch: str) -> Workspace:
        """Make the checkout for a run.

        Raises:
            WorkspaceError: it cannot be made; what was found is saved, or still there.
        """
        found = self._found()
        before = self._clone.tip(branch)
        base = before or self._clone.target()
        start = self._start(purpose, base, found)
        saved = found.left.rescue if found else None
        workspace = Workspace(
            path=self._place.path,
            clone=self._clone.path,
            repository=self._clone.spec,
            run=names.run(purpose.run),
            agent=purpose.agent,
            task=purpose.task,
            author=names.identity(purpose.author),
            base=base,
            branch=branch,
            continues=before is not None,
            kept=is_kept(purpose),
            rescued=saved if found and (found.new or not start.whole) else None,
            restored=saved if start.tree or start.commit != base else None,
        )
        self._place.write(Note(workspace))
        self._check_out(workspace, start.commit, found)
        workspace = self._applied(workspace, start)
        self._place.write(Note(workspace, ready=True))
        return workspace

    def _found(self) -> _Found | None:
        note = self._place.read()
        if note is None:
            return None
        clone = self._repositories.at(note.workspace.clone, note.workspace.repository)
        leavings = Leavings(self._git, clone, note.workspace)
        before = leavings.saved_commit()
        left = leavings.save_all(note.delivered)
        return _Found(note, left, leavings.saved_commit() != before, leavings.own_branches())

    def _start(self, purpose: Purpose, base: str, found: _Found | None) -> Resumed:
        if found is None:
            return Resumed(base, whole=True)
        was = found.note.workspace
        same = (was.agent, was.task, was.clone) == (purpose.agent, purpose.task, self._clone.path)
        if not (same and was.kept and is_kept(purpose) and found.note.ready and purpose.restores):
            return Resumed(base, whole=found.left.rescue is None)
        return resumed(self._clone, found.left, base, found.note.delivered, names.identity(purpose.author))

    def _check_out(self, workspace: Workspace, commit: str, found: _Found | None) -> None:
        was = found.note.workspace if found else None
        if found and was:
            self._repositories.at(was.clone, was.repository).forget(found.branches)
        looked = Looked(self._place.index, found.left.tree if found else None)
        if (
            was
            and workspace.kept
            and was.clone == workspace.clone
            and self._is_renewed(workspace, commit, looked)
        ):
            pass
        else:
            if found is None:
                self._put_aside(workspace)
            drop((was or workspace).clone, workspace.path)
            check_out(self._git, self._clone, workspace.path, commit, workspace.branch)
        self._keep_index(workspace)

    def _put_aside(self, workspace: Workspace) -> None:
        # Without a note nobody knows whose work it is, and it cannot be saved.
        path = workspace.path
        if path.is_symlink() or path.exists():
            path.rename(path.with_name(f"{path.name}.found-by.{workspace.run}"))

    def _is_renewed(self, workspace: Workspace, commit: str, looked: Looked) -> bool:
        try:
            renew(self._git, self._clone, workspace.path, commit, workspace.branch, looked)
        except (WorkspaceError, OSError):
            return False  # whatever it is, a fresh checkout does not have it
        return True

    def _keep_index(self, workspace: Workspace) -> None:
        own = registration(workspace.clone, workspace.path) / "index"
        shutil.copy2(own, self._place.index)

    def _applied(self, workspace: Workspace, start: Resumed) -> Workspace:
        if start.tree is None:
            return workspace
        try:
            index = apply(self._git, self._clone, workspace.path, start.commit, start.tree)
        except WorkspaceError:
            # An ignored file is where one of them belongs, say.
            restored = workspace.restored if start.commit != workspace.base else None
            return replace(workspace, rescued=workspace.restored, restored=restored)
        index.replace(self._place.index)
        return workspace
