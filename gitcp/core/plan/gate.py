"""Why nothing at all can start for an agent, found out without a look at what it has to do.

Rule: what is held here would be held whatever it was; the checks of a claim say so too.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from gitcp.core.actions import Waiting
from gitcp.core.budgets import Shortage, company_zone, covering, limits_of, period_end, reservation
from gitcp.core.budgets.asking import told
from gitcp.core.plan.draft import Draft
from gitcp.core.plan.hands import Hand
from gitcp.model.members import AgentStatus, WakeReason

# What has to do with tasks; a heartbeat wakes by its slot, and the rest stands beside the tasks.
_ABOUT_TASKS: Final = frozenset(WakeReason) - {WakeReason.HEARTBEAT, WakeReason.MENTION, WakeReason.MANUAL}


def is_held(draft: Draft, hand: Hand) -> bool:
    """Whether nothing can start for an agent; says until when, if that is known."""
    return any(held(draft, hand) for held in _HELD)


def _is_paused(draft: Draft, hand: Hand) -> bool:  # noqa: ARG001 - as all of them
    return hand.agent.status is not AgentStatus.ACTIVE


def _has_all_its_runs(draft: Draft, hand: Hand) -> bool:
    return draft.runs[hand.agent.id] >= hand.agent.concurrency


def _waits_for_a_slot(draft: Draft, hand: Hand) -> bool:  # noqa: ARG001
    if hand.is_beating or hand.has_something_beside or hand.agent.wake_on is None:
        return False
    return _ABOUT_TASKS.isdisjoint(hand.agent.wake_on)


def _has_no_money(draft: Draft, hand: Hand) -> bool:
    short = tuple(_shortages(draft, hand))
    # Who may be asked is asked for a run that really wants to start, so it is looked at.
    if not short or draft.to_ask(short):
        return False
    reason = told(draft.snapshot, short[0], draft.now)
    draft.said[hand.agent.id] = [Waiting(hand.agent.id, None, reason, short[0].until)]
    return True


def _shortages(draft: Draft, hand: Hand) -> Iterator[Shortage]:
    wanted = reservation(limits_of(draft.snapshot, hand.agent))
    for budget in covering(draft.snapshot, hand.agent.id, None):
        for metric, left in draft.available(budget):
            if wanted.of(metric) > max(left, Decimal(0)):
                until = period_end(budget.period, draft.now, company_zone(draft.snapshot.company))
                yield Shortage(budget.id, metric, left, wanted.of(metric), until)


_HELD: Final[tuple[Callable[[Draft, Hand], bool], ...]] = (
    _is_paused,
    _has_all_its_runs,
    _waits_for_a_slot,
    _has_no_money,
)
