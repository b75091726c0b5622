"""Carrying out orders on the newest state: their steps become a chain of commits, which the branch takes as a whole or not at all."""

import sqlite3
from collections.abc import Callable, Sequence

from gitcp.errors import GitcpError
from gitcp.model.operation import Applied, Result, Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.attempt import Attempt
from gitcp.store.branch import RecordBranch
from gitcp.store.cache import Cache
from gitcp.store.orders import Order, OrderError
from gitcp.store.replay import Replay
from gitcp.store.rivalry import Rivalry

Results = tuple[Result, ...]


class _MovedError(Exception):
    """The branch moved while the steps were carried out."""


class Writer:
    """Carries out orders on one branch; for who holds the lock of the store."""

    def __init__(
        self,
        branch: RecordBranch,
        cache: Cache,
        replay: Replay,
        begin: Callable[[], Attempt],
        snapshot: Callable[[], Snapshot],
    ) -> None:
        self._branch = branch
        self._cache = cache
        self._replay = replay
        self._begin = begin
        self._snapshot = snapshot

    def arrive(self) -> str:
        """Bring the cache to the last commit of the branch, asking the remote, and return that."""
        return self._brought(self._branch.arrive())

    def attempt(self, orders: Sequence[Order], rivalry: Rivalry) -> bool:
        """Carry orders out; false: the branch is not where it was expected, and nothing was done.

        Raises:
            OrderError: one of them raised what is no refusal.
            GitcpError: the branch cannot be reached or moved.
        """
        tip = self._brought(self._looked(rivalry) if rivalry.must_look else self._branch.expected())
        snapshot = self._snapshot()
        if snapshot.revision != tip:
            return False
        steps = [_asked(order, snapshot) for order in orders]
        if any(steps):
            results = self._carried_out(tip, orders, steps)
        else:
            results = [()] * len(orders) if self._branch.confirm(tip) else None
        if results is None:
            return False
        notes = self._followed()
        for order, told in zip(orders, results, strict=True):
            order.applied = Applied(told, notes)
        return True

    def _followed(self) -> tuple[str, ...]:
        try:
            return self._branch.follow()
        except GitcpError as error:  # what was asked for is in the record all the same
            return (str(error),)

    def _looked(self, rivalry: Rivalry) -> str:
        tip, others_came = self._branch.look()
        rivalry.looked(others_came=others_came)
        return tip

    def _brought(self, tip: str) -> str:
        self._cache.mended(lambda: self._replay.bring_to(tip, self._branch.deepen))
        return tip

    def _carried_out(
        self, tip: str, orders: Sequence[Order], steps: Sequence[Sequence[Step]]
    ) -> list[Results] | None:
        is_in = False
        results: list[Results] = []
        try:
            with self._cache.transaction():
                _require(self._cache.revision == tip)
                attempt = self._begin()
                results = [_done(attempt, *asked) for asked in zip(orders, steps, strict=True)]
                is_in = self._moved(tip, attempt)
                _require(is_in)
        except _MovedError:
            return None
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and not is_in:
                raise
            self._cache.discard()  # it is damaged, or could not follow the branch that has moved
            return results if is_in else None
        return results

    def _moved(self, tip: str, attempt: Attempt) -> bool:
        # Where nothing was written, what was refused must still not have been refused on an old state.
        if attempt.tip == tip:
            return self._branch.confirm(tip)
        return self._branch.move(tip, attempt.tip, attempt.changes())


def _asked(order: Order, snapshot: Snapshot) -> Sequence[Step]:
    try:
        return order.decide(snapshot)
    except sqlite3.DatabaseError:
        raise
    except Exception as error:
        raise OrderError(order) from error


def _done(attempt: Attempt, order: Order, steps: Sequence[Step]) -> Results:
    try:
        return tuple([attempt.carry_out(step) for step in steps])
    except sqlite3.DatabaseError:
        raise
    except Exception as error:
        raise OrderError(order) from error


def _require(is_where_expected: bool) -> None:
    if not is_where_expected:
        raise _MovedError
