"""Who asks: a member with a door to the records, and the requests that were answered already."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from gitcp.api.refusals import misfit
from gitcp.model.operation import Actor, Call, Operation, Operations
from gitcp.model.snapshot import Snapshot

B = TypeVar("B", bound=BaseModel)
C_contra = TypeVar("C_contra", contravariant=True)

Object = dict[str, Any]

REMEMBERED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came over the wire: `body` is the JSON object of a POST, `key` the caller's idempotency key."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that found its route: `names` are the variable parts of the path."""

    names: Mapping[str, str]
    query: Mapping[str, tuple[str, ...]]
    body: Mapping[str, Any]
    key: str | None

    def fit(self, kind: type[B], about: str) -> B:
        """Return the body as a model.

        Raises:
            RecordError: it does not fit; the message names everything that is wrong.
        """
        try:
            return kind.model_validate(dict(self.body))
        except ValidationError as error:
            raise misfit(about, error) from error


class Memory:
    """The last answers to requests that have a name; not for several threads at once."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._answers: OrderedDict[str, Object] = OrderedDict()

    def recall(self, request: str) -> Object | None:
        """Return what a request was answered; an answer that tells of repetition says that it is one."""
        found = self._answers.get(request)
        return found | {"repeated": True} if found is not None and "repeated" in found else found

    def keep(self, request: str, answer: Object) -> None:
        """Remember an answer, and forget the oldest of too many."""
        self._answers[request] = answer
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)


@dataclass(slots=True, kw_only=True)
class Caller(ABC):
    """A member who asks.

    `scope` keeps its requests apart from others'. `lock` is taken around every use of `operations`. `new_request` makes a fresh
    hexadecimal name for a request that brought no key.
    """

    actor: Actor
    operations: Operations
    now: Callable[[], datetime]
    new_request: Callable[[], str]
    lock: AbstractContextManager[Any] = field(default_factory=RLock)
    memory: Memory = field(default_factory=Memory)

    @property
    def scope(self) -> str:
        """What keeps the names of its requests apart from those of others."""
        return self.actor.id

    @property
    @abstractmethod
    def offered(self) -> Mapping[str, type[Operation]]:
        """The operations that it may ask for, by name."""

    def snapshot(self) -> Snapshot:
        """Return what the record branch says now; to be used under the lock only."""
        return self.operations.snapshot()

    @abstractmethod
    def expect_open(self) -> None:
        """Let it ask.

        Raises:
            ConflictError: nothing is answered any more.
        """

    def request(self, key: str | None, *about: object) -> str:
        """Return the name of a request: the same for the same key and content from this caller, and of no other."""
        parts = [self.scope, key if key is not None else self.new_request(), *about]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def call(self, asked: Asked, operation: str) -> Call:
        """Return the circumstances of an operation that is asked for now."""
        return Call(self.actor, self.now(), self.request(asked.key, operation, dict(asked.body)))


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition in a query; `several`: it may be given more than once, and any of them fits."""

    name: str
    about: str
    several: bool = False
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True)
class Route(Generic[C_contra]):
    """A method, a path whose parts in braces are variable, who answers, what a POST takes and what a GET can be filtered by."""

    method: str
    path: str
    answer: Callable[[C_contra, Asked], Object]
    body: type[BaseModel] | None = None
    filters: tuple[Filter, ...] = ()
