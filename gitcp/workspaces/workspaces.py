"""Workspaces: checkouts of execution repositories, which never learn of them.

Rule: of an execution repository gitcp only ever fetches, and to it it pushes one branch. All else is below the state folder:

    repositories/<name>-<key>.git                   a bare clone; <name>-<key>.2.git once the repository was made anew
    worktrees/<name>-<key>/<agent>.<task or run>    a checkout, with its note and its lock beside it
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration
from gitcp.workspaces import names
from gitcp.workspaces.checkouts import check_out, drop
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.delivery import Delivering
from gitcp.workspaces.files import told
from gitcp.workspaces.parcel import Parcel, Parcels
from gitcp.workspaces.places import Place, noted, taken
from gitcp.workspaces.program import Git
from gitcp.workspaces.repositories import Repositories, key_of
from gitcp.workspaces.rescue import Leavings
from gitcp.workspaces.values import Collected, Delivered, Delivery, RepositorySpec, Sent, Workspace

TIMEOUT: Final = 600.0


class Workspaces:
    """All workspaces of this machine below one state folder. Any number of processes may use it at once.

    What one has prepared it holds for as long as it lives: keep it until the release.
    """

    def __init__(self, state: Path, *, timeout: float = TIMEOUT) -> None:
        self._git = Git(timeout)
        self._repositories = Repositories(state.absolute() / "repositories", self._git)
        self._worktrees = state.absolute() / "worktrees"
        self._taken: dict[Path, Place] = {}
        self._delivered: dict[Path, str] = {}

    @told()
    def prepare(
        self, spec: RepositorySpec, *, run: str, agent: str, task: str | None, author: tuple[str, str]
    ) -> Workspace:
        """Make a clean checkout for a run, where its work goes on.

        It starts from the branch `<agent>/<task>` (`<agent>/<run>` without a task) if that was delivered before, else from the branch of
        the repository. What a dead run has left in the place is rescued first. The place is held until `release`, or until this
        object or its process is gone.

        Raises:
            WorkspaceError: the repository cannot be used, or a living process works in the place.
        """
        leaf = names.task(task) if task else names.run(run)
        branch = f"{names.agent(agent)}/{leaf}"
        clone = self._repositories.refreshed(spec)
        place = taken(Place(self._worktrees / key_of(spec) / f"{agent}.{leaf}"))
        try:
            before = clone.tip(branch)
            workspace = Workspace(
                path=place.path,
                clone=clone.path,
                repository=spec,
                run=names.run(run),
                agent=agent,
                task=task,
                author=names.identity(author),
                base=before or clone.target(),
                branch=branch,
                continues=before is not None,
                rescued=self._cleared(place),
            )
            place.note(workspace)
            check_out(self._git, clone, place.path, workspace.base, branch)
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
            self._delivered[workspace.path] = collected.head
        return delivery

    @told()
    def release(self, workspace: Workspace) -> str | None:
        """Save what is not delivered, remove the checkout, and return the run's rescue ref if there is one. Twice is as once.

        Raises:
            WorkspaceError: a living process works in it, or it cannot be removed.
        """
        noted = Place(workspace.path).noted()
        if noted is None or noted.run != workspace.run:
            return None
        place = self._taken.pop(workspace.path, None) or taken(Place(workspace.path))
        try:
            rescue = self._emptied(workspace)
            place.forget()
        finally:
            place.give_back()
        return rescue

    @told()
    def pack(self, workspace: Workspace, collected: Collected, into: Path, most: int) -> bool:
        """Write the run's commits and its rescued work into a git bundle instead of delivering them; return whether there is anything to write.

        Raises:
            WorkspaceError: it cannot be written, or would have more than `most` bytes; there is none.
        """
        packed = Parcels(self._git, self._clone(workspace)).pack(workspace.run, collected, into, most)
        self._delivered[workspace.path] = collected.head
        return packed

    @told()
    def unpack(self, spec: RepositorySpec, sent: Sent, bundle: Path | None) -> tuple[Workspace, Parcel]:
        """Return what a run has packed elsewhere so that it can be delivered from here; believe nothing of it.

        Without a bundle its commits are in the execution repository, or it made none. What is not sound is no error, but must not be delivered.

        Raises:
            WorkspaceError: the repository cannot be used.
        """
        clone = self._repositories.refreshed(spec)
        leaf = names.task(sent.task) if sent.task else names.run(sent.run)
        branch, base = f"{names.agent(sent.agent)}/{leaf}", names.commit(sent.base)
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
            workspace = place.noted()
            if workspace and place.take():
                place.give_back()
                found.append(workspace)
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

    def _cleared(self, place: Place) -> str | None:
        left = place.noted()
        return self._emptied(left) if left else None

    def _emptied(self, workspace: Workspace) -> str | None:
        clone, leavings = self._clone(workspace), self._leavings(workspace)
        rescue = leavings.save_all(self._delivered.pop(workspace.path, None))
        branches = leavings.own_branches()
        drop(clone.path, workspace.path)
        clone.forget(branches)
        return rescue

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
