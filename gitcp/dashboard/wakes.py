"""What wakes by the clock, as facts: cheap to ask at every build, so that who shows it works the times out only when something has changed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from gitcp.core.agenda import Recurring, idle, recurring
from gitcp.core.routines import due, next_slots
from gitcp.dashboard.facts import fact
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.dashboard.spending import today
from gitcp.model.planning import Routine

DAYS_AHEAD: Final = 7
WEEKS_BACK: Final = 4
NEXT: Final = 5
MADE: Final = 30

_HOURS: Final = 24
_WEEK: Final = 7


@fact("by-the-clock")
def by_the_clock(register: Register, _: str) -> Sequence[Recurring]:
    """Return every heartbeat and routine."""
    return tuple(recurring(register.site.snapshot))


@fact("woken")
def woken(register: Register, _: str) -> Sequence[Sequence[int]]:
    """Return how many runs were claimed in the last four weeks, today left out: for each weekday, for each hour of the company's clock."""
    counts = [[0] * _HOURS for _ in range(_WEEK)]
    until = midnight(register, today(register, ""))
    since = midnight(register, today(register, "") - timedelta(weeks=WEEKS_BACK))
    for run in register.rows.runs.values():
        if run.claimed_at < since:
            break
        if run.claimed_at < until:
            local = register.clock.local(run.claimed_at)
            counts[local.weekday()][local.hour] += 1
    return counts


@fact("routine-next")
def next_firings(register: Register, routine: str) -> Sequence[datetime]:
    """Return the next nominal times of a routine; none while it is paused."""
    found = register.site.snapshot.get(Routine, routine)
    return next_slots(register.site.snapshot, found, register.site.now, NEXT) if found else ()


@fact("routine-idle")
def idle_because(register: Register, routine: str) -> str | None:
    """Return why a routine makes no task now; none: it does when its time comes."""
    snapshot = register.site.snapshot
    found = snapshot.get(Routine, routine)
    if found is None:
        return None
    return idle(snapshot, found) or due(snapshot, found, register.site.now).held


@fact("routine-tasks")
def made_by(register: Register, routine: str) -> Sequence[TaskRow]:
    """Return the newest tasks that a routine made, newest first."""
    made = [row for row in register.rows.tasks.values() if row.routine == routine]
    return sorted(made, key=lambda row: (row.created, row.id), reverse=True)[:MADE]


def midnight(register: Register, day: date) -> datetime:
    """Return when a day begins on the company's clock."""
    return datetime.combine(day, time(), register.clock.zone)
