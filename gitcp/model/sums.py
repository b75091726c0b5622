"""What runs took from each budget since its period began, kept up to date with every run."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from gitcp.model.amounts import Charged, Metric
from gitcp.model.runs import Run

_Amounts = dict[Metric, Decimal]


@dataclass(slots=True)
class _Sum:
    since: datetime | None
    settled: _Amounts = field(default_factory=lambda: dict.fromkeys(Metric, Decimal(0)))
    reserved: _Amounts = field(default_factory=lambda: dict.fromkeys(Metric, Decimal(0)))

    def add(self, run: Run, sign: int) -> None:
        if self.since is not None and run.counted_at < self.since:
            return
        amounts, charge = self.reserved if run.is_active else self.settled, run.charge
        for metric in Metric:
            amounts[metric] += sign * charge.of(metric)


@dataclass(slots=True)
class Sums:
    """One sum for each budget: that of the period which was asked for last, for a clock goes on and never back."""

    _by_budget: dict[str, _Sum] = field(default_factory=dict)

    def of(self, budget_id: str, since: datetime | None) -> Charged | None:
        """Return the sum of a period if it is kept."""
        found = self._by_budget.get(budget_id)
        if found is None or found.since != since:
            return None
        return Charged(dict(found.settled), dict(found.reserved))

    def begin(self, budget_id: str, since: datetime | None, runs: Iterable[Run]) -> Charged:
        """Add up runs, and keep the sum from now on."""
        found = self._by_budget[budget_id] = _Sum(since)
        for run in runs:
            if budget_id in run.charges:
                found.add(run, 1)
        return Charged(dict(found.settled), dict(found.reserved))

    def change(self, before: Run | None, after: Run | None) -> None:
        """Note that a run is another than before; none: it was not there, or is not there any more."""
        for run, sign in ((before, -1), (after, 1)):
            # A budget that a claim names twice is charged once.
            for budget_id in dict.fromkeys(run.charges) if run is not None else ():
                if run is not None and budget_id in self._by_budget:
                    self._by_budget[budget_id].add(run, sign)
