"""What the threads of one store ask for at the same time: one of them carries out all of it, and again when somebody else was first."""

import copy
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from gitcp.errors import ConflictError, GitcpError
from gitcp.model.operation import Applied, Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.index import IndexBusyError
from gitcp.store.lock import StoreLock
from gitcp.store.rivalry import Rivalry

Decide = Callable[[Snapshot], Sequence[Step]]


@dataclass(eq=False, slots=True)
class Order:
    """What one thread asks for, and what became of it."""

    decide: Decide
    until: float = 0.0
    applied: Applied | None = None
    error: Exception | None = None

    @property
    def is_settled(self) -> bool:
        """Whether it is known what became of it."""
        return self.applied is not None or self.error is not None

    def outcome(self) -> Applied:
        """Return what became of it, or raise that."""
        if self.error is not None:
            raise self.error
        assert self.applied is not None
        return self.applied


class OrderError(Exception):
    """An order that is wrong by itself, for the reason that this one is raised from; the others can be carried out without it."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order


Attempt = Callable[[Sequence[Order], Rivalry], bool]
"""Carry orders out, looking at the branch first where the rivalry asks for it; false: it moved, and nothing was done.

Raises OrderError for one order, any GitcpError for all of them.
"""


class Orders:
    """Gathers the orders of a store's threads; whichever of them holds the lock carries out those of all who wait."""

    def __init__(
        self,
        lock: StoreLock,
        turn: Callable[[], AbstractContextManager[None]],
        attempt: Attempt,
        patience: float,
        *,
        is_far: bool,
    ) -> None:
        self._lock = lock
        self._turn = turn
        self._attempt = attempt
        self._patience = patience
        self._rivalry = Rivalry(is_far=is_far)
        self._waiting: list[Order] = []
        self._gate = threading.Lock()
        self._leading = threading.Lock()

    def carry_out(self, decide: Decide) -> Applied:
        """Wait until an order is carried out, by this thread or by another one.

        Raises:
            ConflictError: others were first all the time, or held the lock.
            GitcpError: whatever the attempt raised.
        """
        order = Order(decide)
        self._put([order])
        if not self._leading.acquire(timeout=self._patience):
            if self._withdrawn(order):
                raise ConflictError(
                    "another thread of this gitcp has been writing all the time", hint="try again later"
                )
            self._leading.acquire()  # it is being carried out, and ends with that
        try:
            if not order.is_settled:
                self._lead(order)
        finally:
            self._leading.release()
        return order.outcome()

    def _lead(self, own: Order) -> None:
        orders: list[Order] = []
        try:
            with self._lock.held(), self._turn():
                while not own.is_settled:
                    pause = self._rivalry.pause()
                    if pause > 0:
                        time.sleep(pause)
                    orders += self._taken()
                    self._try(orders)
                    orders = [order for order in orders if not order.is_settled]
        finally:
            self._withdrawn(own)
            self._put(order for order in orders if order is not own and not order.is_settled)

    def _try(self, orders: Sequence[Order]) -> None:
        self._rivalry.begin()
        try:
            is_done = self._attempt(orders, self._rivalry)
        except OrderError as failed:
            cause = failed.__cause__
            failed.order.error = cause if isinstance(cause, Exception) else failed
        except IndexBusyError as busy:
            self._refused(orders, busy)
        except GitcpError as error:
            for order in orders:  # each thread adds its own way to it
                order.error = copy.copy(error) if len(orders) > 1 else error
        else:
            if is_done:
                self._rivalry.succeeded()
            else:
                self._refused(orders, _moved_always())

    def _refused(self, orders: Sequence[Order], error: ConflictError) -> None:
        self._rivalry.refused()
        for order in orders:
            if time.monotonic() > order.until:
                order.error = copy.copy(error)

    def _put(self, orders: Iterable[Order]) -> None:
        with self._gate:
            self._waiting.extend(orders)

    def _taken(self) -> list[Order]:
        with self._gate:
            taken, self._waiting = self._waiting, []
        for order in taken:
            order.until = order.until or time.monotonic() + self._patience
        return taken

    def _withdrawn(self, order: Order) -> bool:
        with self._gate:
            is_waiting = order in self._waiting
            if is_waiting:
                self._waiting.remove(order)
        return is_waiting


def _moved_always() -> ConflictError:
    return ConflictError("the branch moved at each attempt, nothing was written", hint="try again later")
