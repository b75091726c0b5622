"""What was put into the archive by hand and is not over: there nobody would look for it."""

from collections.abc import Iterator

from gitcp.core.checks.finding import Finding
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

_HINT = "move its file out of archive/, to where it was"


def archive(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the archived tasks that are open, and the archived runs that have not ended."""
    for task in snapshot.archived(Task):
        if task.is_open:
            message = f"expected a closed task in the archive, found {task.status}: nobody is woken for it"
            yield Finding("task", task.id, "status", message, _HINT)
    for run in snapshot.archived(Run):
        if run.is_active:
            message = "expected a run that has ended in the archive, found active: its money is held nowhere"
            yield Finding("run", run.id, "status", message, _HINT)
