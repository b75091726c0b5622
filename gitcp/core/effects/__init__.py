"""The effect of a change: what the company does otherwise once it is in. Pure in the two states and the time.

Rule: what is said comes from the planner, the budgets and the schedule themselves, asked on both sides; nothing is estimated beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gitcp.core.actions import Observed
from gitcp.core.differences import Difference, Pair
from gitcp.core.effects.clock import Rescheduled, Rhythm, rescheduled, rhythms
from gitcp.core.effects.hindrance import Halt, Hindrance, hindrances
from gitcp.core.effects.money import (
    BudgetChange,
    Clockwork,
    Cost,
    CostChange,
    Load,
    budget_changes,
    cost_changes,
)
from gitcp.core.effects.org import OrgChange, Reassigned, Step, org_changes, reassigned
from gitcp.core.effects.waking import Start, starts
from gitcp.core.plan import to_do
from gitcp.model.snapshot import Snapshot

__all__ = [
    "BudgetChange",
    "Cost",
    "CostChange",
    "Effect",
    "Halt",
    "Hindrance",
    "Load",
    "OrgChange",
    "Reassigned",
    "Rescheduled",
    "Rhythm",
    "Start",
    "Step",
    "effect",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """What the company does otherwise. `starts`: runs that the next tick would start; `spared`: those that it then would not."""

    org: tuple[OrgChange, ...] = ()
    reassigned: tuple[Reassigned, ...] = ()
    starts: tuple[Start, ...] = ()
    spared: tuple[Start, ...] = ()
    rescheduled: tuple[Rescheduled, ...] = ()
    costs: tuple[CostChange, ...] = ()
    budgets: tuple[BudgetChange, ...] = ()
    hindrances: tuple[Hindrance, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether the company goes on as before."""
        return self == Effect()


def effect(
    before: Snapshot, after: Snapshot, pairs: Sequence[Pair], told: Sequence[Difference], now: datetime
) -> Effect:
    """Return what the company does otherwise after a change. `pairs` are the records that differ, `told` the same in words."""
    if not pairs:
        return Effect()
    clocks = rhythms(before, now), rhythms(after, now)
    # What runs took is in the record whatever the change does to it.
    works = Clockwork(before, clocks[0], before), Clockwork(after, clocks[1], before)
    started, spared = starts(*(to_do(snapshot, Observed(), now).claims for snapshot in (before, after)))
    return Effect(
        tuple(org_changes(before, after, told)),
        tuple(reassigned(pairs)),
        started,
        spared,
        tuple(rescheduled(*clocks)),
        tuple(cost_changes(*works)),
        tuple(budget_changes(*works)),
        tuple(hindrances(before, after, pairs, now)),
    )
