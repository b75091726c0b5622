"""Block a task, somebody must act; and unblock it."""

from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.authority import authorise
from gitcp.core.hops import given_by
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing, existing_member
from gitcp.model.ids import MemberId, TaskId
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Task


class BlockTask(Operation):
    """Say that a task cannot go on before somebody acts, why, and who."""

    name: ClassVar[str] = "task.block"

    task: TaskId
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    waits_for: MemberId | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Block it; it is then in the inbox of whom it waits for, else of its assignee's manager."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        if self.waits_for is not None:
            existing_member(snapshot, self.waits_for)
        by = None if call.actor.kind is ActorKind.SCHEDULER else call.actor.id
        blocked = Blocked(by=by, reason=self.reason, waits_for=self.waits_for)
        after = changed(task, status=advance(task, TaskEvent.BLOCK), blocked=blocked)
        return Edit((Put(after),), f"block task {task.id}: {self.reason}", task=task.id, reason=self.reason)


class UnblockTask(Operation):
    """Say that a blocked task can go on: it is `todo` again and wakes its assignee."""

    name: ClassVar[str] = "task.unblock"

    task: TaskId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Unblock it; its attempts begin anew."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        status = advance(task, TaskEvent.UNBLOCK)
        again = {"attempts": 0, "reopened": task.reopened + 1, "given": given_by(call)}
        after = changed(task, status=status, blocked=None, **again)
        return Edit((Put(after),), f"unblock task {task.id}", task=task.id, reason=call.reason)
