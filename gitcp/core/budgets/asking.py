"""Money that is asked for: what to add to a budget whose `on_exceed` is ask, whom to ask, and what was asked already.

Rule: a budget asks once at a time, and after a no, or silence, not again before its next period. It is not asked where another budget stops the run all the same.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal
from typing import Final

from gitcp.core.approvals import deciders
from gitcp.core.budgets.periods import company_zone, period_start
from gitcp.core.budgets.use import Shortage, use
from gitcp.core.identity import Who
from gitcp.core.implied import Implied
from gitcp.core.org import called_now, person_above
from gitcp.core.policies import Asked, ruling
from gitcp.core.questions import asked
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.change import RecordChange
from gitcp.model.guards import Approval, ApprovalStatus, Budget, Gate, OnExceed, Scope, TopUp, Verdict
from gitcp.model.ids import project_of
from gitcp.model.members import Person
from gitcp.model.operation import SCHEDULER, ActorKind
from gitcp.model.planning import Goal, Project
from gitcp.model.snapshot import Snapshot

RAISING: Final = "budget.edit"
STEP: Final = Decimal("0.1")

_CENT: Final = Decimal("0.01")
_S: Final = ApprovalStatus
# What was applied is in the limit, and what is void was about another file: both may be asked again.
_ANSWERED: Final = {
    _S.PENDING: "asked: {}",
    _S.APPROVED: "{} is approved and not applied yet",
    _S.REJECTED: "{} was rejected",
    _S.EXPIRED: "nobody decided {} in its time",
    _S.WITHDRAWN: "{} was withdrawn",
}


def file_of(budget: str) -> str:
    """Return the path of a budget's file."""
    return f"budgets/{budget}.yaml"


def to_ask(snapshot: Snapshot, short: Sequence[Shortage], now: datetime) -> list[Budget]:
    """Return the budgets to ask for so that a run with these shortages may start: all that it lacks, or none while one has its answer to come, or got a no."""
    budgets = [snapshot.get(Budget, name) for name in dict.fromkeys(each.budget for each in short)]
    found = [budget for budget in budgets if budget is not None and _may_grow(snapshot, budget, short)]
    if len(found) < len(budgets) or any(request(snapshot, budget, now) for budget in found):
        return []
    return found


def request(snapshot: Snapshot, budget: Budget, now: datetime) -> Approval | None:
    """Return the newest request for this budget in its current period that stands in the way of another one."""
    place = company_zone(snapshot.company)
    since = period_start(budget.period, now, place)
    found = (
        approval
        for approval in snapshot.all(Approval)
        if approval.budget == budget.id
        and approval.status in _ANSWERED
        and period_start(budget.period, approval.requested_at, place) == since
    )
    return max(found, key=lambda approval: (approval.requested_at, approval.id), default=None)


def told(snapshot: Snapshot, short: Shortage, now: datetime) -> str:
    """Say why a run waits for money, and what was asked for it."""
    budget = snapshot.get(Budget, short.budget)
    found = request(snapshot, budget, now) if budget and budget.on_exceed is OnExceed.ASK else None
    return f"{short}; {_ANSWERED[found.status].format(found.id)}" if found else str(short)


def is_stuck(snapshot: Snapshot, short: Shortage) -> bool:
    """Whether nobody is left who could grant what was asked for."""
    asked = (a for a in snapshot.all(Approval) if (a.budget, a.status) == (short.budget, _S.PENDING))
    return any(len(deciders(snapshot, approval)) < approval.quorum for approval in asked)


def wanted(budget: Budget, short: Iterable[Shortage]) -> BudgetLimits:
    """Return what to ask for: of each metric enough for the run, at least what it reserves, and at least a tenth of the limit."""
    own = dict(budget.limits.capped())
    amounts = {
        each.metric.value: _rounded(
            each.metric, max(each.wanted - each.available, each.wanted, own.get(each.metric, 0) * STEP)
        )
        for each in short
        if each.budget == budget.id
    }
    return BudgetLimits(**amounts)


def lacking(snapshot: Snapshot, budget: Budget, limits: BudgetLimits, now: datetime) -> bool:
    """Whether what was to be asked for is still more than what is left."""
    left = {line.metric: line.available for line in use(snapshot, budget, now).lines}
    return any(metric in left and left[metric] < amount for metric, amount in limits.capped())


def gates(snapshot: Snapshot, budget: Budget, limits: BudgetLimits) -> tuple[Gate, ...]:
    """Return the gates that raising a budget by these limits has to pass."""
    return ruling(snapshot, _asked(snapshot, budget, limits)).gates


def answerable(snapshot: Snapshot, budget: Budget) -> str | None:
    """Return the person who answers for what a budget covers; none: no one more than others."""
    member = _answerable(snapshot, budget)
    if member is None or snapshot.get(Person, member) is not None:
        return member
    return person_above(snapshot, member)


def _may_grow(snapshot: Snapshot, budget: Budget, short: Iterable[Shortage]) -> bool:
    if budget.on_exceed is not OnExceed.ASK:
        return False
    return ruling(snapshot, _asked(snapshot, budget, wanted(budget, short))).verdict is not Verdict.DENY


def _asked(snapshot: Snapshot, budget: Budget, limits: BudgetLimits) -> Asked:
    more = TopUp(at=datetime(2000, 1, 1, tzinfo=UTC), limits=limits)
    after = budget.evolve(extra=(*budget.extra, more))
    change = RecordChange(file_of(budget.id), budget.kind, budget.id, budget, after, snapshot)
    return asked(Implied(RAISING, change), Who(ActorKind.SCHEDULER, SCHEDULER))


def _answerable(snapshot: Snapshot, budget: Budget) -> str | None:
    target = budget.target or ""
    match budget.scope:
        case Scope.COMPANY:
            return None
        case Scope.AGENT | Scope.SUBTREE:
            return person_above(snapshot, called_now(snapshot, target))
        case Scope.GOAL:
            goal = snapshot.get(Goal, target)
            return goal.owner if goal else None
        case Scope.PROJECT | Scope.TASK:
            project = snapshot.get(Project, target if budget.scope is Scope.PROJECT else project_of(target))
            return project.lead if project else None


def _rounded(metric: Metric, amount: Decimal) -> Decimal:
    money = metric in {Metric.USD, Metric.USD_IMPUTED}
    return amount.quantize(_CENT if money else Decimal(1), rounding=ROUND_UP)
