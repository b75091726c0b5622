"""What an operation may cost, as a table: the amount that gates compare with `above_usd`.

Rule: what frees no money costs nothing; what frees money without a limit costs more than any amount. Of a budget that lets more be spent than before counts
what it lets be spent then, and not the difference: so nobody gets past a gate in small steps.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from gitcp.core.budgets import limits_of
from gitcp.model.amounts import RunLimits
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.company import Company
from gitcp.model.guards import Budget, Period
from gitcp.model.members import Agent
from gitcp.model.runs import Run, Wake
from gitcp.model.snapshot import Snapshot

# More than any amount: nobody knows how much.
UNLIMITED: Final = Decimal("Infinity")

# The longer the time over which it counts, the less the same limit lets be spent.
_LENGTHS: Final = tuple(Period)


def cost(operation: str, change: RecordChange) -> Decimal | None:
    """Return what an operation that changes a record may cost in USD; none: nothing."""
    found = _COSTS.get(operation)
    return found(change.known, change.before, change.after) if found else None


def cost_of_run(run: Run) -> Decimal | None:
    """Return what a run may cost that is about to start: its reservation of billed money."""
    return run.reserved.usd or None


def cost_of_agent(known: Snapshot, agent: Agent) -> Decimal | None:
    """Return what one run of an agent may cost; where nothing is billed, nothing."""
    limits = limits_of(known, agent)
    return None if limits.is_imputed else _limit(limits.usd)


def _limit(usd: Decimal | None) -> Decimal:
    return UNLIMITED if usd is None else usd


def _of_agent(known: Snapshot, _before: Record | None, after: Record | None) -> Decimal | None:
    return cost_of_agent(known, after) if isinstance(after, Agent) else None


def _of_edited_agent(known: Snapshot, before: Record | None, after: Record | None) -> Decimal | None:
    if not isinstance(after, Agent):
        return None
    was = cost_of_agent(known, before) if isinstance(before, Agent) else None
    return _if_more(was, cost_of_agent(known, after))


def _of_company(_known: Snapshot, before: Record | None, after: Record | None) -> Decimal | None:
    limits = [each.limits if isinstance(each, Company) else RunLimits() for each in (before, after)]
    return None if limits[0] == limits[1] else _if_more(limits[0].usd, _limit(limits[1].usd))


def _of_wake(known: Snapshot, _before: Record | None, after: Record | None) -> Decimal | None:
    agent = known.get(Agent, after.agent) if isinstance(after, Wake) else None
    return cost_of_agent(known, agent) if agent else None


def _of_new_budget(_known: Snapshot, _before: Record | None, after: Record | None) -> Decimal | None:
    return _allowance(after)


def _of_edited_budget(_known: Snapshot, before: Record | None, after: Record | None) -> Decimal | None:
    was, becomes = _allowance(before), _allowance(after)
    if was is None:  # it capped no money, so that it cannot let more be spent
        return becomes
    if becomes is None:
        return UNLIMITED
    assert isinstance(before, Budget)
    assert isinstance(after, Budget)
    is_looser = (
        _LENGTHS.index(after.period) < _LENGTHS.index(before.period)
        or (before.backfill and not after.backfill)
        # What was added for a period that is over may have been moved into the present one.
        or any(more.limits.usd for more in Counter(after.extra) - Counter(before.extra))
    )
    return becomes if is_looser else _if_more(was, becomes)


def _allowance(budget: Record | None) -> Decimal | None:
    if not isinstance(budget, Budget) or budget.limits.usd is None:
        return None
    return budget.limits.usd + sum((more.limits.usd or Decimal(0) for more in budget.extra), Decimal(0))


def _if_more(was: Decimal | None, becomes: Decimal | None) -> Decimal | None:
    return becomes if becomes is not None and becomes > (was or Decimal(0)) else None


_Cost = Callable[[Snapshot, Record | None, Record | None], Decimal | None]
_COSTS: Final[Mapping[str, _Cost]] = {
    "agent.hire": _of_agent,
    "agent.edit": _of_edited_agent,
    "agent.resume": _of_agent,
    "wake.request": _of_wake,
    "company.edit": _of_company,
    "budget.create": _of_new_budget,
    "budget.edit": _of_edited_budget,
    "budget.raise": _of_edited_budget,
    "budget.remove": _of_edited_budget,
}

# What may cost something at all; a claim knows what a run reserves.
COSTLY: Final = frozenset({*_COSTS, "task.start", "delivery"})
