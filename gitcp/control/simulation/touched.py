"""Whose causes a change may change: only they need a new plan."""

from collections.abc import Iterable, Iterator

from gitcp.model.base import Record
from gitcp.model.guards import Approval
from gitcp.model.members import Agent
from gitcp.model.operation import Change, Put
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.runs import Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, NewTask, Task

# What a tick puts in order hangs on these.
_UNTIDY = (Agent, NewTask, Project, Goal, Routine)


def touched(before: Snapshot, changes: Iterable[Change]) -> Iterator[str]:
    """Yield the members whom changes may wake; asked before they are carried out."""
    for change in changes:
        match change:
            case Put(record=Task() as after):
                yield from _by_task(before, after)
            case Put(record=Run() as run):
                yield run.agent
                task = before.get(Task, run.task) if run.task else None
                yield from _members_of(task) if task else ()
            case Put(record=Comment() as comment):
                yield from comment.mentions
            case Put(record=Agent() as agent):
                yield agent.id
            case Put(record=Approval() as approval):
                yield approval.requested_by
            case Put(record=Wake() as wake):
                yield wake.agent


def is_untidy(changes: Iterable[Change]) -> bool:
    """Whether a tick may have to put something in order after these changes."""
    records = (change.record for change in changes if isinstance(change, Put))
    return any(_is_untidy(record) for record in records)


def _is_untidy(record: Record) -> bool:
    if isinstance(record, Run):
        return record.pending
    if isinstance(record, Task):
        # The next task of a routine may wait until the last one is closed.
        return record.routine is not None and not record.is_open
    return isinstance(record, _UNTIDY)


def _by_task(before: Snapshot, task: Task) -> Iterator[str]:
    old = before.get(Task, task.id)
    around = [task] if old is None else [task, old]
    if old is None or old.is_open is not task.is_open:
        parent = before.get(Task, task.parent) if task.parent else None
        around += [*before.dependents(task.id), *([parent] if parent else [])]
    for each in around:
        yield from _members_of(each)


def _members_of(task: Task) -> Iterator[str]:
    yield from (member for member in (task.assignee, task.reviewer) if member is not None)
