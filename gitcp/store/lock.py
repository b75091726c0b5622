"""The lock that one process at a time holds while it changes a repository."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from gitcp.errors import ConflictError
from gitcp.store.turns import Turns

_POLL: Final = 0.01
_BRIEFLY: Final = 0.1


class StoreLock:
    """A lock among all processes and threads on one repository, first come first served; a thread that holds it may take it again."""

    def __init__(self, path: Path, patience: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(path)
        self._turns = Turns(path.with_name(f"{path.name}.queue"))
        self._patience = patience

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for a block.

        Raises:
            ConflictError: somebody else has held it for too long.
        """
        if self._lock.is_locked:  # by this very thread
            yield
            return
        with self._turns.taken(self._patience) as is_next:
            self._acquire(self._patience if is_next else min(self._patience, _BRIEFLY))
            try:
                yield
            finally:
                self._lock.release()

    def _acquire(self, patience: float) -> None:
        try:
            self._lock.acquire(timeout=patience, poll_interval=_POLL)
        except Timeout as error:
            raise ConflictError(
                f"{self._lock.lock_file}: another gitcp has held this lock for {self._patience:.0f} seconds",
                hint="wait for it to end, or end it",
            ) from error
