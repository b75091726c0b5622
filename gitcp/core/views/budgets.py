"""Budgets as plain values: what is used, how fast, by whom, and what waits for money."""

from collections.abc import Iterable
from datetime import datetime

from gitcp.core.budgets import Line, company_zone, period_end, top_ups, use
from gitcp.core.budgets.asking import request
from gitcp.core.budgets.pace import Pace, pace
from gitcp.core.budgets.spending import Spender, Sums, earlier, spenders
from gitcp.core.budgets.warnings import threshold
from gitcp.core.views.plain import View, plain, record_view
from gitcp.model.guards import Budget
from gitcp.model.snapshot import Snapshot


def budget_row(snapshot: Snapshot, budget: Budget, now: datetime) -> View:
    """Return a budget with its use in the current period; serves lists, a budget being nothing without its use.

    `per_day` is what runs of the last seven days took, of a younger budget since its first run; `dry_at` when nothing is left at that pace: null
    where that is not in this period. `asked` is the request for more that stands.
    """
    used, going = use(snapshot, budget, now), pace(snapshot, budget, now)
    asked = request(snapshot, budget, now)
    return {
        **record_view(budget),
        "scope": budget.scope.value,
        "target": budget.target,
        "since": plain(used.since),
        "until": plain(period_end(budget.period, now, company_zone(snapshot.company))),
        "use": [_line(budget, line, going, now) for line in used.lines],
        "asked": {"id": asked.id, "status": asked.status.value} if asked else None,
    }


def budget_view(snapshot: Snapshot, budget: Budget, now: datetime) -> View:
    """Return a budget with its use, its biggest spenders in the current period, what was added to it, and what earlier periods took."""
    found = spenders(snapshot, budget, now)
    return {
        **budget_row(snapshot, budget, now),
        "top_ups": [plain(each) for each in top_ups(snapshot, budget, now)],
        "spenders": {
            "agents": _spenders(budget, found.agents),
            "tasks": _spenders(budget, found.tasks),
            "whole": found.is_whole,
        },
        "earlier": [
            {"since": plain(past.since), "until": plain(past.until), "used": _capped(budget, past.sums)}
            for past in earlier(snapshot, budget, now)
        ],
    }


def _line(budget: Budget, line: Line, going: Pace | None, now: datetime) -> View:
    passed = threshold(budget, line)
    dry = going.dry_at(line, now) if going else None
    return {
        "metric": line.metric.value,
        "limit": plain(line.limit),
        "extra": plain(line.extra),
        "settled": plain(line.settled),
        "reserved": plain(line.reserved),
        "available": plain(line.available),
        "share": round(line.share, 6),
        "per_day": round(float(going.per_day[line.metric]), 6) if going else None,
        "dry_at": plain(dry.replace(microsecond=0)) if dry else None,
        "state": "ok" if passed is None else "warning" if line.available > 0 else "exhausted",
    }


def _spenders(budget: Budget, found: Iterable[Spender]) -> list[View]:
    return [{"name": each.name, "runs": each.runs, "used": _capped(budget, each.sums)} for each in found]


def _capped(budget: Budget, sums: Sums) -> View:
    return {metric.value: plain(sums[metric]) for metric, _ in budget.limits.capped()}
