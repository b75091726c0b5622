"""Say something about a task."""

from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.authority import authorise
from gitcp.core.lookup import existing, made
from gitcp.core.returning import task_back
from gitcp.errors import ConflictError
from gitcp.model.ids import TaskId, comment_name
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Task


class CreateComment(Operation):
    """Comment on a task; `@id` in the text wakes an agent."""

    name: ClassVar[str] = "comment.create"

    task: TaskId
    body: Annotated[str, Field(min_length=1, max_length=50_000)]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Add one file; comments never conflict."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        name = comment_name(call.actor.id, call.now, call.request)
        comment = made(Comment, f"{task.id}/{name}", {"body": self.body, "run": call.actor.run})
        subject = f"comment on task {task.id}: {' '.join(self.body.split())}"
        before = snapshot.get(Comment, comment.id)
        if before is not None and before != comment:
            raise ConflictError(f"comment {comment.id} exists already", hint="send it again")
        changes = (Put(comment), *task_back(snapshot, task)) if before is None else ()
        return Edit(changes, subject, task=task.id)
