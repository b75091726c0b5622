"""Hold a run's lease: take it first, renew it while the run lives, know when it is lost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from gitcp.control.plane import Plane
from gitcp.errors import GitcpError
from gitcp.store.git_store import Lease as Held

RENEW_SECONDS = 60.0
# Others may take a lease for dead that did not move for 300 seconds on their own clock.
LOST_SECONDS = 200.0


class Lease:
    """A lease that a thread renews; the thread touches nothing but the lease."""

    def __init__(self, plane: Plane, held: Held) -> None:
        """Begin with a lease that was just taken."""
        self._plane = plane
        self._held: Held | None = held
        self._renewed = time.monotonic()
        self._done = Event()
        self._thread = Thread(target=self._keep, name="lease", daemon=True)

    @property
    def is_lost(self) -> bool:
        """Whether the lease is somebody else's, or could not be renewed for so long that others may take it for dead."""
        return self._held is None or time.monotonic() - self._renewed > LOST_SECONDS

    def start(self) -> None:
        """Begin to renew it."""
        self._thread.start()

    def give_back(self) -> None:
        """Stop renewing it and remove it; the run is settled, or was never ours."""
        self._done.set()
        self._thread.join()
        if self._held is not None:
            # One that cannot be removed now only costs its line: the run has ended, and says so in the branch.
            with suppress(GitcpError, OSError):
                self._plane.store.delete_lease(self._held)

    def _keep(self) -> None:
        while not self._done.wait(RENEW_SECONDS):
            if self._held is None:
                return
            with suppress(GitcpError, OSError):
                self._held = self._renewed_or_ours(self._held)
                self._renewed = time.monotonic()
                # So that a wish to cancel, written elsewhere, is seen here.
                self._plane.store.fetch()

    def _renewed_or_ours(self, held: Held) -> Held | None:
        renewed = self._plane.store.renew_lease(held, self._plane.clock.now())
        if renewed is not None:
            return renewed
        # Its answer may have been lost: what the ref holds is ours if this machine wrote it.
        self._plane.store.fetch()
        there = self._plane.store.leases().get(held.run)
        return there if there is not None and there.holder == held.holder else None


@contextmanager
def held_lease(plane: Plane, run: str) -> Iterator[Lease | None]:
    """Take a run's lease and keep it for the block; none if somebody has it.

    Raises:
        RemoteError: the remote cannot be reached.
    """
    held = plane.store.create_lease(run, plane.state.machine, plane.clock.now())
    if held is None:
        yield None
        return
    lease = Lease(plane, held)
    lease.start()
    try:
        yield lease
    finally:
        lease.give_back()
