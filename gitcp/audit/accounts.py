"""What each budget's runs came to, period by period: computed anew from the runs themselves, archived or not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gitcp.core.budgets import company_zone, period_start
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.base import format_instant
from gitcp.model.guards import Budget, Period
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, runs_ever


@dataclass(slots=True)
class _Sums:
    settled: list[Amounts] = field(default_factory=list)
    reserved: list[Amounts] = field(default_factory=list)


def accounts(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return a row for each budget and period in which a run charged it, sorted; a budget for one run has a row for each run."""
    zone = company_zone(snapshot.company)
    sums: dict[tuple[str, str], _Sums] = {}
    for run in runs_ever(snapshot):
        for name in dict.fromkeys(run.charges):
            budget = snapshot.get(Budget, name)
            since = period_start(budget.period, run.claimed_at, zone) if budget else None
            key = name, _period(run, budget, since)
            found = sums.setdefault(key, _Sums())
            (found.reserved if run.is_active else found.settled).append(run.charge)
    return [_row(snapshot, name, period, found) for (name, period), found in sorted(sums.items())]


def _period(run: Run, budget: Budget | None, since: datetime | None) -> str:
    if since is not None:
        return format_instant(since)
    return run.id if budget is not None and budget.period is Period.RUN else "total"


def _row(snapshot: Snapshot, name: str, period: str, found: _Sums) -> dict[str, Any]:
    budget = snapshot.get(Budget, name)
    limits = {str(metric): float(limit) for metric, limit in budget.limits.capped()} if budget else {}
    return {
        "budget": name,
        "period": str(budget.period) if budget else None,
        "since": period,
        "limits": limits,
        "runs": len(found.settled) + len(found.reserved),
        "settled": _total(found.settled),
        "reserved": _total(found.reserved),
    }


def _total(amounts: Iterable[Amounts]) -> dict[str, float]:
    held = list(amounts)
    sums = {str(metric): sum(each.of(metric) for each in held) for metric in Metric}
    return {name: float(value) for name, value in sums.items() if value}
