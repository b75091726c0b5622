"""What programs of agents tell of their work, in words that all of them share."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from gitcp.model.runs import FailureClass
from gitcp.runtimes.base import StopCause
from gitcp.runtimes.stream import Event


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of model calls. `cached` were read from and `written` to a cache, parts of `input` both; `reasoning` is a part of `output`."""

    input: int = 0
    cached: int = 0
    written: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def all(self) -> int:
        """What went in and out."""
        return self.input + self.output

    def plus(self, other: "Tokens") -> "Tokens":
        """Add kind by kind."""
        return Tokens(
            self.input + other.input,
            self.cached + other.cached,
            self.written + other.written,
            self.output + other.output,
            self.reasoning + other.reasoning,
        )

    def minus(self, other: "Tokens") -> "Tokens":
        """Take away kind by kind, never below nought."""
        return Tokens(
            max(self.input - other.input, 0),
            max(self.cached - other.cached, 0),
            max(self.written - other.written, 0),
            max(self.output - other.output, 0),
            max(self.reasoning - other.reasoning, 0),
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """The program has opened its session, a new one or the one that it goes on with."""

    session: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The agent said something."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The agent uses a tool; `argument` is the one that says most."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered."""

    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader of the transcript should know: a retry, a warning."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """What one model call has used so far; a later one with the same id takes its place. `usd` where the program tells it."""

    id: str
    model: str
    tokens: Tokens
    usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """What all model calls of this start of the program used; it takes the place of what was counted."""

    tokens: Tokens
    usd: Decimal | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The program's last word. Without an error it says that it is done; `stopped` when it kept to a limit that it was given."""

    error: str | None = None
    failure: FailureClass | None = None
    stopped: StopCause | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class StepBegun:
    """The program asks the model again: what looked like its last word was not."""


Happening = Opened | StepBegun | Text | ToolCall | ToolResult | Note | Call | Total | Ended


class Reader(Protocol):
    """Reads the events of one start of a program; it may remember what came before."""

    def read(self, event: Event) -> Iterable[Happening]:
        """Say what an event tells. Whatever the object holds, this never raises; what it does not know tells nothing."""
        ...

    def poll(self) -> Iterable[Happening]:
        """Say what is known from elsewhere than the events; asked after each of them and once at the end."""
        ...

    def close(self) -> None:
        """Keep what the next start must know. Raises nothing."""
        ...
