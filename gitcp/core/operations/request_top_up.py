"""Ask people for more money: for a budget that a run does not fit, and whose `on_exceed` is ask."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final

from gitcp.core.authority import authorise
from gitcp.core.budgets import company_zone, period_end
from gitcp.core.budgets.asking import RAISING, answerable, file_of, gates, lacking, request
from gitcp.core.lookup import changed, existing, made
from gitcp.core.numbering import APPROVALS, next_approval
from gitcp.errors import ConflictError
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.guards import Approval, Budget, Gate, Period, ProposedFile, TopUp
from gitcp.model.ids import ApprovalId, MemberId, TaskId, approval_id
from gitcp.model.operation import SCHEDULER, Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Counter

_WHILE: Final = {
    Period.RUN: "for every run",
    Period.DAY: "for this day",
    Period.WEEK: "for this week",
    Period.MONTH: "for this month",
    Period.TOTAL: "for good",
}
_UNITS: Final = {Metric.USD: "USD", Metric.USD_IMPUTED: "USD at list price"}


def topped_up(budget: Budget, limits: BudgetLimits, now: datetime, approval: str) -> Budget:
    """Return a budget with more for the period that `now` lies in."""
    top_up = TopUp(at=now.replace(microsecond=0), limits=limits, approval=approval)
    return changed(budget, extra=(*budget.extra, top_up))


class RequestTopUp(Operation):
    """Ask for a budget's file as `file` has it: with `limits` more in the present period, by `approval`, the next that is free.

    Of a budget that gates guard, each gate is asked for itself.
    """

    name: ClassVar[str] = "budget.ask"

    budget: str
    limits: BudgetLimits
    agent: MemberId
    task: TaskId | None = None
    approval: ApprovalId
    file: ProposedFile

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """File the request, unless it was asked meanwhile or there is enough again."""
        authorise(snapshot, call, self.name)
        budget = existing(snapshot, Budget, self.budget)
        subject = f"request approval {self.approval}: more for budget {budget.id}"
        if request(snapshot, budget, call.now) or not lacking(snapshot, budget, self.limits, call.now):
            return Edit((), subject)
        first = next_approval(snapshot)
        if approval_id(first) != self.approval or self.file.path != file_of(budget.id):
            raise ConflictError(f"approval {self.approval} is not the next one: somebody else was first")
        asked = [*self._approvals(snapshot, budget, call, first)]
        counter = Counter(id=APPROVALS, next=first + len(asked))
        return Edit((*map(Put, asked), Put(counter)), subject, reason=self._reason())

    def _approvals(self, snapshot: Snapshot, budget: Budget, call: Call, first: int) -> Iterator[Approval]:
        for number, gate in enumerate(gates(snapshot, budget, self.limits) or (None,), first):
            yield made(Approval, approval_id(number), self._fields(snapshot, budget, call, gate))

    def _fields(self, snapshot: Snapshot, budget: Budget, call: Call, gate: Gate | None) -> dict[str, object]:
        above = answerable(snapshot, budget)
        approvers = gate.approvers if gate else (above,) if above else ()
        return {
            "title": f"Add {self._amounts()} to budget {budget.id} {_WHILE[budget.period]}",
            "for_operation": RAISING,
            "requested_by": SCHEDULER,
            "requested_at": call.now.replace(microsecond=0),
            "change": (self.file,),
            "budget": budget.id,
            "approvers": approvers,
            "quorum": gate.quorum if gate else 1,
            "expires": _expires(snapshot, budget, call.now, gate),
            "description": self._reason() + (f"\n\n{gate.reason}" if gate and gate.reason else ""),
        }

    def _amounts(self) -> str:
        return ", ".join(
            f"{amount:f} {_UNITS.get(metric, metric.value)}" for metric, amount in self.limits.capped()
        )

    def _reason(self) -> str:
        about = f" for {self.task}" if self.task else ""
        return f"A run of {self.agent}{about} does not fit into what is left of budget {self.budget}."


def _expires(snapshot: Snapshot, budget: Budget, now: datetime, gate: Gate | None) -> datetime | None:
    end = period_end(budget.period, now, company_zone(snapshot.company))
    days = gate.expires_days if gate else None
    times = [
        time for time in (end, now.replace(microsecond=0) + timedelta(days=days) if days else None) if time
    ]
    return min(times, default=None)
