"""The lock that one process at a time holds while it changes a repository, and how long to wait between attempts."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from gitcp.errors import ConflictError

_POLL: Final = 0.01
_FIRST_WAIT: Final = 0.02
_LONGEST_WAIT: Final = 4.0


class StoreLock:
    """A lock among all processes and threads on one repository; a thread that holds it may take it again."""

    def __init__(self, path: Path, patience: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(path)
        self._patience = patience

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for a block.

        Raises:
            ConflictError: somebody else has held it for too long.
        """
        try:
            self._lock.acquire(timeout=self._patience, poll_interval=_POLL)
        except Timeout as error:
            raise ConflictError(
                f"{self._lock.lock_file}: another gitcp has held this lock for {self._patience:.0f} seconds",
                hint="wait for it to end, or end it",
            ) from error
        try:
            yield
        finally:
            self._lock.release()


def waits() -> Iterator[float]:
    """Yield how many seconds to wait before each next attempt: longer and longer, and never the same for two who collide."""
    longest = _FIRST_WAIT
    while True:
        yield random.uniform(0, longest)  # noqa: S311 - no secret
        longest = min(2 * longest, _LONGEST_WAIT)
