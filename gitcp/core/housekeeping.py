"""What a tick puts in order before it starts anything."""

from collections.abc import Iterable
from datetime import datetime

from gitcp.core.actions import Adopt, Fire, InOrder, Number, Observed, Reap, Resolve, Waiting
from gitcp.core.consenting import consenting
from gitcp.core.dating import is_adrift
from gitcp.core.routines import due
from gitcp.model.planning import Project, Routine
from gitcp.model.runs import Outcome, Run
from gitcp.model.snapshot import Snapshot, agents
from gitcp.model.tasks import NewTask


def housekeeping(snapshot: Snapshot, observed: Observed, now: datetime) -> Iterable[InOrder | Waiting]:
    """Number filed tasks, date what was scheduled by hand, let routines make their tasks, follow what was decided, end runs that nobody runs, bring waiting results home."""
    yield from (Number(new.id) for new in snapshot.all(NewTask) if _is_numbered(snapshot, new))
    yield from (Adopt(agent.kind, agent.id) for agent in agents(snapshot) if is_adrift(snapshot, agent))
    for routine in snapshot.all(Routine):
        yield from _of_routine(snapshot, routine, now)
    yield from consenting(snapshot, now)
    yield from (reap for run in snapshot.runs(active=True) if (reap := _reap(run, observed, now)) is not None)
    yield from (Resolve(run.id) for run in snapshot.runs(pending=True) if _is_free(snapshot, observed, run))


def _is_numbered(snapshot: Snapshot, new: NewTask) -> bool:
    known = snapshot.get(Project, new.project) is not None
    return (
        known and not snapshot.is_inert("new-task", new.id) and not snapshot.is_inert("counter", new.project)
    )


def _of_routine(snapshot: Snapshot, routine: Routine, now: datetime) -> Iterable[Adopt | Fire | Waiting]:
    if is_adrift(snapshot, routine):
        yield Adopt(routine.kind, routine.id)
        return
    found = due(snapshot, routine, now)
    yield from (Fire(routine.id, slot) for slot in found.slots)
    if found.held is not None:
        yield Waiting(None, None, f"routine {routine.id} {found.held}")


def _is_free(snapshot: Snapshot, observed: Observed, run: Run) -> bool:
    return run.task not in observed.edited and not (run.task and snapshot.is_inert("task", run.task))


def _reap(run: Run, observed: Observed, now: datetime) -> Reap | None:
    outcome = Outcome.CANCELLED if run.cancel else Outcome.ABANDONED
    started = run.id not in observed.never_started
    reason = _why_over(run, observed, now, started=started)
    return Reap(run.id, outcome, reason, started) if reason else None


def _why_over(run: Run, observed: Observed, now: datetime, *, started: bool) -> str | None:
    if run.deadline <= now:
        return "its deadline passed"
    if run.id in observed.dead:
        unstarted = "cancelled before it started" if run.cancel else "it never started"
        return "its runner is gone" if started else unstarted
    return "its lease did not move" if run.id in observed.silent else None
