"""Which of its thresholds a budget has passed in its present period, and since when: by the runs that it was charged for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from gitcp.dashboard.facts import fact
from gitcp.dashboard.input import BudgetRow, BudgetUse
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.model.amounts import Metric
from gitcp.model.guards import Period

_ALL: Final = Decimal(1)
_OF: Final[Mapping[Metric, Callable[[RunRow], Decimal]]] = {
    Metric.USD: lambda run: run.usd,
    Metric.USD_IMPUTED: lambda run: run.usd_imputed,
    Metric.TOKENS: lambda run: Decimal(run.tokens),
    Metric.RUNS: lambda _: Decimal(1),
    Metric.MINUTES: lambda run: run.minutes,
}


@dataclass(frozen=True, slots=True)
class Passed:
    """A threshold that a cap has passed, as a share of its limit; `since` is the beginning of the period, none: it has none."""

    budget: str
    metric: Metric
    level: Decimal
    at: datetime
    since: datetime | None


@fact("passed")
def passed(register: Register, _: str) -> Sequence[Passed]:
    """Return every threshold that is passed now, the last one first. What is only reserved has passed nothing yet."""
    near = [use for use in register.site.budgets if use.budget.period is not Period.RUN and any(_levels(use))]
    if not near:
        return ()
    runs = _charged(register, {use.budget.id for use in near})
    found = (each for use in near for each in _passed(use, runs[use.budget.id]))
    return sorted(found, key=lambda each: (each.at, each.budget, each.metric, each.level), reverse=True)


def _levels(use: BudgetUse) -> Iterator[tuple[BudgetRow, Decimal]]:
    for row in use.rows:
        for level in sorted({*(Decimal(str(level)) for level in use.budget.warn_at), _ALL}):
            if row.limit and row.settled >= row.limit * level:
                yield row, level


def _charged(register: Register, budgets: Iterable[str]) -> Mapping[str, Sequence[RunRow]]:
    """Return the ended runs that each budget was charged for, in the order in which they ended."""
    runs: dict[str, list[RunRow]] = {budget: [] for budget in budgets}
    for run in register.rows.runs.values():
        if run.ended_at is not None:
            for budget in runs.keys() & run.charges:
                runs[budget].append(run)
    return {budget: sorted(those, key=_ended) for budget, those in runs.items()}


def _ended(run: RunRow) -> tuple[datetime, str]:
    return run.ended_at or run.claimed_at, run.id


def _passed(use: BudgetUse, runs: Sequence[RunRow]) -> Iterator[Passed]:
    since = use.period_start
    within = [run for run in runs if since is None or run.claimed_at >= since]
    for row, level in _levels(use):
        at = _when(within, row, row.limit * level) or since
        if at is not None:
            yield Passed(use.budget.id, row.metric, level, at, since)


def _when(runs: Sequence[RunRow], row: BudgetRow, amount: Decimal) -> datetime | None:
    """Return when the run ended that passed an amount; the last one where the runs that are left do not come to it."""
    total = Decimal(0)
    for run in runs:
        total += _OF[row.metric](run)
        if total >= amount:
            return run.ended_at
    return runs[-1].ended_at if runs else None
