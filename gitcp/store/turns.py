"""Taking turns: who came first goes first. It only orders those who wait, and guards nothing; a lock does that.

A polled lock goes to whoever looks at the right moment, which is most often the one that has just let go of it.
"""

import contextlib
import fcntl
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SHORTEST: Final = 0.001
_LONGEST: Final = 0.05


class Turns:
    """A queue of the processes and threads of one machine: a folder with a file for each, locked as long as its owner lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def taken(self, patience: float) -> Iterator[bool]:
        """Hold a turn for a block; false: nobody ahead has moved for so many seconds, or there can be no queue here."""
        try:
            ticket = _Ticket(self._folder)
        except OSError:
            yield False
            return
        try:
            yield self._is_first(ticket.name, patience)
        finally:
            ticket.give_back()

    def _is_first(self, name: str, patience: float) -> bool:
        first, since = "", 0.0
        while ahead := self._ahead_of(name):
            now = time.monotonic()
            if ahead[0] != first:
                first, since = ahead[0], now
            if self._was_left_behind(first):
                continue
            if now - since > patience:
                return False
            # Who stands far behind need not look often.
            time.sleep(min(_SHORTEST * len(ahead) ** 2, _LONGEST) * random.uniform(0.7, 1.3))  # noqa: S311 - no secret
        return True

    def _ahead_of(self, name: str) -> list[str]:
        try:
            return sorted(path.name for path in self._folder.iterdir() if "0" <= path.name < name)
        except OSError:
            return []

    def _was_left_behind(self, name: str) -> bool:
        """Clear away the ticket of somebody who died."""
        path = self._folder / name
        try:
            opened = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return True  # given back just now
        except OSError:
            return False
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except OSError:
            return False
        finally:
            os.close(opened)
        return True


class _Ticket:
    """A place in the queue; its name sorts by when it was drawn."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name = f"{time.monotonic_ns():020d}-{os.getpid()}-{threading.get_ident()}"
        self._path = folder / self.name
        beside = folder / f".{self.name}"
        self._opened = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            beside.rename(self._path)  # nobody sees it before it is locked, or it would count as left behind
        except OSError:
            os.close(self._opened)
            beside.unlink(missing_ok=True)
            raise

    def give_back(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        os.close(self._opened)
