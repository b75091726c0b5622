"""What wakes an agent by the clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from gitcp.core.causes.candidate import Candidate
from gitcp.core.schedule import Slot, open_slot
from gitcp.model.base import format_instant
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Cause
from gitcp.model.snapshot import Snapshot


def slot_of(snapshot: Snapshot, agent: Agent, now: datetime) -> Slot | None:
    """Return the agent's open heartbeat slot."""
    if agent.heartbeat is None:
        return None
    return open_slot(agent.heartbeat, snapshot.company.timezone if snapshot.company else "UTC", now)


def heartbeat_of(agent: Agent, slot: Slot) -> Candidate:
    """Return the cause that a slot is for an agent beside its tasks."""
    return Candidate(_beat(agent.id, slot), None)


def heartbeats(snapshot: Snapshot, agent: Agent, inbox: Iterable[str], now: datetime) -> Iterator[Candidate]:
    """Yield what an open slot is: once for each task of the inbox, once for the prompt."""
    slot = slot_of(snapshot, agent, now)
    if slot is None or agent.heartbeat is None:
        return
    for task in inbox:
        yield Candidate(_beat(task, slot), task)
    if agent.heartbeat.prompt:
        yield heartbeat_of(agent, slot)


def _beat(record: str, slot: Slot) -> Cause:
    return Cause(reason=WakeReason.HEARTBEAT, record=record, digest=format_instant(slot.at))
