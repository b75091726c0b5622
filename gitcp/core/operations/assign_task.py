"""Give a task to a member, or take it away."""

from typing import ClassVar

from gitcp.core.answers import with_answers
from gitcp.core.authority import authorise
from gitcp.core.hops import given_by
from gitcp.core.lookup import changed, existing
from gitcp.core.references import check_assignee, check_references
from gitcp.core.returning import parts_back
from gitcp.model.ids import MemberId, TaskId
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


class AssignTask(Operation):
    """Set or clear a task's assignee. Its attempts begin anew."""

    name: ClassVar[str] = "task.assign"

    task: TaskId
    assignee: MemberId | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Assign; assigning to who has it already changes nothing."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        check_assignee(snapshot, call, self.assignee)
        subject = f"assign task {task.id} to {self.assignee}" if self.assignee else f"unassign task {task.id}"
        if task.assignee == self.assignee:
            return Edit((), subject, task=task.id)
        after = changed(task, assignee=self.assignee, attempts=0, given=given_by(call))
        check_references(snapshot, after, {"assignee"})
        return Edit(
            with_answers(snapshot, call, (Put(after), *parts_back(snapshot, task))), subject, task=task.id
        )
