"""What goes wrong around a store, at a named point of it: methods of the product are wrapped, the product itself knows nothing of it.

A point is a method at which something of an operation becomes visible elsewhere: git is run, a ref moves, an object or a file is
written, a transaction of the cache begins or ends.
"""

import os
import pickle
import resource
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partialmethod, wraps
from types import MappingProxyType
from typing import Any, Final, TypeVar

import pytest

from gitcp.store.cache import Cache
from gitcp.store.checkout import Checkout
from gitcp.store.index import Index
from gitcp.store.journal import Journal
from gitcp.store.objects import Objects
from gitcp.store.refs import Refs
from gitcp.store.remote import Git, Remote

T = TypeVar("T")

BEFORE: Final = "before"
AFTER: Final = "after"
KILLED: Final = 9

# The transaction is a context manager and wrapped by itself.
POINTS: Final = MappingProxyType(
    {
        "git": (Git, "run"),
        "fetch": (Remote, "fetch"),
        "push": (Remote, "push"),
        "swap": (Refs, "swap"),
        "blob": (Objects, "write"),
        "tree": (Objects, "edit"),
        "commit": (Objects, "write_commit"),
        "journal": (Journal, "write"),
        "files": (Checkout, "update"),
        "index": (Index, "stage"),
        "journal's end": (Journal, "finish"),
    }
)
CACHE: Final = "cache"


class Interrupted(KeyboardInterrupt):
    """Somebody pressed Ctrl-C at a point."""


@dataclass(frozen=True, slots=True)
class Instant:
    """One of the times at which a point is passed: the first is 0."""

    point: str
    moment: str = BEFORE
    turn: int = 0


Answer = Callable[[Callable[[], Any]], Any]
"""Take the place of a call, which is given to be carried out, or not."""


class Passage:
    """Sees a block pass its points, and lets something happen at one instant, once."""

    def __init__(self, instant: Instant | None, happening: Callable[[], None]) -> None:
        self._instant = instant
        self._happening = happening
        self.instants: list[Instant] = []
        self.has_happened = False

    def reached(self, point: str, moment: str) -> None:
        """Note that a point was reached; what is to happen there happens."""
        turn = sum((seen.point, seen.moment) == (point, moment) for seen in self.instants)
        self.instants.append(Instant(point, moment, turn))
        if not self.has_happened and self._instant == self.instants[-1]:
            self.has_happened = True
            self._happening()


@contextmanager
def happening(instant: Instant | None, what: Callable[[], None]) -> Iterator[Passage]:
    """Let something happen when the block reaches an instant."""
    passage = Passage(instant, what)
    with pytest.MonkeyPatch.context() as patch:
        for point, (owner, name) in POINTS.items():
            patch.setattr(owner, name, _watched(getattr(owner, name), point, passage))
        patch.setattr(Cache, "transaction", _watched_transaction(Cache.transaction, passage))
        yield passage


@contextmanager
def answered(owner: type, name: str, answer: Answer) -> Iterator[None]:
    """Let the first call of a method within the block be answered otherwise."""
    original = getattr(owner, name)
    calls = iter([answer])

    @wraps(original)
    def call(*arguments: Any, **options: Any) -> Any:
        def proceed() -> Any:
            return original(*arguments, **options)

        instead = next(calls, None)
        return proceed() if instead is None else instead(proceed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, call)
        yield


def die() -> None:
    """End this process as a kill does: nothing is cleaned up."""
    os._exit(KILLED)


def interrupt() -> None:
    """Press Ctrl-C."""
    raise Interrupted


def fill_the_disk() -> None:
    """Let every file of this process and its children grow no more. Only for a process of its own."""
    # Git would die of the signal that comes with this limit; a disk that is full sends none.
    subprocess.Popen.__init__ = partialmethod(subprocess.Popen.__init__, restore_signals=False)  # type: ignore[method-assign, assignment]
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def fork() -> int:
    """Fork this process: 0 in the child, which has to end by itself."""
    with warnings.catch_warnings():  # a runner of tests has threads; the child does not meet them
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def in_a_child(work: Callable[[], T]) -> T | None:
    """Carry out work in a process of its own and return what came out of it, none if it was killed; exceptions come back too."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        os.close(reading)
        _report(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        data = said.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == KILLED:
        return None
    result, error = pickle.loads(data)
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


def _report(work: Callable[[], object], writing: int) -> None:
    data = b""
    try:
        data = _told(work)
    finally:
        with os.fdopen(writing, "wb") as said:
            said.write(data)
        os._exit(0)


def _told(work: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps((work(), None))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent is to see it
        return pickle.dumps((None, error))


def _watched(original: Callable[..., Any], point: str, passage: Passage) -> Callable[..., Any]:
    @wraps(original)
    def call(*arguments: Any, **options: Any) -> Any:
        passage.reached(point, BEFORE)
        result = original(*arguments, **options)
        passage.reached(point, AFTER)
        return result

    return call


def _watched_transaction(original: Callable[..., Any], passage: Passage) -> Callable[..., Any]:
    @contextmanager
    def transaction(*arguments: Any, **options: Any) -> Iterator[Any]:
        passage.reached(CACHE, BEFORE)
        with original(*arguments, **options) as value:
            yield value
        passage.reached(CACHE, AFTER)

    return transaction
