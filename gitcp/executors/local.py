"""The executor `local`: a process of this machine, on its own."""

import os
import subprocess
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

import psutil

from gitcp.errors import RuntimeUnavailableError
from gitcp.executors.base import Handle, Job
from gitcp.executors.forking import ForkServer

FIRST_LOOK: Final = 0.02
LOOKED_EVERY: Final = 0.5


class Local:
    """Starts runners in sessions of their own, so that neither the end of this process nor its terminal ends them.

    With a fork server they are forked; one that is gone is done without.
    """

    def __init__(self, server: ForkServer | None = None) -> None:
        self._lock = threading.Lock()
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._server = server

    @contextmanager
    def forking(self, server: ForkServer) -> Iterator[None]:
        """Fork runners for a block, which ends the server."""
        self._server = server
        try:
            yield
        finally:
            self._server = None
            server.end()

    def start(self, job: Job) -> Handle:
        """Start the job with nothing on standard input and its output in its log."""
        try:
            pid = self._forked(job) or self._child(job)
        except (OSError, ValueError) as error:
            raise RuntimeUnavailableError(
                f"run {job.run}: its runner {job.argv[0]!r} could not be started: {error}"
            ) from error
        return Handle(job.run, str(pid), _started(pid) or "")

    def here(self, run: str) -> Handle:
        """Return the handle of this very process, which is the run's runner."""
        return Handle(run, str(os.getpid()), _started(os.getpid()) or "")

    def is_alive(self, handle: Handle) -> bool:
        """Whether the process with that number is still the one that was started."""
        started = _started(int(handle.place))
        self._reap()
        return started is not None and started == handle.started

    def wait(self, handles: Collection[Handle], timeout: float) -> frozenset[Handle]:
        """Wait for the first that ends."""
        deadline = time.monotonic() + timeout
        pause = FIRST_LOOK
        while handles:
            ended = frozenset(handle for handle in handles if not self.is_alive(handle))
            left = deadline - time.monotonic()
            if ended or left <= 0:
                return ended
            time.sleep(min(pause, left))
            pause = min(2 * pause, LOOKED_EVERY)
        return frozenset()

    def _forked(self, job: Job) -> int | None:
        with self._lock:
            return None if self._server is None else self._server.start(job)

    def _child(self, job: Job) -> int:
        child = _start(job)
        with self._lock:
            self._children[child.pid] = child
        return child.pid

    def _reap(self) -> None:
        with self._lock:
            for pid, child in tuple(self._children.items()):
                if child.poll() is not None:
                    del self._children[pid]


def _start(job: Job) -> subprocess.Popen[bytes]:
    with job.log.open("ab") as log:
        return subprocess.Popen(
            job.argv,
            cwd=job.folder,
            env=dict(job.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _started(pid: int) -> str | None:
    """Return when a process was started, as text that no other process with this number will have; none if it has ended."""
    with suppress(psutil.Error, OSError, ValueError):
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            return _ticks(pid) or f"{process.create_time():.2f}"
    return None


def _ticks(pid: int) -> str | None:
    # Linux counts from boot; psutil's time of day would shift whenever the clock is set.
    boot = _boot()
    if boot is None:
        return None
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return f"{boot}/{int(fields[19])}"


@cache
def _boot() -> str | None:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None


LOCAL: Final = Local()
