"""When a plan is to be looked at again."""

from datetime import datetime

from gitcp.core.actions import Waiting
from gitcp.core.plan.draft import Draft
from gitcp.core.schedule import next_slot
from gitcp.model.snapshot import agents


def next_look(draft: Draft) -> datetime | None:
    """Return the earliest time at which something may change by itself; none: not before something happens."""
    times = [action.until for action in draft.actions if isinstance(action, Waiting) and action.until]
    times.extend(run.deadline for run in draft.snapshot.runs(active=True))
    zone = draft.snapshot.company.timezone if draft.snapshot.company else "UTC"
    slots = (next_slot(a.heartbeat, zone, draft.now) for a in agents(draft.snapshot) if a.heartbeat)
    times.extend(slot for slot in slots if slot)
    return min((at for at in times if at > draft.now), default=None)
