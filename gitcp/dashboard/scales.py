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


def scale(values: Sequence[Decimal], write: Write, *, whole: bool = False) -> Scale:
    """Make a scale for these values; `whole`: they are counted, so that no tick lies between two whole numbers."""
    most = max([*values, Decimal(0)])
    step = _step(most / (MOST_TICKS - 1) if most else Decimal(1), whole=whole)
    count = max(1, int((most / step).to_integral_value(ROUND_CEILING)))
    top = step * count
    return Scale(
        top,
        tuple(Tick(length(WHOLE - WHOLE * n / count), write(step * n)) for n in range(count, -1, -1)),
    )


def length(value: float) -> str:
    """Write a length."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def ticks_of(metric: Metric) -> Write:
    """Return how the figures beside a drawing are written: short, without cents where there are none."""
    return _MONEY if metric in {Metric.USD, Metric.USD_IMPUTED} else lambda value: amount(metric, value)


def is_counted(metric: Metric) -> bool:
    """Whether there are only whole numbers of it."""
    return metric in {Metric.RUNS, Metric.TOKENS}


def _money(value: Decimal) -> str:
    if value >= 10_000:  # noqa: PLR2004 - as long as the figure stays short
        return f"${tokens(value)}"
    cents = 0 if value == value.to_integral_value() else 2 if value % _CENT == 0 else 3
    return f"${value:,.{cents}f}"


_MONEY: Final[Write] = _money


def _step(least: Decimal, *, whole: bool) -> Decimal:
    least = max(least, Decimal(1) if whole else _LEAST_MONEY)
    power = Decimal(10) ** least.adjusted()
    steps = (step * power for step in _STEPS)
    return next(step for step in steps if step >= least and not (whole and step % 1))


def spread(count: int, most: int) -> list[int]:
    """Return which of some columns to label, from the first on and as far from each other, so that there are no more than `most`."""
    every = next((n for n in (1, 2, 5, 7, 14, 30) if count <= n * most), max(1, -(-count // most)))
    return list(range(0, count, every))


def counted(one: str) -> Write:
    """Return how numbers of a thing are written."""
    return lambda value: plural(int(value), one)
