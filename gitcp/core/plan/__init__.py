"""The plan: what to do now, and why not the rest. Pure and total; asking twice gives the same answer."""

from datetime import datetime

from gitcp.core.actions import Observed, Plan
from gitcp.core.housekeeping import housekeeping
from gitcp.core.plan.draft import Draft
from gitcp.core.plan.look import next_look
from gitcp.core.plan.round import start_all, start_what_may
from gitcp.core.standing import standings
from gitcp.model.snapshot import Snapshot

__all__ = ["plan", "to_do"]


def plan(snapshot: Snapshot, observed: Observed, now: datetime, *, claimed_by: str = "scheduler") -> Plan:
    """Decide what a tick does, and say of every wake and open task that it does not start why not.

    Reaping comes first, so that what it frees is seen by the next look and not before: a claim rests on what is in the tree.
    """
    draft = Draft(snapshot, observed, now, claimed_by)
    draft.actions.extend(housekeeping(snapshot, observed, now))
    start_all(draft)
    actions = draft.finish()
    return Plan((*actions, *standings(snapshot, actions)), next_look(draft, actions))


def to_do(snapshot: Snapshot, observed: Observed, now: datetime, *, claimed_by: str = "scheduler") -> Plan:
    """Decide what a tick does: what `plan` does, with reasons for no more than what had to be looked at."""
    draft = Draft(snapshot, observed, now, claimed_by)
    draft.actions.extend(housekeeping(snapshot, observed, now))
    start_what_may(draft)
    actions = draft.finish()
    return Plan(tuple(actions), next_look(draft, actions))
