"""Heartbeats that are too dense, as the runs tell that they woke."""

from collections.abc import Iterator

from gitcp.core.cadence import findings
from gitcp.core.checks.finding import Finding
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot


def cadence(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the agents that are woken too often by the clock. A check reads no clock: now is when the newest run was claimed."""
    newest = snapshot.runs(limit=1)
    for found in findings(snapshot, newest[0].claimed_at) if newest else ():
        fit = (
            f"heartbeat.cron: '{found.fits}' would fit" if found.fits else "wake it by hand, or by a routine"
        )
        yield Finding("agent", found.agent, "heartbeat.cron", "; ".join(found.reasons), fit, Severity.WARNING)
