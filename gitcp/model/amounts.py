"""What is limited and counted: money in USD, tokens, runs, minutes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gitcp.model.base import Amount, Count, Minutes, Positive, Value


class Metric(StrEnum):
    """A thing that a budget can cap."""

    USD = "usd"
    USD_IMPUTED = "usd_imputed"
    TOKENS = "tokens"
    RUNS = "runs"
    MINUTES = "minutes"


class RunLimits(Value):
    """What one run may use at most; what is not given comes from the company, then from the runtime. `silence_minutes`: without any output."""

    usd: Amount | None = None
    usd_imputed: Amount | None = None
    tokens: Positive | None = None
    minutes: Minutes | None = None
    turns: Positive | None = None
    silence_minutes: Minutes | None = None

    def over(self, defaults: "RunLimits") -> "RunLimits":
        """Fill what is not given from `defaults`."""
        own = self.model_dump(exclude_none=True)
        return RunLimits(**(defaults.model_dump(exclude_none=True) | own))

    def without(self, name: str) -> "RunLimits":
        """Leave one limit out."""
        return RunLimits(**self.model_dump(exclude_none=True, exclude={name}))

    @property
    def is_imputed(self) -> bool:
        """Whether nothing is billed: what the run costs is then a list price."""
        return self.usd is None and self.usd_imputed is not None


class BudgetLimits(Value):
    """The caps of a budget; a metric without a cap is not limited by it."""

    usd: Amount | None = None
    usd_imputed: Amount | None = None
    tokens: Count | None = None
    runs: Count | None = None
    minutes: Amount | None = None

    def capped(self) -> Iterator[tuple[Metric, Decimal]]:
        """Yield the metrics that have a cap, with it."""
        for metric in Metric:
            limit = getattr(self, metric.value)
            if limit is not None:
                yield metric, Decimal(limit)


class Amounts(Value):
    """Amounts used or reserved."""

    usd: Amount = Decimal(0)
    usd_imputed: Amount = Decimal(0)
    tokens: Count = 0
    runs: Count = 0
    minutes: Amount = Decimal(0)

    def of(self, metric: Metric) -> Decimal:
        """Return the amount of one metric."""
        return Decimal(getattr(self, metric.value))

    def plus(self, other: "Amounts") -> "Amounts":
        """Add metric by metric."""
        return Amounts(**{m.value: getattr(self, m.value) + getattr(other, m.value) for m in Metric})

    def at_least(self, other: "Amounts") -> "Amounts":
        """Take the larger of the two, metric by metric."""
        return Amounts(**{m.value: max(getattr(self, m.value), getattr(other, m.value)) for m in Metric})

    def only(self, *names: str) -> "Amounts":
        """Leave all other metrics out."""
        return Amounts(**{name: getattr(self, name) for name in names})


class Daily(Value):
    """How often an agent may run in a day of the company's zone; `wakes`: of these, outside of heartbeats, routines and by hand."""

    runs: Positive | None = None
    wakes: Positive | None = None


class Usage(Amounts):
    """What a run used, with the tokens told apart where the runtime tells."""

    input_tokens: Count | None = None
    cached_tokens: Count | None = None
    output_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    turns: Count | None = None


@dataclass(frozen=True, slots=True)
class Charged:
    """What runs took from a budget, summed for every metric: settled by those that ended, reserved by those that are live."""

    settled: Mapping[Metric, Decimal]
    reserved: Mapping[Metric, Decimal]

    @classmethod
    def of(cls, settled: Iterable[Amounts], reserved: Iterable[Amounts]) -> "Charged":
        """Add amounts up."""
        return cls(_total(settled), _total(reserved))

    def plus(self, other: "Charged") -> "Charged":
        """Add metric by metric."""
        return Charged(
            {metric: self.settled[metric] + other.settled[metric] for metric in Metric},
            {metric: self.reserved[metric] + other.reserved[metric] for metric in Metric},
        )


def _total(amounts: Iterable[Amounts]) -> dict[Metric, Decimal]:
    found = list(amounts)
    return {metric: sum((each.of(metric) for each in found), Decimal(0)) for metric in Metric}
