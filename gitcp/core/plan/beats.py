"""The heartbeats of many agents at once."""

from datetime import datetime

from gitcp.core.causes import heartbeat_of, next_slot_of, slot_of
from gitcp.core.plan.draft import Draft


def open_beats(draft: Draft) -> dict[str, str]:
    """Return the open slot of each agent that has one, as its runs answer it."""
    slots = ((agent, slot_of(draft.snapshot, agent, draft.now)) for agent in draft.employed)
    return {agent.id: heartbeat_of(agent, slot).cause.digest for agent, slot in slots if slot is not None}


def next_beat(draft: Draft) -> datetime | None:
    """Return the earliest slot to come."""
    slots = (next_slot_of(draft.snapshot, agent, draft.now) for agent in draft.employed)
    return min((at for at in slots if at is not None), default=None)
