"""Which budgets are near their end: recomputed from what is used, never counted.

Rule: a warning has one name for each threshold and period, so that who tells it can tell it once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gitcp.core.budgets.use import Line, use
from gitcp.model.amounts import Metric
from gitcp.model.guards import Budget, Period
from gitcp.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Warned:
    """A cap that passed a threshold: the highest that it passed, 1 where nothing is left."""

    budget: str
    metric: Metric
    threshold: float
    share: float
    since: datetime | None

    @property
    def name(self) -> str:
        """What it is told once under."""
        since = self.since.isoformat() if self.since else "ever"
        return f"{self.budget} {self.metric} {self.threshold} {since}"

    def __str__(self) -> str:
        """Say it as a sentence."""
        if self.threshold >= 1:
            return f"budget {self.budget}: no {self.metric} left ({self.share:.0%} of its limit)"
        return f"budget {self.budget}: {self.share:.0%} of its {self.metric} used or reserved (warns at {self.threshold:.0%})"


def warnings(snapshot: Snapshot, now: datetime, budgets: Sequence[Budget] | None = None) -> Iterator[Warned]:
    """Yield what these budgets warn of now; none: all of them, in the order of their ids."""
    for budget in snapshot.all(Budget) if budgets is None else budgets:
        # A budget that each run has to itself is never partly used.
        if budget.period is Period.RUN:
            continue
        used = use(snapshot, budget, now)
        for line in used.lines:
            passed = threshold(budget, line)
            if passed is not None:
                yield Warned(budget.id, line.metric, passed, line.share, used.since)


def threshold(budget: Budget, line: Line) -> float | None:
    """Return the highest threshold that a cap has passed; 1 where nothing is left, none where it passed none."""
    if line.available <= 0:
        return 1.0
    return max((level for level in budget.warn_at if line.share >= level), default=None)
