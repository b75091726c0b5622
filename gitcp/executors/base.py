"""Where a run's runner is started: one protocol, and its values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Job:
    """What to start: the runner of one run. `environment` is all that it gets; what it prints goes to `log`."""

    run: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path


@dataclass(frozen=True, slots=True)
class Handle:
    """A job that was started, as plain text: `place` says where to look for it, `started` tells it from a later one in that place."""

    run: str
    place: str
    started: str


class Executor(Protocol):
    """A place where runners run. None of its answers decides about a run: the record and the lease do."""

    def start(self, job: Job) -> Handle:
        """Start the job and return at once; the job goes on when this process ends.

        Raises:
            RuntimeUnavailableError: it cannot be started here.
        """
        ...

    def is_alive(self, handle: Handle) -> bool:
        """Whether the job still runs; any process may ask, not only the one that started it."""
        ...

    def wait(self, handles: Collection[Handle], timeout: float) -> frozenset[Handle]:
        """Return those that have ended, as soon as there is one; after `timeout` seconds return none. Without handles return at once."""
        ...
