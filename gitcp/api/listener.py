"""Connections: a place that is listened at, a thread for each caller, and an end that leaves no answer half said.

Rule: it sleeps while nobody calls; more callers than there is room for are turned away at once.
"""

import logging
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread, current_thread
from typing import Final

_LOG = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 64
_BACKLOG: Final = 128
LAST_WORDS: Final = 2.0
_BREATH: Final = 0.05

Handle = Callable[[socket.socket], None]


class Listener:
    """Hands each connection to `handle`, in a thread of its own; to `refuse` where there are too many.

    Both may raise OSError, which ends the connection and no more.
    """

    def __init__(
        self, place: socket.socket, handle: Handle, refuse: Handle, last_words: float = LAST_WORDS
    ) -> None:
        """Take over a bound socket; nothing is accepted before `start`. `last_words`: seconds that answers under way have at the end."""
        self._last_words = last_words
        self._place = place
        self._handle = handle
        self._refuse = refuse
        self._guard = Lock()
        self._open: dict[Thread, socket.socket] = {}
        self._woken, self._wake = socket.socketpair()
        self._thread = Thread(target=self._accept, name="listener", daemon=True)

    def start(self) -> None:
        """Begin to accept."""
        self._place.listen(_BACKLOG)
        self._place.setblocking(False)
        self._thread.start()

    def stop(self) -> None:
        """Accept no more, let who is being answered have the answer, and let go of the place."""
        self._wake.send(b"\0")
        self._thread.join()
        callers = self._callers()
        for _, connection in callers:
            with suppress(OSError):  # who has not said yet what it wants is not waited for
                connection.shutdown(socket.SHUT_RD)
        until = time.monotonic() + self._last_words
        for thread, _ in callers:
            thread.join(max(until - time.monotonic(), 0))
        for one in (self._place, self._woken, self._wake):
            one.close()

    def _callers(self) -> list[tuple[Thread, socket.socket]]:
        with self._guard:
            return list(self._open.items())

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._place, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while all(key.fileobj is not self._woken for key, _ in selector.select()):
                try:
                    connection, _ = self._place.accept()
                except OSError:  # it hung up already, or there are no descriptors for the moment
                    time.sleep(_BREATH)
                else:
                    self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        if len(self._callers()) >= MOST_AT_ONCE:
            self._end(connection, self._refuse)
            return
        thread = Thread(target=self._serve, args=(connection,), name="caller", daemon=True)
        with self._guard:
            self._open[thread] = connection
        thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            self._end(connection, self._handle)
        finally:
            with self._guard:
                del self._open[current_thread()]

    def _end(self, connection: socket.socket, handle: Handle) -> None:
        with connection:
            try:
                handle(connection)
            except OSError:
                return  # its caller knows
            except Exception:  # noqa: BLE001 — the boundary: one caller's trouble is not the next one's
                _LOG.exception("a connection failed")
