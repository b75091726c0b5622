"""The part of a plan that concerns some agents.

Rule: where nothing that those agents share with others is short, it is what the whole plan says of them.
"""

from collections.abc import Collection
from datetime import datetime

from gitcp.core.actions import Observed, Plan
from gitcp.core.plan.draft import Draft
from gitcp.core.plan.round import start_all
from gitcp.model.members import Agent
from gitcp.model.snapshot import Snapshot


def plan_for(
    snapshot: Snapshot,
    observed: Observed,
    now: datetime,
    agents: Collection[str],
    *,
    claimed_by: str = "scheduler",
) -> Plan:
    """Decide which runs of these agents start, and why not the others; for all agents the claims are those of the whole plan.

    Housekeeping, when to look again, and where the tasks stand that nobody is to be woken for are left to the whole plan.
    """
    members = [member for name in sorted(agents) if (member := snapshot.get(Agent, name)) is not None]
    draft = Draft(snapshot, observed, now, claimed_by, asked=members)
    start_all(draft)
    return Plan(tuple(draft.finish()))
