"""Runs as plain values."""

from decimal import Decimal

from gitcp.core.views.plain import View, plain, record_view
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
    """Return a run with every field of its record."""
    task = snapshot.get(Task, run.task) if run.task else None
    return {
        **record_view(run),
        "archived": snapshot.is_archived(Run, run.id),
        "reasons": reasons_of(run),
        "minutes": _minutes(run),
        "task_title": task.title if task else None,
    }


def reasons_of(run: Run) -> list[str]:
    """Return why a run's agent was woken, each reason once."""
    return list(dict.fromkeys(cause.reason.value for cause in run.answers))


def _minutes(run: Run) -> float | None:
    if run.started_at is None or run.ended_at is None:
        return None
    seconds = (run.ended_at - run.started_at).total_seconds()
    return float(round(Decimal(seconds) / 60, 2))
