"""What lies in an outbox: a folder of plain files in a form with a version. Rule: whoever reads it believes nothing of it.

outbox.json      whose run it is; made first, and never twice
intents.jsonl    the agent's writes, one a line, in order; each is on the disk before it is answered
result.json      how the run ended; there once it has, and last
work.bundle      its commits as a git bundle, if there are any
transcript/      what its program, its runner and its checks said
"""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from gitcp.control.plain_files import read_whole
from gitcp.control.result import Worked
from gitcp.errors import FormatVersionError, RecordError
from gitcp.model.base import Instant, Line, Value
from gitcp.model.ids import RunId, Sha
from gitcp.model.tasks import Argv

FORMAT: Final = 1
OPENING: Final = "outbox.json"
INTENTS: Final = "intents.jsonl"
RESULT: Final = "result.json"
BUNDLE: Final = "work.bundle"
TRANSCRIPT: Final = "transcript"
LOCK: Final = "lock"

MOST_INTENTS: Final = 500
LONGEST_INTENT: Final = 1024 * 1024
INTENTS_BYTES: Final = 16 * 1024 * 1024
OPENING_BYTES: Final = 64 * 1024
RESULT_BYTES: Final = 4 * 1024 * 1024
BUNDLE_BYTES: Final = 512 * 1024 * 1024

Request = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]

M = TypeVar("M", bound=BaseModel)


class Opening(Value):
    """`outbox.json`. `revision` is the commit of the control repository that the agent saw."""

    format: Literal[1]
    run: RunId
    revision: Sha
    begun_at: Instant
    machine: Line


class Made(Value):
    """A record that a write has made under a name that holds in the outbox alone."""

    kind: Literal["task"]
    id: Line


class Intent(Value):
    """One write of the agent: an operation with its fields, and when it was accepted."""

    request: Request
    operation: Line
    fields: dict[str, Any]
    at: Instant
    made: Annotated[tuple[Made, ...], Field(max_length=20)] = ()


class Work(Value):
    """The commits in the bundle: where the work began, its head, on which commit checks ran, and which."""

    base: Sha
    head: Sha
    checked_at: Sha
    checked: tuple[Argv, ...] = ()


class Result(Value):
    """`result.json`: all that the runner knew when its program was gone."""

    format: Literal[1]
    run: RunId
    worked: Worked
    work: Work | None = None

    @model_validator(mode="after")
    def _times(self) -> "Result":
        if self.worked.started_at.tzinfo is None or self.worked.ended_at.tzinfo is None:
            raise ValueError("expected times with a zone")
        return self


def read_form(kind: type[M], path: Path, limit: int) -> M | None:
    """Return one of the files as its model, or none if there is none.

    Raises:
        FormatVersionError: it is of another version.
        RecordError: it does not fit.
        GitcpError: it is no plain file, or too large.
    """
    data = read_whole(path, limit)
    return None if data is None else parsed(kind, data, str(path))


def parsed(kind: type[M], data: bytes, place: str) -> M:
    """Return JSON as a model.

    Raises:
        FormatVersionError: it is of another version.
        RecordError: it does not fit; the message says where, and shows nothing of what it holds.
    """
    try:
        return kind.model_validate_json(data)
    except (ValidationError, RecursionError) as error:
        found = (
            error.errors(include_url=False, include_input=False) if isinstance(error, ValidationError) else []
        )
        wrong = [(".".join(map(str, one["loc"]))[:200], one["msg"][:200]) for one in found]
        if any(where == "format" for where, _ in wrong):
            raise FormatVersionError(
                f"{place}: expected an outbox of format {FORMAT}",
                hint="settle it with the gitcp that made it",
            ) from error
        told = "; ".join(f"{where}: {why}" if where else why for where, why in wrong[:5])
        raise RecordError(f"{place}: expected what a runner wrote: {told or 'too deep'}") from error
