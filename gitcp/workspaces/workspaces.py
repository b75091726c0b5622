"""Workspaces: checkouts of execution repositories, which never learn of them.

Rule: of an execution repository gitcp only ever fetches, and to it it pushes one branch. All else is below the state folder:

    repositories/<name>-<key>.git                   a bare clone; <name>-<key>.2.git once the repository was made anew
    worktrees/<name>-<key>/<agent>.<task or run>    a checkout, with its note, its lock and gitcp's index of it beside it
    worktrees/<name>-<key>/checkout                 the one checkout of projects whose runs follow one another
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration
from gitcp.workspaces import names
from gitcp.workspaces.checkouts import check_out, detach, drop
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.delivery import Delivering
from gitcp.workspaces.files import told
from gitcp.workspaces.inventory import Inventory
from gitcp.workspaces.parcel import Parcel, Parcels
from gitcp.workspaces.places import PATIENCE, Note, Place, noted, taken
from gitcp.workspaces.preparing import CHECKOUT, Preparing, leaf_of, place_name
from gitcp.workspaces.program import Git
from gitcp.workspaces.repositories import Repositories, key_of
from gitcp.workspaces.rescue import Leavings
from gitcp.workspaces.values import (
    Collected,
    Delivered,
    Delivery,
    HeldBack,
    Obstacle,
    Purpose,
    RepositorySpec,
    Sent,
    Undelivered,
    Workspace,
)

TIMEOUT: Final = 600.0
ONE_AFTER_ANOTHER: Final = 60.0  # the run before may still be at its release


class Workspaces:
    """All workspaces of this machine below one state folder. Any number of processes may use it at once.

    What one has prepared it holds for as long as it lives: keep it until the release. One that does not fetch takes execution repositories
    as another has fetched them.
    """

    def __init__(self, state: Path, *, timeout: float = TIMEOUT, fetches: bool = True) -> None:
        self._git = Git(timeout)
        self._repositories = Repositories(state.absolute() / "repositories", self._git, fetches=fetches)
        self._worktrees = state.absolute() / "worktrees"
        self._taken: dict[Path, Place] = {}
        self.inventory = Inventory(state.absolute() / "repositories", self._worktrees, self._git)

    @told()
    def fetch(self, spec: RepositorySpec) -> None:
        """Bring gitcp's own clone of an execution repository up to date.

        Raises:
            WorkspaceError: it cannot be reached, or does not have the branch.
        """
        self._repositories.refreshed(spec).target()

    @told()
    def prepare(self, spec: RepositorySpec, purpose: Purpose) -> Workspace:
        """Make a checkout for a run, where its work goes on.

        It starts from the branch of its purpose if that was delivered before, else from the branch of the repository. What was found in the
        place is saved first; what the last run of this agent on this task left undelivered is brought back where it applies, and ignored
        files stay. The place is held until `release`, or until this object or its process is gone.

        Raises:
            WorkspaceError: the repository cannot be used, or a living process works in the place.
        """
        branch = names.branch(purpose.branch or f"{names.agent(purpose.agent)}/{leaf_of(purpose)}")
        if branch == spec.branch:
            raise WorkspaceError(
                f"branch {branch}: expected another branch than the one that work is integrated into",
                hint="set branch: of the project, e.g. to '{agent}/{task}'",
            )
        name = place_name(purpose)
        clone = self._repositories.refreshed(spec)
        patience = ONE_AFTER_ANOTHER if name == CHECKOUT else PATIENCE
        place = taken(Place(self._worktrees / key_of(spec) / name), patience)
        try:
            workspace = Preparing(self._git, self._repositories, clone, place).prepare(purpose, branch)
        except BaseException:
            place.give_back()
            raise
        self._taken[place.path] = place
        return workspace

    @told()
    def collect(self, workspace: Workspace) -> Collected:
        """Return what the run made; what is not a commit on the way to its head is saved first. The checkout stays as it is."""
        return self._leavings(workspace).collect()

    @told()
    def deliver(
        self, workspace: Workspace, collected: Collected, integrate: Integration, target: str
    ) -> Delivery:
        """Bring the run's commits to the execution repository as the project says; what cannot be delivered is saved.

        Raises:
            WorkspaceError: it cannot be reached. Nothing is lost: deliver again, or release.
        """
        leavings, clone = self._leavings(workspace), self._clone(workspace)
        delivery = Delivering(clone, workspace, collected, leavings).deliver(integrate, names.branch(target))
        if isinstance(delivery, Delivered):
            self._note_delivered(workspace, collected.head)
        return delivery

    @told()
    def integrate(self, spec: RepositorySpec, held: HeldBack, integrate: Integration) -> Delivery:
        """Bring exactly this commit into the branch of the repository; what is there already stays as it is. Then its own branch is over.

        Raises:
            WorkspaceError: the repository cannot be used. Nothing is lost: integrate again.
        """
        clone, commit = self._repositories.refreshed(spec), names.commit(held.commit)
        branch = names.branch(held.branch)
        if not clone.has(commit):
            return Undelivered(Obstacle.CONFLICT, f"{spec.name} has no commit {commit} any more", "", None)
        place = self._worktrees / key_of(spec) / f"integrate.{names.run(held.run)}"
        author = names.identity(held.author)
        base = clone.target()
        workspace = Workspace(place, clone.path, spec, held.run, held.agent, held.task, author, base, branch)
        commits = clone.between(base, commit)
        if not commits:
            return Delivered(base, spec.branch, integrated=True, commits=())
        leavings = Leavings(self._git, clone, workspace)
        done = Delivering(clone, workspace, Collected(commits, commit), leavings).deliver(
            integrate, spec.branch
        )
        if isinstance(done, Delivered):
            # Work that comes later begins where others' does. Who forbids this loses nothing.
            clone.push(f"--force-with-lease=refs/heads/{branch}:{commit}", "origin", f":refs/heads/{branch}")
        return done

    @told()
    def release(self, workspace: Workspace) -> str | None:
        """Save what is not delivered, and return the run's rescue ref if there is one. Twice is as once.

        A checkout that is kept stays as it is, on no branch; any other is removed.

        Raises:
            WorkspaceError: a living process works in it, or it cannot be removed.
        """
        note = Place(workspace.path).read()
        if note is None or note.released or note.workspace.run != workspace.run:
            return None
        place = self._taken.pop(workspace.path, None) or taken(Place(workspace.path))
        try:
            return self._left(place, note) if workspace.kept else self._removed(place, note)
        finally:
            place.give_back()

    @told()
    def pack(self, workspace: Workspace, collected: Collected, into: Path, most: int) -> bool:
        """Write the run's commits and its rescued work into a git bundle instead of delivering them; return whether there is anything to write.

        Raises:
            WorkspaceError: it cannot be written, or would have more than `most` bytes; there is none.
        """
        packed = Parcels(self._git, self._clone(workspace)).pack(workspace.run, collected, into, most)
        self._note_delivered(workspace, collected.head)
        return packed

    @told()
    def unpack(self, spec: RepositorySpec, sent: Sent, bundle: Path | None) -> tuple[Workspace, Parcel]:
        """Return what a run has packed elsewhere so that it can be delivered from here; believe nothing of it.

        Without a bundle its commits are in the execution repository, or it made none. What is not sound is no error, but must not be delivered.

        Raises:
            WorkspaceError: the repository cannot be used.
        """
        clone = self._repositories.refreshed(spec)
        branch, base = names.branch(sent.branch), names.commit(sent.base)
        workspace = Workspace(
            path=self._worktrees / key_of(spec) / f"outbox.{names.run(sent.run)}",
            clone=clone.path,
            repository=spec,
            run=sent.run,
            agent=sent.agent,
            task=sent.task,
            author=names.identity(sent.author),
            base=base,
            branch=branch,
            continues=clone.tip(branch) == base,
        )
        parcels, head = Parcels(self._git, clone), names.commit(sent.head)
        try:
            return workspace, parcels.unpack(bundle, workspace, head)
        except WorkspaceError as error:
            return workspace, Parcel(Collected((), base), error.message)

    @told()
    def delivered_before(self, workspace: Workspace, collected: Collected, branch: str) -> tuple[str, ...]:
        """Return the commits of a branch of the execution repository that are the run's, put on top of others' by an earlier delivery."""
        return Parcels(self._git, self._clone(workspace)).there(workspace, collected, branch)

    def leftovers(self) -> list[Workspace]:
        """Return the workspaces of runs that died without releasing theirs; each can be collected and released."""
        found = []
        for place in noted(self._worktrees):
            note = place.read()
            if note and not note.released and place.take():
                place.give_back()
                found.append(note.workspace)
        return found

    @contextmanager
    def at_commit(self, spec: RepositorySpec, commit: str) -> Iterator[Path]:
        """Make a clean checkout of a commit, on no branch, and remove it afterwards.

        Raises:
            WorkspaceError: the repository does not have it.
        """
        with told():
            clone = self._with(spec, names.commit(commit))
            place = self._free(self._worktrees / key_of(spec))
        try:
            with told():
                clone.restore()
                clone.expect_true(commit)
                check_out(self._git, clone, place.path, commit)
            yield place.path
        finally:
            try:
                drop(clone.path, place.path)
            finally:
                place.give_back()

    @told()
    def file_at(self, spec: RepositorySpec, path: str) -> str | None:
        """Return the text of a file at the tip of the repository's branch, or none if there is no such file.

        What was fetched last answers; the repository is asked only for a file that is not there.

        Raises:
            WorkspaceError: the path leads out of the repository, or that cannot be reached.
        """
        name = str(names.path(path))
        clone = self._repositories.newest(spec)
        tip = clone.tip(spec.branch) if clone.exists() else None
        text = clone.text_at(tip, name) if tip else None
        if text is None:
            clone = self._repositories.refreshed(spec)
            text = clone.text_at(clone.target(), name)
        return text

    def _left(self, place: Place, note: Note) -> str | None:
        workspace, leavings = note.workspace, self._leavings(note.workspace)
        left, branches = leavings.save_all(note.delivered), leavings.own_branches()
        clone = self._clone(workspace)
        detach(clone, workspace.path, left.head)
        clone.forget(branches)
        place.write(replace(note, released=True))
        return left.rescue

    def _removed(self, place: Place, note: Note) -> str | None:
        workspace, leavings = note.workspace, self._leavings(note.workspace)
        left, branches = leavings.save_all(note.delivered), leavings.own_branches()
        drop(workspace.clone, workspace.path)
        self._clone(workspace).forget(branches)
        place.forget()
        return left.rescue

    def _note_delivered(self, workspace: Workspace, head: str) -> None:
        place = Place(workspace.path)
        note = place.read()
        if note and note.workspace.run == workspace.run:
            place.write(replace(note, delivered=head))

    def _leavings(self, workspace: Workspace) -> Leavings:
        return Leavings(self._git, self._clone(workspace), workspace)

    def _clone(self, workspace: Workspace) -> Clone:
        return self._repositories.at(workspace.clone, workspace.repository)

    def _with(self, spec: RepositorySpec, commit: str) -> Clone:
        for clone in reversed(self._repositories.all(spec)):
            if clone.exists() and clone.has(commit):
                return clone
        clone = self._repositories.refreshed(spec)
        if not clone.has(commit):
            raise WorkspaceError(f"repository {spec.name}: it has no commit {commit}")
        return clone

    def _free(self, folder: Path) -> Place:
        places = (Place(folder / f"commit.{number}") for number in count(1))
        return next(place for place in places if place.take())
