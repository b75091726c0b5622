"""Add to what a budget allows: for good, or for its present period alone."""

from typing import ClassVar

from gitcp.core.authority import authorise
from gitcp.core.lookup import changed, existing
from gitcp.core.record_references import check_record
from gitcp.errors import RecordError
from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Flag
from gitcp.model.guards import Budget, TopUp
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot


class RaiseBudget(Operation):
    """Add amounts to the caps that a budget has; `this_period`: what is left of them is gone when the period ends."""

    name: ClassVar[str] = "budget.raise"

    budget: str
    limits: BudgetLimits
    this_period: Flag = False

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write higher limits, or a top-up beside them."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, Budget, self.budget)
        after = self._topped_up(before, call) if self.this_period else self._raised(before)
        if after != before:
            check_record(snapshot, after)
        lasting = " for its present period" if self.this_period else ""
        changes = () if after == before else (Put(after),)
        return Edit(changes, f"raise budget {before.id} by {self._amounts(before)}{lasting}")

    def _amounts(self, budget: Budget) -> str:
        own, found = dict(budget.limits.capped()), dict(self.limits.capped())
        unknown = [metric.value for metric in found if metric not in own]
        if unknown or not found:
            expected = ", ".join(metric.value for metric in own) or "a cap to begin with"
            raise RecordError(
                f"budget {budget.id}: expected {expected}, found {', '.join(unknown) or 'nothing'}",
                hint=f"only what has a cap can be raised; gitcp budget edit {budget.id} sets one",
            )
        return ", ".join(f"{amount:f} {metric}" for metric, amount in found.items())

    def _topped_up(self, budget: Budget, call: Call) -> Budget:
        top_up = TopUp(at=call.now.replace(microsecond=0), limits=self.limits)
        return changed(budget, extra=(*budget.extra, top_up))

    def _raised(self, budget: Budget) -> Budget:
        own = dict(budget.limits.capped())
        more = {metric.value: own.get(metric, 0) + amount for metric, amount in self.limits.capped()}
        limits = budget.limits.model_dump(exclude_unset=True) | more
        return changed(budget, limits=BudgetLimits(**limits))
