"""Number a task that was filed in `tasks/<KEY>/new/`."""

from typing import ClassVar

from gitcp.core.authority import authorise
from gitcp.core.lookup import existing, made
from gitcp.core.numbering import next_number
from gitcp.model.ids import task_id
from gitcp.model.operation import Call, Edit, Operation, Put, Remove
from gitcp.model.planning import Project
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN, Counter, NewTask, Task, TaskStatus


class NumberTask(Operation):
    """Turn a filed task into a numbered one."""

    name: ClassVar[str] = "task.number"

    new_task: str

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Give it its project's next number and remove the filed file in one commit.

        What it names and does not exist is a problem of the task as of any that was edited by hand; it keeps nobody from seeing it.
        """
        authorise(snapshot, call, self.name)
        filed = existing(snapshot, NewTask, self.new_task)
        existing(snapshot, Project, filed.project)
        number = next_number(snapshot, filed.project)
        fields = {name: getattr(filed, name) for name in type(filed).model_fields if name != "id"}
        status = (
            filed.status
            if filed.status in OPEN - {TaskStatus.IN_REVIEW, TaskStatus.BLOCKED}
            else TaskStatus.TODO
        )
        created = call.now.replace(microsecond=0)
        task = made(Task, task_id(filed.project, number), fields | {"created": created, "status": status})
        return Edit(
            changes=(Remove(NewTask, filed.id), Put(task), Put(Counter(id=filed.project, next=number + 1))),
            subject=f"number task {task.id}: {task.title}",
            task=task.id,
        )
