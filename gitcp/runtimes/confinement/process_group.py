"""The level `process-group`: a session of its own and nothing else. It hides nothing; what it starts is swept by the run's mark."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import psutil

from gitcp.model.runtimes import Sandbox
from gitcp.runtimes.base import Launch


@dataclass(frozen=True, slots=True)
class Group:
    """A cell without walls."""

    argv: Sequence[str]
    descriptors: tuple[int, ...] = ()

    def started(self, leader: psutil.Process) -> None:
        """Know nothing of it: the tree finds its processes."""

    def pids(self) -> Collection[int]:
        """Tell nothing."""
        return ()

    def keepers(self) -> Collection[psutil.Process]:
        """Name none: the program itself was started."""
        return ()

    def end(self) -> None:
        """Hold nothing that could be ended at once."""

    def was_begun(self) -> bool:
        """Say yes: a program that cannot be begun has failed at its start."""
        return True

    def close(self) -> None:
        """Have nothing to give back."""


class ProcessGroup:
    """What every machine gives."""

    level: Final = Sandbox.PROCESS_GROUP

    def why_not(self, *, network: bool) -> str | None:
        """Refuse to keep a program off the network: it cannot."""
        return None if network else "a process group cannot keep a program off the network"

    def cell(self, argv: Sequence[str], launch: Launch) -> Group:  # noqa: ARG002
        """Start the program as it is."""
        return Group(argv)
