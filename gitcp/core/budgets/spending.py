"""Where a budget's money went: its biggest spenders, and what earlier periods took."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from gitcp.core.budgets.periods import company_zone, period_start
from gitcp.core.budgets.use import charged_since, counted
from gitcp.core.ledger import entries
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.guards import Budget, Ledger, LedgerEntry, Period
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot

MOST_RUNS: Final = 2_000
BIGGEST: Final = 5
EARLIER: Final = 6

Sums = dict[Metric, Decimal]


@dataclass(frozen=True, slots=True)
class Spender:
    """An agent or a task, and what its runs took of a budget in the current period."""

    name: str
    runs: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Spenders:
    """The biggest spenders; `is_whole`: whether every run of the period was looked at. Of archived runs no task is known."""

    agents: tuple[Spender, ...]
    tasks: tuple[Spender, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class PastPeriod:
    """An earlier period, and what its runs took."""

    since: datetime
    until: datetime
    sums: Sums


def spenders(snapshot: Snapshot, budget: Budget, now: datetime) -> Spenders:
    """Return who took most of a budget in its current period, by its first capped metric; of its newest runs, at most `MOST_RUNS`."""
    since = period_start(budget.period, now, company_zone(snapshot.company))
    newest = snapshot.runs(claimed_from=since, limit=MOST_RUNS)
    runs = list(counted(snapshot, budget, newest))
    metric = next((metric for metric, _ in budget.limits.capped()), Metric.USD)
    archived = list(entries(snapshot, budget)) if budget.period is Period.TOTAL else []
    return Spenders(
        _biggest(_of_runs(runs, lambda run: run.agent), _of_ledger(archived), metric),
        _biggest(_of_runs(runs, lambda run: run.task), {}, metric),
        len(newest) < MOST_RUNS and not archived,
    )


def earlier(snapshot: Snapshot, budget: Budget, now: datetime) -> list[PastPeriod]:
    """Return what the periods before the current one took, the latest first; what is archived counts in months, by UTC."""
    starts = [*_starts(snapshot, budget, now)]
    if not starts:
        return []
    charged = charged_since(snapshot, budget, starts)
    gone = [{m: each.settled[m] + each.reserved[m] for m in Metric} for each in charged]
    spans = zip(pairwise(starts), pairwise(gone), strict=True)
    found = [
        PastPeriod(since, until, {m: all_[m] - later[m] for m in Metric})
        for (until, since), (later, all_) in spans
    ]
    return [_with_ledger(snapshot, budget, past) for past in found]


def _starts(snapshot: Snapshot, budget: Budget, now: datetime) -> Iterator[datetime]:
    place = company_zone(snapshot.company)
    since = period_start(budget.period, now, place)
    for _ in range(EARLIER + 1):
        if since is None:
            return
        yield since
        since = period_start(budget.period, since - timedelta(hours=1), place)


def _with_ledger(snapshot: Snapshot, budget: Budget, past: PastPeriod) -> PastPeriod:
    if budget.period is not Period.MONTH:
        return past
    # The middle of a month lies in it in every zone.
    ledger = snapshot.get(Ledger, f"{past.since + timedelta(days=14):%Y-%m}")
    entries = [entry for entry in (ledger.entries if ledger else ()) if budget.id in entry.budgets]
    sums = {m: past.sums[m] + sum((e.amounts.of(m) for e in entries), Decimal(0)) for m in Metric}
    return PastPeriod(past.since, past.until, sums)


Taken = dict[str, list[tuple[int, Amounts]]]


def _of_runs(runs: Iterable[Run], name_of: Callable[[Run], str | None]) -> Taken:
    own: Taken = defaultdict(list)
    for run in runs:
        name = name_of(run)
        if name is not None:
            own[name].append((1, run.charge))
    return own


def _of_ledger(archived: Iterable[LedgerEntry]) -> Taken:
    own: Taken = defaultdict(list)
    for entry in archived:
        own[entry.agent].append((entry.runs, entry.amounts))
    return own


def _biggest(live: Taken, archived: Taken, by: Metric) -> tuple[Spender, ...]:
    own = {name: [*live.get(name, ()), *archived.get(name, ())] for name in {*live, *archived}}
    found = [Spender(name, sum(runs for runs, _ in each), _sums(each)) for name, each in own.items()]
    found.sort(key=lambda spender: (-spender.sums[by], -spender.runs, spender.name))
    return tuple(found[:BIGGEST])


def _sums(taken: list[tuple[int, Amounts]]) -> Sums:
    return {metric: sum((amounts.of(metric) for _, amounts in taken), Decimal(0)) for metric in Metric}
