"""What was said before the command: which repository, which time."""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gitcp.errors import GitcpError, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcp.cli.desk import Desk
    from gitcp.control.plane import Plane


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the `gitcp` command itself."""

    repo: str | None = None
    at: datetime | None = None

    def place(self) -> Path:
        """Return where the control repository is looked for.

        Raises:
            NotAllowedError: a run asks, which does not see the repository.
            RemoteError: it is named by a URL, and cannot be cloned.
        """
        if self.repo is None and os.environ.get("GITCP_API_KEY"):
            if os.environ.get("GITCP_API_URL") and not os.environ.get("GITCP_RUN_ID"):
                hint = "name it: gitcp -C DIR"
                raise NotAllowedError(
                    "GITCP_API_URL leads elsewhere, where there is no repository", hint=hint
                )
            hint = "inside a run there are gitcp inbox, task, comment, document and run"
            raise NotAllowedError("a run does not see the control repository", hint=hint)
        if self.repo is not None and ":" in self.repo:
            from gitcp.control.clones import clone_of, is_url

            if is_url(self.repo):
                return clone_of(self.repo, os.environ)
        return Path(self.repo or ".")

    @contextmanager
    def plane(self, *, shift: float = 0.0) -> "Iterator[Plane]":
        """Open the control repository; `shift` is how many seconds ahead a runner's clock is, as its tick said.

        Raises:
            NotAControlRepositoryError: there is none here.
            GitcpError: the time was shifted where it must not be; or a run asks, which does not see the repository.
        """
        place = self.place()
        from gitcp.cli.progress import Counting
        from gitcp.control.clock import Clock
        from gitcp.control.plane import Plane

        clock = Clock(timedelta(seconds=shift)) if self.at is None else Clock.at(self.at)
        with Plane.open(place, clock, Counting()) as plane:
            if self.at is not None:
                plane.expect_shiftable()
            yield plane

    @contextmanager
    def desk(self) -> "Iterator[Desk]":
        """Open what commands read and write: inside a run its callback, with a person's token the scheduler's API, else the repository.

        A repository that was named comes before both.

        Raises:
            GitcpError: as `plane`; or the time was shifted inside of a run.
        """
        elsewhere = _desk_elsewhere() if self.repo is None else None
        if elsewhere is not None:
            if self.at is not None:
                who = (
                    "a run has the time of its runner"
                    if elsewhere.is_inside
                    else "who answers has its own time"
                )
                raise GitcpError(f"--at: {who}", hint="leave --at out")
            yield elsewhere
            return
        from gitcp.cli.repository_desk import RepositoryDesk

        with self.plane() as plane:
            yield RepositoryDesk(plane)


def _desk_elsewhere() -> "Desk | None":
    # The client is imported where there is something to call.
    if not os.environ.get("GITCP_API_URL"):
        return None
    from gitcp.api.client import CallbackClient
    from gitcp.cli.callback_desk import CallbackDesk
    from gitcp.cli.person_desk import PersonDesk

    client = CallbackClient.from_environment(os.environ)
    if client is None or client.run_id:
        return CallbackDesk.from_environment()
    return PersonDesk(client)
