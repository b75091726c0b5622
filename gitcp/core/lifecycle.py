"""The life of a task as a table. Rule: nothing else decides what status follows; what is not in the table is illegal."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gitcp.errors import IllegalTransitionError
from gitcp.model.tasks import Task, TaskStatus


class TaskEvent(StrEnum):
    """What can happen to a task; the words of the command line."""

    QUEUE = "queue"
    SHELVE = "shelve"
    START = "start"
    RELEASE = "release"
    SUBMIT = "submit"
    FINISH = "finish"
    APPROVE = "approve"
    REQUEST_CHANGES = "request changes to"
    BLOCK = "block"
    UNBLOCK = "unblock"
    CANCEL = "cancel"
    REOPEN = "reopen"


_S = TaskStatus
_E = TaskEvent

TRANSITIONS: Final[Mapping[TaskStatus, Mapping[TaskEvent, TaskStatus]]] = {
    _S.BACKLOG: {
        _E.QUEUE: _S.TODO,
        _E.START: _S.IN_PROGRESS,
        _E.BLOCK: _S.BLOCKED,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.TODO: {
        _E.SHELVE: _S.BACKLOG,
        _E.START: _S.IN_PROGRESS,
        _E.RELEASE: _S.TODO,
        _E.SUBMIT: _S.IN_REVIEW,
        _E.FINISH: _S.DONE,
        _E.BLOCK: _S.BLOCKED,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.IN_PROGRESS: {
        _E.START: _S.IN_PROGRESS,
        _E.RELEASE: _S.TODO,
        _E.SUBMIT: _S.IN_REVIEW,
        _E.FINISH: _S.DONE,
        _E.BLOCK: _S.BLOCKED,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.IN_REVIEW: {
        _E.APPROVE: _S.DONE,
        _E.REQUEST_CHANGES: _S.TODO,
        _E.BLOCK: _S.BLOCKED,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.BLOCKED: {
        _E.UNBLOCK: _S.TODO,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.DONE: {_E.REOPEN: _S.TODO},
    _S.CANCELLED: {_E.REOPEN: _S.TODO},
}


def advance(task: Task, event: TaskEvent) -> TaskStatus:
    """Return the status that follows.

    Raises:
        IllegalTransitionError: the table has no such step; the hint says which there are.
    """
    row = TRANSITIONS[task.status]
    if event not in row:
        raise IllegalTransitionError(
            f"task {task.id} is {task.status}: {event} is not possible",
            hint=f"possible from {task.status}: {', '.join(row)}",
        )
    return row[event]


def reachable_by_hand(before: TaskStatus, after: TaskStatus) -> bool:
    """Whether some single event leads from one status to the other: what a person may write into the file."""
    return before is after or after in TRANSITIONS[before].values()
