"""A control repository opened for work: the store, the clock, the machine's state folder, the execution repositories."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gitcp.control.clock import Clock, new_request
from gitcp.control.state import State, default_state
from gitcp.core.admission import judge
from gitcp.core.org import person_by_email
from gitcp.errors import GitcpError, NotAllowedError
from gitcp.model.actors import as_person, the_scheduler
from gitcp.model.base import format_instant
from gitcp.model.operation import Actor, Applied, Call, Operation, Operations, Receipt, Refusal
from gitcp.model.snapshot import Snapshot
from gitcp.store.company_file import expect_company
from gitcp.store.filling import Progress
from gitcp.store.git_store import GitStore
from gitcp.workspaces import RepositorySpec, Workspaces


@dataclass(frozen=True, slots=True)
class Plane:
    """Everything that a command, a tick or a runner works with."""

    store: GitStore
    clock: Clock
    state: State
    workspaces: Workspaces

    @classmethod
    @contextmanager
    def open(cls, path: Path, clock: Clock, progress: Progress | None = None) -> Iterator[Self]:
        """Open the control repository that `path` lies in; `progress` is told how long the records take to be read, where they do.

        Raises:
            NotAControlRepositoryError: there is none.
        """
        expect_company(path)
        with GitStore.open(path, judge=judge, progress=progress) as store:
            folder = store.config("gitcp.state")
            place = Path(folder).expanduser() if folder else default_state(store.git_directory, os.environ)
            state = State(store.root / place)
            yield cls(store, clock, state, Workspaces(state.folder))

    @property
    def door(self) -> Operations:
        """Where persons and agents change records: what needs approval is asked for."""
        from gitcp.control.asking import Asking  # noqa: PLC0415 - most ticks change nothing

        return Asking(self.store)

    def expect_shiftable(self) -> None:
        """Allow a shifted clock only where no other clock is involved, and never before what is recorded.

        Raises:
            GitcpError: there is a remote, or the branch has a later commit.
        """
        if self.store.has_remote:
            raise GitcpError(
                "--at: expected a repository without remote, found one with", hint="try it in a copy"
            )
        last = next(self.store.history().entries(limit=1), None)
        if last is not None and self.clock.now() < last.at:
            shown = format_instant(last.at)
            raise GitcpError(
                f"--at: expected a time after the last commit, {shown}",
                hint="time is never shifted backwards",
            )

    def snapshot(self) -> Snapshot:
        """Return the records as they are in the branch now."""
        return self.store.snapshot()

    def repository(self, snapshot: Snapshot, name: str) -> RepositorySpec:
        """Return where an execution repository is; a relative path counts from the control repository's folder.

        Raises:
            GitcpError: `gitcp.yaml` names no such repository.
        """
        company = snapshot.company
        found = company.repositories.get(name) if company else None
        if found is None:
            raise GitcpError(
                f"gitcp.yaml: repositories: expected {name}, found none", hint="name its url there"
            )
        url = found.url
        if url.startswith((".", "~")):
            url = str((self.store.root / Path(url).expanduser()).resolve())
        return RepositorySpec(name=name, url=url, branch=found.branch)

    def person(self) -> Actor:
        """Return the person at the keyboard, by their Git identity.

        Raises:
            NotAllowedError: Git has no identity here, or it is no member's.
        """
        name, email = self.store.config("user.name"), self.store.config("user.email")
        if not email:
            raise NotAllowedError("git has no identity here", hint="git config user.email YOU@EXAMPLE.COM")
        person = person_by_email(self.snapshot(), email)
        if person is None:
            raise NotAllowedError(
                f"{name or 'somebody'} <{email}> is no member of this company",
                hint="add the address to `emails:` of your file in org/, or set git config user.email",
            )
        return as_person(person, email)

    def call(self, actor: Actor, *, request: str | None = None, reason: str | None = None) -> Call:
        """Return the circumstances of an operation that is done now."""
        return Call(actor, self.clock.now(), request or new_request(), reason)

    def apply(
        self, operation: Operation, actor: Actor, *, request: str | None = None
    ) -> tuple[Receipt, tuple[str, ...]]:
        """Carry out one operation; return its receipt and what the store has to say.

        Raises:
            GitcpError: it was refused; nothing was written.
        """
        call = self.call(actor, request=request)
        applied = self.door.apply(lambda _: [(operation, call)])
        return _only(applied), applied.notes

    def apply_as_scheduler(self, operation: Operation, *, request: str | None = None) -> Receipt:
        """Carry out one operation of gitcp's own.

        Raises:
            GitcpError: it was refused; nothing was written.
        """
        return self.apply(operation, the_scheduler(), request=request)[0]


def _only(applied: Applied) -> Receipt:
    result = applied.results[0]
    if isinstance(result, Refusal):
        raise result.error
    return result
