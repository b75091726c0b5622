"""What wakes an agent by the clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from gitcp.core.causes.candidate import Candidate, digest
from gitcp.core.dating import default_zone, is_adrift
from gitcp.core.schedule import Slot, Spread, next_slot, open_slot
from gitcp.model.base import format_instant
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Cause
from gitcp.model.snapshot import Snapshot

_NONE = Spread()
_SHARES = 1_000_000


def slot_of(snapshot: Snapshot, agent: Agent, now: datetime) -> Slot | None:
    """Return the agent's open heartbeat slot; what was changed by hand and is not dated yet has none."""
    if agent.heartbeat is None or is_adrift(snapshot, agent):
        return None
    return open_slot(agent.heartbeat, default_zone(snapshot), now, spread_of(snapshot, agent))


def next_slot_of(snapshot: Snapshot, agent: Agent, now: datetime) -> datetime | None:
    """Return when the agent's next heartbeat slot opens."""
    if agent.heartbeat is None:
        return None
    return next_slot(agent.heartbeat, default_zone(snapshot), now, spread_of(snapshot, agent))


def spread_of(snapshot: Snapshot, agent: Agent) -> Spread:
    """Return by how much the agent's slots open late: its share is fixed by its id."""
    company = snapshot.company
    own = agent.heartbeat.jitter_minutes if agent.heartbeat else None
    minutes = own if own is not None else company.scheduler.jitter_minutes if company else 0
    if not minutes:
        return _NONE
    return Spread(timedelta(minutes=float(minutes)), int(digest(agent.id), 16) % _SHARES / _SHARES)


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
