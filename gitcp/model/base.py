"""The base of records and values: frozen, strict about names, and aware of how YAML wrote a scalar."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_SHORT_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?\Z")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
_WRITTEN_TIME = re.compile(
    r"(?:19[7-9][0-9]|[2-8][0-9]{3})-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z\Z"
)
# Times and zones can be added to and taken from each other within these years.
_YEARS = range(1970, 9000)


class Plain(str):
    """A scalar that YAML wrote without quotes: text to a text field, a number to a number field."""

    __slots__ = ()


def _plain_as(pattern: re.Pattern[str], convert: Callable[[str], Any], name: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, Plain) and pattern.match(value):
            return convert(value)
        if isinstance(value, str | bool):
            raise ValueError(f"expected {name}")
        return value

    return read


def _bool(value: Any) -> Any:
    if isinstance(value, Plain) and value in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _decimal(value: Any) -> Any:
    # The cache keeps decimals as JSON text; a YAML number arrives as Plain.
    if type(value) is str and _NUMBER.match(value):
        return Decimal(value)
    return _plain_as(_NUMBER, Decimal, "a number")(value)


def _amount(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    # What can break no limit of an amount needs no check of each, which takes four times as long.
    return Decimal(value) if isinstance(value, str) and _SHORT_NUMBER.match(value) else check(value)


def _to_utc(value: datetime) -> datetime:
    if value.year not in _YEARS:
        raise ValueError(f"expected a time from {_YEARS.start} to {_YEARS.stop - 1}")
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    # What a record cannot say must not be part of the value: a digest of it would not be the same when it is read again.
    return value.replace(microsecond=value.microsecond // 1000 * 1000) if value.microsecond % 1000 else value


def _instant(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    # A time as records have it is what it says, or no time at all; each check apart takes half as long again.
    if isinstance(value, str) and _WRITTEN_TIME.match(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:  # which is told as of any other text
            pass
    return check(value)


def format_instant(value: datetime) -> str:
    """Write a time as records do: `2026-11-20T08:15:00Z`, with milliseconds only where there are any."""
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    text = utc.isoformat(timespec="milliseconds") if utc.microsecond else utc.isoformat()
    return text.removesuffix("+00:00") + "Z"


def instant_in(text: str) -> datetime | None:
    """Return the time, in UTC, that `format_instant` wrote; none where a text is no such time."""
    try:
        at = datetime.fromisoformat(text)
        return _to_utc(at) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _instant_source(value: Any) -> Any:
    # A number alone would be read as seconds since 1970.
    if isinstance(value, int | float) or (isinstance(value, str) and not _TIME.match(value)):
        raise ValueError("expected a time such as 2026-11-20T08:15:00Z")
    return str(value) if isinstance(value, Plain) else value


Count = Annotated[int, BeforeValidator(_plain_as(_INTEGER, int, "a whole number")), Field(ge=0)]
Positive = Annotated[int, BeforeValidator(_plain_as(_INTEGER, int, "a whole number")), Field(ge=1)]
Fraction = Annotated[float, BeforeValidator(_plain_as(_NUMBER, float, "a number")), Field(ge=0, le=1)]
Amount = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    Field(ge=0, max_digits=18, decimal_places=6, allow_inf_nan=False),
    WrapValidator(_amount),
]
Minutes = Annotated[Amount, Field(gt=0, le=527_040)]
Pause = Annotated[Amount, Field(le=527_040)]
Flag = Annotated[bool, BeforeValidator(_bool)]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_instant_source),
    AfterValidator(_to_utc),
    WrapValidator(_instant),
    PlainSerializer(format_instant, when_used="json"),
]
Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$")]
Text = Annotated[str, Field(max_length=200_000)]


class Value(BaseModel):
    """A part of a record."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    def evolve(self, **changes: Any) -> Self:
        """Return a validated copy with some fields changed.

        Raises:
            pydantic.ValidationError: a name or a value does not fit the schema.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**(fields | changes))


class Record(Value):
    """One file of the control repository. Its `id` is the file's place, never a key in it."""

    kind: ClassVar[str]
    plural: ClassVar[str]

    id: str = Field(exclude=True)
