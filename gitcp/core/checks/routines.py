"""Tasks of routines that would not be what their author meant."""

from collections.abc import Iterator

from gitcp.core.checks.finding import Finding
from gitcp.core.templating import NAMES, unknown_names
from gitcp.model.planning import Routine
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot


def routines(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield what is wrong with the tasks that routines make."""
    for routine in snapshot.all(Routine):
        yield from _names(routine, "task.title", routine.task.title)
        yield from _names(routine, "task.description", routine.task.description or "")
        for at, label in enumerate(routine.task.labels):
            yield from _names(routine, f"task.labels[{at}]", label)
        yield from _review(routine)


def _names(routine: Routine, where: str, text: str) -> Iterator[Finding]:
    expected = ", ".join(f"{{{name}}}" for name in NAMES)
    for name in dict.fromkeys(unknown_names(text)):
        message = f"expected one of {expected}, found {{{name}}}"
        hint = f"it stays as it is; write {{{{{name}}}}} if that is meant"
        yield Finding(routine.kind, routine.id, where, message, hint, Severity.WARNING)


def _review(routine: Routine) -> Iterator[Finding]:
    for at, reviewer in enumerate(routine.task.review):
        if reviewer == routine.task.assignee:
            message = f"expected somebody else than the assignee, found {reviewer}"
            yield Finding(routine.kind, routine.id, f"task.review[{at}]", message)
