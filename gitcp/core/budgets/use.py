"""What is left of a budget, and whether a run fits into it.

Rule: available = limit - settled - reserved, recomputed from run records; there is no counter that could drift.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from gitcp.core import ledger
from gitcp.core.budgets.periods import company_zone, on_clock, period_end, period_start
from gitcp.core.budgets.scopes import scopes
from gitcp.core.org import called_now
from gitcp.model.amounts import Charged, Metric
from gitcp.model.guards import Budget, Period, TopUp
from gitcp.model.runs import Run, charged_by
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of a budget in its current period; `extra` is the part of `limit` that was added for this period."""

    metric: Metric
    limit: Decimal
    settled: Decimal
    reserved: Decimal
    extra: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What a new run may still reserve; less than nothing where it is overspent, or was lowered below what is used."""
        return self.limit - self.settled - self.reserved

    @property
    def gone(self) -> Decimal:
        """What is settled or reserved."""
        return self.settled + self.reserved

    @property
    def share(self) -> float:
        """Which part of the limit is gone; all of a limit of nothing as soon as anything is."""
        return float(self.gone / self.limit) if self.limit else float(self.gone > 0)


@dataclass(frozen=True, slots=True)
class Use:
    """A budget in its current period; `since` is where the period began, none for run and total."""

    budget: Budget
    since: datetime | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a run does not fit: the budget, the metric, and the amounts."""

    budget: str
    metric: Metric
    available: Decimal
    wanted: Decimal
    until: datetime | None = None

    def __str__(self) -> str:
        """Say it as a reason."""
        left = max(self.available, Decimal(0))
        return f"budget {self.budget}: {left:f} {self.metric} left, the run would reserve {self.wanted:f}"


def use(snapshot: Snapshot, budget: Budget, now: datetime, extra: Sequence[Run] = ()) -> Use:
    """Compute a budget's use in its current period; `extra` are claims that are planned but not in the snapshot."""
    since = period_start(budget.period, now, company_zone(snapshot.company))
    taken = Charged.of((), ())
    if budget.period is not Period.RUN:
        planned = charged_by([run for run in extra if budget.id in run.charges])
        taken = charged_since(snapshot, budget, [since])[0].plus(planned)
    if budget.period is Period.TOTAL:
        taken = taken.plus(Charged.of(ledger.settled(snapshot, budget), ()))
    added = {metric: sum(found, Decimal(0)) for metric, found in _added(snapshot, budget, since).items()}
    lines = tuple(
        Line(metric, limit + added[metric], taken.settled[metric], taken.reserved[metric], added[metric])
        for metric, limit in budget.limits.capped()
    )
    return Use(budget, since, lines)


def top_ups(snapshot: Snapshot, budget: Budget, now: datetime) -> list[TopUp]:
    """Return what was added for the current period; for a budget of runs or of all time, all that ever was."""
    since = period_start(budget.period, now, company_zone(snapshot.company))
    return list(_of_period(snapshot, budget, since))


def _added(snapshot: Snapshot, budget: Budget, since: datetime | None) -> dict[Metric, list[Decimal]]:
    added: dict[Metric, list[Decimal]] = {metric: [] for metric in Metric}
    for top_up in _of_period(snapshot, budget, since):
        for metric, amount in top_up.limits.capped():
            added[metric].append(amount)
    return added


def _of_period(snapshot: Snapshot, budget: Budget, since: datetime | None) -> Iterator[TopUp]:
    place = company_zone(snapshot.company)
    return (each for each in budget.extra if period_start(budget.period, each.at, place) == since)


def shortages(snapshot: Snapshot, run: Run, now: datetime, extra: Sequence[Run] = ()) -> Iterator[Shortage]:
    """Yield every cap among the run's charges that its reservation does not fit, in the order of the charges."""
    place = company_zone(snapshot.company)
    for budget_id in run.charges:
        budget = snapshot.get(Budget, budget_id)
        if budget is None:
            continue
        for line in use(snapshot, budget, now, extra).lines:
            wanted = run.reserved.of(line.metric)
            # What reserves nothing takes nothing from a budget, not even from one that is overspent.
            if wanted and wanted > line.available:
                until = period_end(budget.period, now, place)
                yield Shortage(budget_id, line.metric, line.available, wanted, until)


def shortage(snapshot: Snapshot, run: Run, now: datetime, extra: Sequence[Run] = ()) -> Shortage | None:
    """Return the first budget among the run's charges that its reservation does not fit, or none."""
    return next(shortages(snapshot, run, now, extra), None)


def charged_since(snapshot: Snapshot, budget: Budget, times: Sequence[datetime | None]) -> list[Charged]:
    """Return what runs claimed from each of these times on took from a budget, those that are archived left out."""
    place = company_zone(snapshot.company)
    clocks = [None if time is None else on_clock(time, place) for time in times]
    if not budget.backfill:
        return [snapshot.charged(budget.id, since) for since in clocks]
    # Where the company had another zone, what counts may have been claimed up to a day earlier.
    earliest = None if None in times else min(time for time in times if time is not None) - _DAY
    runs = list(counted(snapshot, budget, snapshot.runs(claimed_from=earliest)))
    return [charged_by([run for run in runs if since is None or run.counted_at >= since]) for since in clocks]


def counted(snapshot: Snapshot, budget: Budget, runs: Iterable[Run]) -> Iterator[Run]:
    """Yield those of some runs that count in a budget: what its claim charged, with `backfill` also what lies in its scope."""
    for run in runs:
        if budget.id in run.charges or (budget.backfill and _lies_in(snapshot, budget, run)):
            yield run


def _lies_in(snapshot: Snapshot, budget: Budget, run: Run) -> bool:
    task = snapshot.get(Task, run.task) if run.task else None
    return budget.id in scopes(snapshot, called_now(snapshot, run.agent), task)
