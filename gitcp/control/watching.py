"""Waking early when a ref moves. A hint and no more: who waits looks again after each, and at least twice a second."""

import ctypes
import os
import select
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

LOOKED_EVERY: Final = 0.5
# Where the kernel tells nothing: a fiftieth of a percent of a processor, and still quick.
BLIND_PAUSE: Final = 0.1

_IN_MOVED_TO: Final = 0x80
_IN_CREATE: Final = 0x100
_IN_DELETE: Final = 0x200
_FLAGS: Final = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)  # inotify's own have the same values


class Watch:
    """Wakes when something is put into, or taken out of, one of some folders."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._descriptor = _opened(folders)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def wait(self, seconds: float) -> bool:
        """Wait until something moved, for so many seconds at most and never longer than the caller may stay blind; say whether it did."""
        if self._descriptor is None:
            time.sleep(max(min(seconds, BLIND_PAUSE), 0))
            return False
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        if not poll.poll(1000 * max(min(seconds, LOOKED_EVERY), 0)):
            return False
        with suppress(BlockingIOError):
            while os.read(self._descriptor, 65536):
                pass
        return True


def _opened(folders: Iterable[Path]) -> int | None:
    try:
        library = ctypes.CDLL(None, use_errno=True)
        descriptor = int(library.inotify_init1(_FLAGS))
    except (OSError, AttributeError):
        return None
    if descriptor < 0:
        return None
    for folder in folders:
        # One that cannot be watched is looked at all the same, only less often.
        library.inotify_add_watch(descriptor, os.fsencode(folder), _IN_MOVED_TO | _IN_CREATE | _IN_DELETE)
    return descriptor
