"""What a program can be kept in: one protocol for the levels, and one for the cell that a single start gets."""

from collections.abc import Collection, Sequence
from typing import Protocol

import psutil

from gitcp.model.runtimes import Sandbox
from gitcp.runtimes.base import Launch


class Cell(Protocol):
    """What one program is kept in, from before its start until nothing of it is left."""

    @property
    def argv(self) -> Sequence[str]:
        """What to start instead of the program."""
        ...

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The open files that what is started inherits."""
        ...

    def started(self, leader: psutil.Process) -> None:
        """Take note of what was started. Called once, at once, also when it has ended already."""
        ...

    def pids(self) -> Collection[int]:
        """Return the processes that are inside now, however they hide; empty where the level cannot tell."""
        ...

    def keepers(self) -> Collection[psutil.Process]:
        """Return what is not the program's but holds the cell: it ends by itself after the program and is never asked to."""
        ...

    def end(self) -> None:
        """End at once what the level holds, without grace, and wait for it for a few seconds. Twice is as once."""
        ...

    def was_begun(self) -> bool:
        """Whether the program was begun in the cell and ended by itself. Asked once all have ended."""
        ...

    def close(self) -> None:
        """Give back what the cell took, once all have ended."""
        ...


class Confinement(Protocol):
    """One level of isolation."""

    @property
    def level(self) -> Sandbox:
        """The level's name, as a run records it."""
        ...

    def why_not(self, *, network: bool) -> str | None:
        """Say why this machine does not give this level to this user, or none. Without `network` it must also keep programs off every network.

        Tried out by a real start, once for each process of gitcp.
        """
        ...

    def cell(self, argv: Sequence[str], launch: Launch) -> Cell:
        """Make the cell for one start of a program.

        Raises:
            OSError: it cannot be made, or the program is not there to be started.
        """
        ...
