"""The plain steps of a task: queue, shelve, start."""

from typing import ClassVar

from gitcp.core.authority import authorise
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing
from gitcp.errors import NotAllowedError
from gitcp.model.ids import TaskId
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus


class StepTask(Operation):
    """A step that changes the status and nothing else."""

    name: ClassVar[str] = "task.step"
    event: ClassVar[TaskEvent]

    task: TaskId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Advance the task by the table."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        after = changed(task, status=advance(task, self.event))
        changes = () if after == task else (Put(after),)
        return Edit(changes, f"{self.event} task {task.id}", task=task.id, reason=call.reason)


class QueueTask(StepTask):
    """Take a task out of the backlog: it may be worked on."""

    name: ClassVar[str] = "task.queue"
    event = TaskEvent.QUEUE


class ShelveTask(StepTask):
    """Park a task in the backlog: nobody is woken for it."""

    name: ClassVar[str] = "task.shelve"
    event = TaskEvent.SHELVE


class StartTask(StepTask):
    """Say that work on a task has begun."""

    name: ClassVar[str] = "task.start"
    event = TaskEvent.START

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Advance the task by the table; what is parked an agent leaves parked."""
        edit = super().decide(snapshot, call)
        task = existing(snapshot, Task, self.task)
        if call.actor.kind is ActorKind.AGENT and task.status is TaskStatus.BACKLOG:
            raise NotAllowedError(
                f"agent {call.actor.id} may not start {task.id}: it is in the backlog",
                hint="ask whoever is above you to queue it",
            )
        return edit
