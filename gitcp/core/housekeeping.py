"""What a tick puts in order before it starts anything."""

from collections.abc import Iterable
from datetime import datetime

from gitcp.core.actions import Adopt, Expire, Fire, Number, Observed, Reap, Resolve, Waiting
from gitcp.core.approvals import pending
from gitcp.core.dating import is_adrift
from gitcp.core.routines import due
from gitcp.model.guards import Approval
from gitcp.model.planning import Project, Routine
from gitcp.model.runs import Outcome, Run
from gitcp.model.snapshot import Snapshot, agents
from gitcp.model.tasks import NewTask


def housekeeping(
    snapshot: Snapshot, observed: Observed, now: datetime
) -> Iterable[Number | Adopt | Fire | Waiting | Expire | Reap | Resolve]:
    """Number filed tasks, date what was scheduled by hand, let routines make their tasks, close what nobody decided in time, end runs that nobody runs, bring waiting results home."""
    yield from (Number(new.id) for new in snapshot.all(NewTask) if _is_numbered(snapshot, new))
    yield from (Adopt(agent.kind, agent.id) for agent in agents(snapshot) if is_adrift(snapshot, agent))
    for routine in snapshot.all(Routine):
        yield from _of_routine(snapshot, routine, now)
    yield from (Expire(approval.id) for approval in pending(snapshot) if _is_over(snapshot, approval, now))
    yield from (reap for run in snapshot.runs(active=True) if (reap := _reap(run, observed, now)) is not None)
    yield from (Resolve(run.id) for run in snapshot.runs(pending=True) if _is_free(snapshot, observed, run))


def _is_numbered(snapshot: Snapshot, new: NewTask) -> bool:
    known = snapshot.get(Project, new.project) is not None
    return (
        known and not snapshot.is_inert("new-task", new.id) and not snapshot.is_inert("counter", new.project)
    )


def _is_over(snapshot: Snapshot, approval: Approval, now: datetime) -> bool:
    is_late = approval.expires is not None and approval.expires <= now
    return is_late and not snapshot.is_inert(approval.kind, approval.id)


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
