"""How often an agent ran today, and how often it may.

A day is one of the company's zone. A wake is a run that neither the clock nor somebody's hand started.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from gitcp.core.budgets import company_zone, period_end, period_start
from gitcp.core.lookup import settings_of
from gitcp.core.org import names_of
from gitcp.model.guards import Period
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot

_NO_WAKE: Final = frozenset({WakeReason.HEARTBEAT, WakeReason.ROUTINE, WakeReason.MANUAL})


def used_up(snapshot: Snapshot, run: Run, now: datetime, planned: Sequence[Run] = ()) -> str | None:
    """Return which daily limit keeps a wanted run from starting today, if one does; `planned` are those that start before it."""
    return next(_used_up(snapshot, run, now, planned), None)


def tomorrow(snapshot: Snapshot, now: datetime) -> datetime | None:
    """Return when the company's next day begins."""
    return period_end(Period.DAY, now, company_zone(snapshot.company))


def is_wake(run: Run) -> bool:
    """Whether neither the clock nor somebody's hand started a run."""
    # What agents asked for has hops: a wake, or a routine's task that one of them handed on.
    by_agents = {WakeReason.MANUAL, WakeReason.ROUTINE} if run.hops else set()
    return not any(cause.reason in _NO_WAKE - by_agents for cause in run.answers)


def _used_up(snapshot: Snapshot, run: Run, now: datetime, planned: Sequence[Run]) -> Iterator[str]:
    agent = snapshot.get(Agent, run.agent)
    limits = [settings_of(snapshot).daily, *([agent.daily] if agent else [])]
    if all(limit.runs is None and limit.wakes is None for limit in limits):
        return
    since = period_start(Period.DAY, now, company_zone(snapshot.company))
    mine = (other for other in planned if other.agent == run.agent)
    names = names_of(snapshot, run.agent)
    had = (other for name in names for other in snapshot.runs(agent=name, claimed_from=since))
    today = [*had, *mine]
    wakes = sum(map(is_wake, today))
    for limit in limits:
        if limit.runs is not None and len(today) >= limit.runs:
            yield f"{run.agent} had {len(today)} of {limit.runs} runs today"
        if limit.wakes is not None and is_wake(run) and wakes >= limit.wakes:
            yield f"{run.agent} had {wakes} of {limit.wakes} wakes today"
