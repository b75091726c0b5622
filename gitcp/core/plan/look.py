"""When a plan is to be looked at again."""

from datetime import datetime

from gitcp.core.actions import Waiting
from gitcp.core.causes import next_slot_of
from gitcp.core.plan.draft import Draft
from gitcp.core.routines import next_slots
from gitcp.model.planning import Routine
from gitcp.model.snapshot import agents


def next_look(draft: Draft) -> datetime | None:
    """Return the earliest time at which something may change by itself; none: not before something happens."""
    times = [action.until for action in draft.actions if isinstance(action, Waiting) and action.until]
    times.extend(run.deadline for run in draft.snapshot.runs(active=True))
    slots = (next_slot_of(draft.snapshot, agent, draft.now) for agent in agents(draft.snapshot))
    times.extend(slot for slot in slots if slot)
    for routine in draft.snapshot.all(Routine):
        times.extend(next_slots(draft.snapshot, routine, draft.now, 1))
    return min((at for at in times if at > draft.now), default=None)
