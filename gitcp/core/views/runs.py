"""Runs as plain values."""

from datetime import datetime, timedelta
from decimal import Decimal

from gitcp.core.views.plain import View, plain, record_view
from gitcp.model.ids import log_ref
from gitcp.model.members import WakeReason
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


def run_row(run: Run) -> View:
    """Return what a list of runs shows; a live run shows what it reserved, an ended one what it used."""
    amounts = run.usage if run.usage is not None and not run.is_active else run.reserved
    return {
        "id": run.id,
        "agent": run.agent,
        "task": run.task,
        "status": run.status.value,
        "outcome": plain(run.outcome),
        "declared": plain(run.declared),
        "reasons": reasons_of(run),
        "attempt": run.attempt,
        "claimed_at": plain(run.claimed_at),
        "ended_at": plain(run.ended_at),
        "minutes": _minutes(run),
        "usd": plain(amounts.usd),
        "tokens": amounts.tokens,
        "commits": list(run.commits),
        "reason": plain(run.reason),
    }


def run_view(snapshot: Snapshot, run: Run) -> View:
    """Return a run with every field of its record, the slot that it was for, how late after it it was claimed, and where its transcript is kept."""
    task = snapshot.get(Task, run.task) if run.task else None
    slot = _slot(run, task)
    return {
        **record_view(run),
        "archived": snapshot.is_archived(Run, run.id),
        "reasons": reasons_of(run),
        "minutes": _minutes(run),
        "slot": plain(slot),
        "late_minutes": _in_minutes(run.claimed_at - slot) if slot is not None else None,
        "task_title": task.title if task else None,
        "transcript": log_ref(run.id) if run.started_at is not None and not run.is_active else None,
    }


def reasons_of(run: Run) -> list[str]:
    """Return why a run's agent was woken, each reason once."""
    return list(dict.fromkeys(cause.reason.value for cause in run.answers))


def _minutes(run: Run) -> float | None:
    if run.started_at is None or run.ended_at is None:
        return None
    return _in_minutes(run.ended_at - run.started_at)


def _in_minutes(duration: timedelta) -> float:
    return float(round(Decimal(duration.total_seconds()) / 60, 2))


def _slot(run: Run, task: Task | None) -> datetime | None:
    """Return the nominal time that a run is for: a heartbeat's, or that of the routine which made its task."""
    reasons = {cause.reason for cause in run.answers}
    if WakeReason.ROUTINE in reasons and task is not None and task.routine is not None:
        return task.routine.slot
    return run.slot
