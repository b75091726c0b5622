"""Where a value lies on a drawing, and the round figures beside it. All lengths are hundredths of the box that is drawn into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from gitcp.dashboard.figures import amount, plural, tokens
from gitcp.model.amounts import Metric

WHOLE: Final = 100.0
MOST_TICKS: Final = 5

_STEPS: Final = tuple(Decimal(step) for step in ("1", "2", "2.5", "5", "10"))
_CENT: Final = Decimal("0.01")
_LEAST_MONEY: Final = Decimal("0.001")

Write = Callable[[Decimal], str]


@dataclass(frozen=True, slots=True)
class Unit:
    """How amounts are written beside the axis, and elsewhere; `whole`: they are counted, so that no tick lies between two whole numbers.

    `large`: how many make one of what is counted where there are many, such as 60 minutes an hour.
    """

    ticks: Write
    text: Write
    whole: bool = False
    large: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across, from the top, and its figure."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From nothing to a round figure that no value exceeds; `ticks` are as far from each other, the topmost first."""

    top: Decimal
    ticks: tuple[Tick, ...]

    def share(self, value: Decimal) -> float:
        """Return how high a value stands, in hundredths; never outside of the box."""
        return min(max(float(value / self.top) * WHOLE, 0.0), WHOLE)

    def down(self, value: Decimal) -> str:
        """Return how far below the top a value lies."""
        return length(WHOLE - self.share(value))


def scale(values: Sequence[Decimal], unit: Unit) -> Scale:
    """Make a scale for these values."""
    most = max([*values, Decimal(0)])
    least = most / (MOST_TICKS - 1) if most else Decimal(1)
    base = unit.large if least >= unit.large else Decimal(1)
    step = _step(least / base, whole=unit.whole or base > 1) * base
    count = max(1, int((most / step).to_integral_value(ROUND_CEILING)))
    top = step * count
    return Scale(
        top,
        tuple(Tick(length(WHOLE - WHOLE * n / count), unit.ticks(step * n)) for n in range(count, -1, -1)),
    )


def length(value: float) -> str:
    """Write a length."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def unit_of(metric: Metric) -> "Unit":
    """Return how amounts of a metric are written; the figures of an axis are short, without cents where there are none."""
    text: Write = lambda value: amount(metric, value)  # noqa: E731
    if metric in {Metric.USD, Metric.USD_IMPUTED}:
        return Unit(_money, text)
    if metric is Metric.MINUTES:
        return Unit(_minutes, text, large=Decimal(60))
    return Unit(text, text, whole=metric in {Metric.RUNS, Metric.TOKENS})


def _money(value: Decimal) -> str:
    if value >= 10_000:  # noqa: PLR2004 - as long as the figure stays short
        return f"${tokens(value)}"
    cents = 0 if value == value.to_integral_value() else 2 if value % _CENT == 0 else 3
    return f"${value:,.{cents}f}"


def _minutes(value: Decimal) -> str:
    hours, left = divmod(value, 60)
    return f"{hours:,.0f} h" if hours and not left else f"{value.normalize():f} min"


def _step(least: Decimal, *, whole: bool) -> Decimal:
    least = max(least, Decimal(1) if whole else _LEAST_MONEY)
    power = Decimal(10) ** least.adjusted()
    steps = (step * power for step in _STEPS)
    return next(step for step in steps if step >= least and not (whole and step % 1))


def spread(count: int, most: int) -> list[int]:
    """Return which of some columns to label, from the first on and as far from each other, so that there are no more than `most`."""
    every = next((n for n in (1, 2, 5, 7, 14, 30) if count <= n * most), max(1, -(-count // most)))
    return list(range(0, count, every))


def unit_of_things(one: str) -> Unit:
    """Return how numbers of a thing are written."""
    return Unit(lambda value: f"{int(value):,}", lambda value: plural(int(value), one), whole=True)
