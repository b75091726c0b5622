"""What an endpoint answers: how far the run is, what it used, what came of it. Unknown keys are passed over."""

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from gitcp.model.base import Line
from gitcp.model.runs import Declared, FailureClass
from gitcp.runtimes import events
from gitcp.runtimes.events import Total

MOST_USD: Final = Decimal(1_000_000)
MOST_TOKENS: Final = 10**12
LONGEST_PROGRESS: Final = 10_000
LONGEST_TEXT: Final = 100_000
LONGEST_ERROR: Final = 2_000
LONGEST_URL: Final = 2_000
_MICRO: Final = Decimal("0.000001")


class Status(StrEnum):
    """How far a run is at its endpoint."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Whether it is over with each of them.
OVER: Final[Mapping[Status, bool]] = {
    Status.QUEUED: False,
    Status.RUNNING: False,
    Status.SUCCEEDED: True,
    Status.FAILED: True,
    Status.CANCELLED: True,
}


def _cut(longest: int) -> BeforeValidator:
    return BeforeValidator(lambda value: value[:longest] if isinstance(value, str) else value)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_MICRO, ROUND_UP)


Tokens = Annotated[int, Field(ge=0, le=MOST_TOKENS)]
Usd = Annotated[Decimal, Field(ge=0, le=MOST_USD, allow_inf_nan=False), AfterValidator(_rounded)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Used(_Part):
    """What the run used since its start.

    `input_tokens` are all that went in, `cached_tokens` those of them that a cache held; `reasoning_tokens` are a part of `output_tokens`.
    """

    usd: Usd | None = None
    input_tokens: Tokens = 0
    cached_tokens: Tokens = 0
    output_tokens: Tokens = 0
    reasoning_tokens: Tokens = 0
    turns: Tokens | None = None

    def at_least(self, other: "Used") -> "Used":
        """Take the larger of the two, kind by kind: what was used stays used."""
        mine, theirs = self.model_dump(exclude_none=True), other.model_dump(exclude_none=True)
        return Used(**{name: max(value, mine.get(name, value)) for name, value in (mine | theirs).items()})

    def total(self, model: str | None) -> Total | None:
        """Return it as the sum of all model calls; none where neither money nor tokens are told."""
        tokens = events.Tokens(
            input=self.input_tokens,
            cached=self.cached_tokens,
            output=self.output_tokens,
            reasoning=self.reasoning_tokens,
        )
        return Total(tokens, self.usd, model or "") if self.usd is not None or tokens.all else None


class Trouble(_Part):
    """Why the run failed, and whose fault it is."""

    message: Annotated[str, _cut(LONGEST_ERROR)] = "it did not say why"
    failure: FailureClass = Field(FailureClass.AGENT, alias="class")


class Answer(_Part):
    """One answer. `progress` is where the run is now, `text` what the agent says at its end.

    `declared` is the agent's word on its task, for an endpoint that cannot reach the callback of the run.
    """

    status: Status
    status_url: Annotated[str, Field(max_length=LONGEST_URL)] | None = None
    progress: Annotated[str, _cut(LONGEST_PROGRESS)] | None = None
    usage: Used | None = None
    model: Line | None = None
    session: Line | None = None
    text: Annotated[str, _cut(LONGEST_TEXT)] = ""
    error: Trouble | None = None
    declared: Declared | None = None
    summary: str | None = None
    reason: str | None = None
    waits_for: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return OVER[self.status]


def read_answer(body: bytes) -> Answer:
    """Read an answer.

    Raises:
        ValueError: it is none; the message names the first thing that is wrong.
    """
    try:
        return Answer.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        raise ValueError(f"{place}: {first['msg'].lower()}") from None
