"""From what a commit did to what rules are asked: the fields of an operation by which gates and access rules match."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from gitcp.core.costs import cost
from gitcp.core.identity import Who
from gitcp.core.implied import Implied
from gitcp.core.policies import Asked
from gitcp.model.base import Record
from gitcp.model.guards import Approval, Budget, Scope
from gitcp.model.ids import project_of
from gitcp.model.planning import Project, Routine
from gitcp.model.runs import Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Document, NewTask, Task


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a record is about."""

    project: str | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()


def asked(operation: Implied, who: Who) -> Asked:
    """Return an implied operation as rules see it: by the record as it is to become, and as it was where rules might see it otherwise."""
    change = operation.change
    was, becomes = (
        _subject(change.known, record) if record else None for record in (change.before, change.after)
    )
    usd = cost(operation.operation, change)
    about = becomes or was or _Subject()
    found = Asked(
        operation.operation,
        who,
        paths=(change.path,) if change.left is None else (change.path, change.left),
        project=about.project,
        priority=about.priority,
        labels=about.labels,
        usd=usd,
    )
    if was is None or was == about:
        return found
    return replace(
        found, before=replace(found, project=was.project, priority=was.priority, labels=was.labels)
    )


def asked_of_task(operation: str, who: Who, task: Task | NewTask) -> Asked:
    """Return an operation on a task as rules see it."""
    return Asked(operation, who, project=task.project, priority=task.priority.value, labels=task.labels)


def _subject(known: Snapshot, record: Record) -> _Subject:
    found = _SUBJECTS.get(type(record))
    return found(known, record) if found else _Subject()


def _of_task(_known: Snapshot, task: Any) -> _Subject:
    return _Subject(task.project, task.priority.value, task.labels)


def _about_task(known: Snapshot, record: Any) -> _Subject:
    return _of_task_named(known, record.task)


def _of_document(known: Snapshot, document: Record) -> _Subject:
    return _of_task_named(known, document.id.partition("/")[0])


def _of_task_named(known: Snapshot, name: str | None) -> _Subject:
    task = known.get(Task, name) if name else None
    if task is not None:
        return _of_task(known, task)
    return _Subject(project_of(name) or None) if name else _Subject()


def _of_routine(_known: Snapshot, routine: Any) -> _Subject:
    return _Subject(routine.task.project, routine.task.priority.value, routine.task.labels)


def _of_budget(known: Snapshot, budget: Any) -> _Subject:
    if budget.scope is Scope.TASK:
        return _of_task_named(known, budget.target)
    return _Subject(budget.target if budget.scope is Scope.PROJECT else None)


_SUBJECTS: Final[Mapping[type[Record], Callable[[Snapshot, Any], _Subject]]] = {
    Task: _of_task,
    NewTask: _of_task,
    Comment: _about_task,
    Document: _of_document,
    Wake: _about_task,
    Approval: _about_task,
    Run: _about_task,
    Routine: _of_routine,
    Budget: _of_budget,
    Project: lambda _, project: _Subject(project.id),
}
