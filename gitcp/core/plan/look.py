"""When a plan is to be looked at again."""

from collections.abc import Iterable
from datetime import datetime

from gitcp.core.actions import Action, Waiting
from gitcp.core.approvals import pending
from gitcp.core.plan.beats import next_beat
from gitcp.core.plan.draft import Draft
from gitcp.core.routines import next_slots
from gitcp.model.planning import Routine


def next_look(draft: Draft, actions: Iterable[Action]) -> datetime | None:
    """Return the earliest time at which something may change by itself; none: not before something happens."""
    times = [action.until for action in actions if isinstance(action, Waiting) and action.until]
    times.extend(run.deadline for run in draft.snapshot.runs(active=True))
    times.extend(approval.expires for approval in pending(draft.snapshot) if approval.expires)
    beat = next_beat(draft)
    for routine in draft.snapshot.all(Routine):
        times.extend(next_slots(draft.snapshot, routine, draft.now, 1))
    return min((at for at in [*times, beat] if at is not None and at > draft.now), default=None)
