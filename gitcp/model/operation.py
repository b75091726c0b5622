"""An operation: the only way to change records. It decides on a snapshot and returns an edit; the store commits the edit."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol, Self

from pydantic import BaseModel, ConfigDict

from gitcp.errors import GitcpError
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot

SCHEDULER = "scheduler"


class ActorKind(StrEnum):
    """Who acts."""

    PERSON = "person"
    AGENT = "agent"
    SCHEDULER = "scheduler"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member, or the scheduler. `run` is set while an agent acts from within a run.

    `is_vouched`: a person who is not at the keyboard but brings a token: the scheduler commits for them, and vouches for who they are.
    """

    id: str
    kind: ActorKind
    name: str
    email: str
    run: str | None = None
    is_vouched: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """The circumstances of one operation.

    `request` is the idempotency key (hexadecimal): the same request is carried out once, however often it is sent.
    """

    actor: Actor
    now: datetime
    request: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Write a record, new or changed."""

    record: Record


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete a record's file."""

    kind: type[Record]
    id: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Move a record's file into the archive, every byte as it is; what is archived already stays. `task`: whose run it is.

    The way back is `Put`: whatever writes an archived record brings it back to its place.
    """

    kind: type[Record]
    id: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """Make a record's file hold exactly this text, byte for byte; none removes it. `base`: the blob that was admitted there, none: no file.

    Only a store carries it out; a snapshot in memory has no files, and stays as it is.
    """

    path: str
    base: str | None
    text: str | None


Change = Put | Remove | Archive | Write
Check = Callable[[Sequence[RecordChange]], Sequence[Problem]]
"""Say what is wrong with the records that the `Write`s of an edit come to; an error refuses the edit. Pure."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an operation wants written: one commit. `subject` is `<verb> <kind> <id>` plus a few words.

    `check` is asked before anything is committed, where there are `Write`s.
    """

    changes: tuple[Change, ...]
    subject: str
    task: str | None = None
    run: str | None = None
    reason: str | None = None
    trailers: tuple[tuple[str, str], ...] = ()
    check: Check | None = field(default=None, compare=False)


class Operation(BaseModel, ABC):
    """Base of operations; the fields are what a caller gives."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: ClassVar[str]

    def evolve(self, **changes: object) -> Self:
        """Return a validated copy with some fields changed."""
        return type(self)(**(dict(self) | changes))

    @abstractmethod
    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Authorise, check against the state tables, and return the edit.

        Pure and idempotent in `(snapshot, call)`. An edit without changes means that all is as asked already: nothing is committed.

        Raises:
            NotAllowedError: the actor may not.
            IllegalTransitionError: the state table has no such step.
            UnknownRecordError: a named record does not exist.
            RecordError: the result would not fit the schema.
            ConflictError: somebody else was first.
        """


Step = tuple[Operation, Call]


@dataclass(frozen=True, slots=True)
class Receipt:
    """An operation that is in the record branch. `repeated`: an earlier call with the same request did it."""

    revision: str
    edit: Edit
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """An operation that was not carried out, and why; nothing of it was written."""

    step: Step
    error: GitcpError


Result = Receipt | Refusal


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one `Store.apply`; `notes` are sentences for the caller (a checkout left behind, say)."""

    results: tuple[Result, ...]
    notes: tuple[str, ...] = field(default=())


class Operations(Protocol):
    """The door."""

    def snapshot(self) -> Snapshot:
        """Return the record branch as this process knows it; does not talk to the remote."""
        ...

    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        """Carry out the steps that `decide` returns, each in one commit, and move the branch once by compare-and-swap.

        A step sees the steps before it. A step that raises a GitcpError is refused alone; the others go on. When the branch moved in
        the meantime nothing of the attempt remains, and `decide` is asked again on the new snapshot: it must not have effects. A
        request that is already in the branch is answered with its receipt and not repeated. With a remote the commits are in the
        remote's branch when this returns.

        Raises:
            RemoteError: the remote cannot be reached, or refuses for another reason than that the branch moved.
        """
        ...
