"""The plan: what to do now, and why not the rest. Pure and total; asking twice gives the same answer."""

from datetime import datetime

from gitcp.core.actions import Observed, Plan
from gitcp.core.housekeeping import housekeeping
from gitcp.core.plan.draft import Draft
from gitcp.core.plan.groups import groups
from gitcp.core.plan.look import next_look
from gitcp.core.plan.starting import start
from gitcp.core.standing import standings
from gitcp.model.snapshot import Snapshot

__all__ = ["plan"]


def plan(snapshot: Snapshot, observed: Observed, now: datetime, *, claimed_by: str = "scheduler") -> Plan:
    """Decide what a tick does.

    Reaping comes first, so that what it frees is seen by the next look and not before: a claim rests on what is in the tree.
    """
    draft = Draft(snapshot, observed, now, claimed_by)
    draft.actions.extend(housekeeping(snapshot, observed, now))
    start(draft, sorted(groups(draft), key=lambda group: group.order))
    draft.actions.extend(standings(snapshot, draft.actions))
    return Plan(tuple(draft.actions), next_look(draft))
