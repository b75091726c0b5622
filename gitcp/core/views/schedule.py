"""When agents and routines wake next, on the clocks of their zones, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gitcp.core.agenda import idle, rests
from gitcp.core.causes.heartbeats import spread_of
from gitcp.core.schedule import Spread, is_cron, next_slot, zone
from gitcp.core.views.plain import View, plain
from gitcp.model.members import AgentStatus, Heartbeat
from gitcp.model.planning import Routine
from gitcp.model.snapshot import Snapshot, agents


@dataclass(frozen=True, slots=True)
class _Recurring:
    """What wakes by the clock, and why it will not."""

    kind: str
    id: str
    times: Heartbeat | None
    why: str | None
    spread: Spread


def next_wakes(snapshot: Snapshot, now: datetime, count: int = 1, agent: str | None = None) -> list[View]:
    """Return the next `count` slots of each agent and routine, the earliest first.

    Each has `at` in UTC, `local` and `offset` in `zone`, and in `why` what keeps it from waking then. Who has no slot has one row without a
    time, at the end. With `agent`: its own, and those of the routines that make its tasks.
    """
    found = [row for each in _recurring(snapshot, agent) for row in _rows(snapshot, each, now, count)]
    return sorted(found, key=lambda row: (row["at"] is None, row["at"] or "", row["kind"], row["id"]))


def _recurring(snapshot: Snapshot, agent: str | None) -> Iterator[_Recurring]:
    for each in agents(snapshot):
        if agent in {None, each.id} and each.status is not AgentStatus.TERMINATED:
            yield _Recurring(
                each.kind, each.id, each.heartbeat, rests(snapshot, each), spread_of(snapshot, each)
            )
    for routine in snapshot.all(Routine):
        if agent in {None, routine.task.assignee}:
            times = Heartbeat(cron=routine.cron, timezone=routine.timezone, since=routine.since)
            yield _Recurring(routine.kind, routine.id, times, idle(snapshot, routine), Spread())


def _rows(snapshot: Snapshot, recurring: _Recurring, now: datetime, count: int) -> Iterator[View]:
    default = snapshot.company.timezone if snapshot.company else "UTC"
    times = recurring.times
    place = zone(times.timezone or default) if times else None
    if times is None or place is None or not is_cron(times.cron):
        yield _row(recurring, None, None, "has no heartbeat" if times is None else "its time cannot be read")
        return
    slots = list(_following(recurring, default, now, count))
    for at in slots:
        yield _row(recurring, at, place, recurring.why)
    if not slots:
        yield _row(recurring, None, place, "it never comes")


def _following(recurring: _Recurring, default: str, now: datetime, count: int) -> Iterator[datetime]:
    at: datetime | None = now
    while recurring.times is not None and at is not None and count > 0:
        at = next_slot(recurring.times, default, at, recurring.spread)
        count -= 1
        if at is not None:
            yield at


def _row(recurring: _Recurring, at: datetime | None, place: ZoneInfo | None, why: str | None) -> View:
    local = at.astimezone(place) if at else None
    return {
        "kind": recurring.kind,
        "id": recurring.id,
        "at": plain(at),
        "local": local.strftime("%Y-%m-%d %H:%M") if local else None,
        "offset": local.isoformat()[19:25] if local else None,
        "zone": place.key if place else None,
        "cron": recurring.times.cron if recurring.times else None,
        "why": why,
    }
