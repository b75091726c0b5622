"""Whether anybody ticks: what a tick would have done long ago, and what gitcp committed last."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.health import schedulers
from gitcp.control.plane import Plane
from gitcp.core.actions import Observed, Plan
from gitcp.core.lateness import PATIENCE, due_now, is_by_scheduler
from gitcp.core.plan import plan
from gitcp.model.base import format_instant

LOOKED_AT: Final = 500
_ABOUT: Final = "ticks"
_REMEDY: Final = "gitcp scheduler; or gitcp tick, by cron; or the workflows of gitcp github install"


def look(plane: Plane) -> Iterator[Finding]:
    """Yield whether something has waited for a tick for too long, and whether a scheduler of this machine is well."""
    now = plane.clock.now()
    here = schedulers(plane.state, now)
    for health in here:
        about = f"scheduler {health.place} on {health.host}"
        if health.is_late(now):
            message = f"has said nothing since {format_instant(health.at)}"
            yield Finding(about, State.WARNING, message, "see what it does, or start it anew")
        elif health.trouble:
            yield Finding(about, State.WARNING, f"cannot tick: {health.trouble}", "mend that")
        else:
            yield Finding(about, State.OK, f"is at work since {format_instant(health.since)}")
    last = last_tick(plane)
    acted = f"gitcp committed last {format_instant(last)}" if last else "gitcp has committed nothing lately"
    waits = _waiting(plane, now)
    if waits is None:
        yield Finding(_ABOUT, State.OK, f"nothing waits for one; {acted}")
    else:
        yield Finding(_ABOUT, State.WARNING, f"nobody ticks: {waits}; {acted}", _REMEDY)


def last_tick(plane: Plane) -> datetime | None:
    """Return when gitcp committed something by itself, if it did so in the last commits."""
    newest = plane.store.history().entries(limit=LOOKED_AT)
    return next((entry.at for entry in newest if is_by_scheduler(entry)), None)


def _waiting(plane: Plane, now: datetime) -> str | None:
    """Return what a tick would have done already some minutes ago, with the records as they are; none: nothing."""
    newest = next(plane.store.history().entries(limit=1), None)
    then = now - PATIENCE
    if newest is None or newest.at > then:
        return None
    planned = plan(plane.snapshot(), Observed(), then)
    if planned.is_idle:
        return None
    return _told(plane, planned, now)


def _told(plane: Plane, planned: Plan, now: datetime) -> str:
    count = len(planned.actions) - len(planned.waiting) - len(planned.stalled)
    found = due_now(plane.snapshot(), planned)
    things = "1 thing has" if count == 1 else f"{count} things have"
    told = f"{things} waited for a tick for more than {PATIENCE.seconds // 60} minutes"
    if not found:
        return told
    waited = (now - found[0].since).total_seconds() // 60
    return (
        f"{told}, {found[0].kind} {found[0].id} since {format_instant(found[0].since)} ({waited:.0f} minutes)"
    )
