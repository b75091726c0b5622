"""How fast a budget is used, and when it runs dry if that goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from gitcp.core.budgets.periods import company_zone, period_end
from gitcp.core.budgets.use import Line, charged_since
from gitcp.model.amounts import Charged, Metric
from gitcp.model.guards import Budget, Period
from gitcp.model.snapshot import Snapshot

# A rate is what runs claimed in the last week took, per day; of a younger budget, in the days since its first run.
WINDOW: Final = 7
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a budget uses of each metric in a day, and until when its period lasts; `days`: over how many days that was seen."""

    per_day: dict[Metric, Decimal]
    days: int
    until: datetime | None

    def dry_at(self, line: Line, now: datetime) -> datetime | None:
        """Return when nothing is left, at this pace; none: not in this period."""
        if line.available <= 0:
            return now
        rate = self.per_day[line.metric]
        days = line.available / rate if rate else None
        # Further away than a century is never.
        if days is None or days > 36_500:  # noqa: PLR2004
            return None
        dry = now + _DAY * float(days)
        return dry if self.until is None or dry < self.until else None


def pace(snapshot: Snapshot, budget: Budget, now: datetime) -> Pace | None:
    """Return the pace of a budget; none where each run has it to itself."""
    if budget.period is Period.RUN:
        return None
    until = period_end(budget.period, now, company_zone(snapshot.company))
    week, before = _taken(snapshot, budget, now, [WINDOW, 2 * WINDOW])
    days = WINDOW if week != before else _days(snapshot, budget, now, week)
    return Pace({metric: amount / days for metric, amount in week.items()}, days, until)


def _days(snapshot: Snapshot, budget: Budget, now: datetime, week: dict[Metric, Decimal]) -> int:
    ages = range(1, WINDOW)
    taken = _taken(snapshot, budget, now, ages) if any(week.values()) else []
    return next((age for age, amounts in zip(ages, taken, strict=False) if amounts == week), WINDOW)


def _taken(
    snapshot: Snapshot, budget: Budget, now: datetime, ages: Sequence[int]
) -> list[dict[Metric, Decimal]]:
    return [_gone(each) for each in charged_since(snapshot, budget, [now - _DAY * age for age in ages])]


def _gone(charged: Charged) -> dict[Metric, Decimal]:
    return {metric: charged.settled[metric] + charged.reserved[metric] for metric in Metric}
