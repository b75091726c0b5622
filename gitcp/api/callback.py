"""One run's way back: who asks, what it may ask, where its declarations go."""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from gitcp.api.declarations import Declarations
from gitcp.api.refusals import misfit
from gitcp.core.lookup import existing
from gitcp.errors import ConflictError
from gitcp.model.operation import Actor, ActorKind, Operations
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

B = TypeVar("B", bound=BaseModel)

MOST_WRITES: Final = 500


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


@dataclass(slots=True, kw_only=True)
class Callback:
    """The callback of one run.

    `lock` is taken around every use of `operations`: give the runner's own where it uses them too. `new_request` makes a fresh
    hexadecimal name for a request that brought no key. A run makes at most `most_writes` changes.
    """

    run: str
    actor: Actor
    operations: Operations
    declarations: Declarations
    now: Callable[[], datetime]
    new_request: Callable[[], str]
    lock: AbstractContextManager[Any] = field(default_factory=RLock)
    most_writes: int = MOST_WRITES
    _writes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Refuse an actor who is not this run's agent."""
        if self.actor.kind is not ActorKind.AGENT or self.actor.run != self.run:
            raise ValueError(f"expected an agent that acts from run {self.run}, found {self.actor}")

    def snapshot(self) -> Snapshot:
        """Return what the record branch says now; to be used under the lock only."""
        return self.operations.snapshot()

    def this_run(self, snapshot: Snapshot) -> Run:
        """Return the run's record."""
        return existing(snapshot, Run, self.run)

    def own_task(self, snapshot: Snapshot) -> Task | None:
        """Return the task that the run works on as its assignee."""
        run = snapshot.get(Run, self.run)
        task = snapshot.get(Task, run.task) if run is not None and run.task else None
        return task if task is not None and task.assignee == self.actor.id else None

    def request(self, key: str | None, *about: object) -> str:
        """Return the name of a request: the same for the same key and content within this run, and of no other run."""
        parts = [self.run, key if key is not None else self.new_request(), *about]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def count_write(self) -> None:
        """Count a change, and refuse one too many.

        Raises:
            ConflictError: the run has made as many as it may.
        """
        if self._writes >= self.most_writes:
            raise ConflictError(
                f"run {self.run} has made {self._writes} changes, which is as many as a run may make",
                hint="end the run with run/continue",
            )
        self._writes += 1


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path whose parts in braces are variable, who answers, what a POST takes and what a GET can be filtered by."""

    method: str
    path: str
    answer: Callable[[Callback, Asked], dict[str, Any]]
    body: type[BaseModel] | None = None
    filters: tuple[str, ...] = ()
