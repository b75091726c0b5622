"""What the agent of a run says of its work: how it ends, and what it costs.

Rule: nothing that was accepted is lost; each change is in the file before it is answered.
"""

import os
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from gitcp.errors import ConflictError, RecordError
from gitcp.model.amounts import Metric, RunLimits, Usage
from gitcp.model.base import Amount, Count, Flag, Line, Value
from gitcp.model.ids import MemberId
from gitcp.model.runs import Declared
from gitcp.model.tasks import Blocked

MOST_USD: Final = Decimal(1_000_000)
MOST_TOKENS: Final = 10**12
REMEMBERED: Final = 1_000
_MICRO: Final = Decimal("0.000001")

Summary = Annotated[str, Field(max_length=10_000)]
Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


def _rounded(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return Decimal(str(value)).quantize(_MICRO, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError("expected a number") from error


class Cost(Value):
    """A cost that an agent reports; `tokens` is the sum of what went in and out where it is not given."""

    usd: Annotated[Amount, BeforeValidator(_rounded), Field(le=MOST_USD)] = Decimal(0)
    tokens: Annotated[Count, Field(le=MOST_TOKENS)] | None = None
    input_tokens: Annotated[Count, Field(le=MOST_TOKENS)] | None = None
    output_tokens: Annotated[Count, Field(le=MOST_TOKENS)] | None = None
    model: Line | None = None

    @property
    def all_tokens(self) -> int:
        """The tokens in sum."""
        if self.tokens is not None:
            return self.tokens
        return (self.input_tokens or 0) + (self.output_tokens or 0)


class Costs(Value):
    """The reported costs in sum; it never leaves what a run record can hold.

    `counted`: the requests that are in it. `priced`: money was reported, not tokens alone.
    """

    usd: Amount = Decimal(0)
    tokens: Count = 0
    input_tokens: Count = 0
    output_tokens: Count = 0
    models: tuple[Line, ...] = ()
    priced: Flag = False
    counted: tuple[str, ...] = ()

    def plus(self, cost: Cost, request: str) -> "Costs":
        """Add a report; one that is counted already changes nothing."""
        if request in self.counted:
            return self
        models = {*self.models, *([cost.model] if cost.model else [])}
        return Costs(
            usd=min(self.usd + cost.usd, MOST_USD),
            tokens=min(self.tokens + cost.all_tokens, MOST_TOKENS),
            input_tokens=min(self.input_tokens + (cost.input_tokens or 0), MOST_TOKENS),
            output_tokens=min(self.output_tokens + (cost.output_tokens or 0), MOST_TOKENS),
            models=tuple(sorted(models))[:REMEMBERED],
            priced=self.priced or "usd" in cost.model_fields_set,
            counted=(*self.counted, request)[-REMEMBERED:],
        )


class Declaration(Value):
    """What was declared up to now: the last word on how the run ends, the costs, and whether anything was written."""

    declared: Declared = Declared.NOTHING
    summary: Summary | None = None
    reason: Reason | None = None
    waits_for: MemberId | None = None
    costs: Costs = Costs()
    wrote: Flag = False

    @property
    def usage(self) -> Usage | None:
        """The reported costs as a usage, or none if nothing was reported."""
        if not self.costs.counted:
            return None
        return Usage(
            usd=self.costs.usd,
            tokens=self.costs.tokens,
            input_tokens=self.costs.input_tokens or None,
            output_tokens=self.costs.output_tokens or None,
            runs=1,
        )

    def blocked(self, by: str) -> Blocked | None:
        """Why the task is blocked, if that was the last word."""
        if self.declared is not Declared.BLOCK:
            return None
        return Blocked(by=by, reason=self.reason or "blocked", waits_for=self.waits_for)

    def over(self, limits: RunLimits) -> Metric | None:
        """Return the first metric of which more was reported than a run may use."""
        money = Metric.USD_IMPUTED if limits.is_imputed else Metric.USD
        most = limits.usd_imputed if limits.is_imputed else limits.usd
        if most is not None and self.costs.usd > most:
            return money
        if limits.tokens is not None and self.costs.tokens > limits.tokens:
            return Metric.TOKENS
        return None


class Declarations:
    """The declarations of one run, kept in a file; for use by several threads."""

    def __init__(self, path: Path, changed: Callable[[Declaration], None] | None = None) -> None:
        """Go on with what the file holds, if it is there; `changed` is called after each change, outside of any lock."""
        self._path = path
        self._changed = changed
        self._lock = Lock()
        self._closed = False
        self._value = read_declaration(path)

    @property
    def value(self) -> Declaration:
        """What was declared up to now."""
        with self._lock:
            return self._value

    @property
    def is_closed(self) -> bool:
        """Whether the run is over: nothing more is accepted."""
        with self._lock:
            return self._closed

    def declare(
        self,
        declared: Declared,
        *,
        summary: str | None = None,
        reason: str | None = None,
        waits_for: str | None = None,
    ) -> Declaration:
        """Say how the run ends; a later word replaces it.

        Raises:
            ConflictError: the run is over.
        """
        word = {"declared": declared, "summary": summary, "reason": reason, "waits_for": waits_for}
        return self._change(lambda before: Declaration(**word, costs=before.costs, wrote=before.wrote))

    def add(self, cost: Cost, request: str) -> Declaration:
        """Add a cost, once for each request.

        Raises:
            ConflictError: the run is over.
        """
        return self._change(
            lambda before: Declaration(**(dict(before) | {"costs": before.costs.plus(cost, request)}))
        )

    def note_write(self) -> None:
        """Note that the agent changed the record; what it said at its end is not touched any more."""
        if not self.is_closed:
            self._change(lambda before: Declaration(**(dict(before) | {"wrote": True})))

    def close(self) -> Declaration:
        """End it and return the last word; closing again returns the same."""
        with self._lock:
            self._closed = True
            return self._value

    def _change(self, step: Callable[[Declaration], Declaration]) -> Declaration:
        with self._lock:
            if self._closed:
                raise ConflictError("the run is over: nothing more can be declared")
            before, after = self._value, step(self._value)
            if after == before:
                return after
            _write(self._path, after)
            self._value = after
        if self._changed is not None:
            self._changed(after)
        return after


def read_declaration(path: Path) -> Declaration:
    """Return what a runner left in its file; nothing declared if there is none.

    Raises:
        RecordError: the file is damaged.
    """
    try:
        return Declaration.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Declaration()
    except ValueError as error:
        raise RecordError(f"{path}: expected what a run declared, found something else") from error


def _write(path: Path, value: Declaration) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(value.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
