"""Create a task: also how an agent delegates."""

from typing import ClassVar

from gitcp.core.authority import authorise
from gitcp.core.hops import given_by
from gitcp.core.lookup import existing, made
from gitcp.core.numbering import next_number
from gitcp.core.references import check_assignee, check_parent, check_references
from gitcp.model.base import Instant
from gitcp.model.ids import GoalId, MemberId, ProjectKey, TaskId, task_id
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.planning import Project
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Argv, Counter, Priority, Task, TaskStatus


class CreateTask(Operation):
    """Create a task in a project. It is `todo` at once, or `backlog` if it shall wait."""

    name: ClassVar[str] = "task.create"

    project: ProjectKey
    title: str
    description: str | None = None
    priority: Priority = Priority.MEDIUM
    assignee: MemberId | None = None
    goal: GoalId | None = None
    parent: TaskId | None = None
    blocked_by: tuple[TaskId, ...] = ()
    labels: tuple[str, ...] = ()
    due: Instant | None = None
    verify: tuple[Argv, ...] = ()
    review: tuple[MemberId, ...] = ()
    backlog: bool = False

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Give the task the project's next number."""
        authorise(snapshot, call, self.name)
        check_assignee(snapshot, call, self.assignee)
        check_parent(snapshot, call, self.parent)
        project = existing(snapshot, Project, self.project)
        number = next_number(snapshot, project.id)
        task = self._task(task_id(project.id, number), call)
        check_references(snapshot, task)
        to = f" for {task.assignee}" if task.assignee else ""
        below = f" below {task.parent}" if task.parent else ""
        return Edit(
            changes=(Put(task), Put(Counter(id=project.id, next=number + 1))),
            subject=f"create task {task.id}{to}{below}: {task.title}",
            task=task.id,
        )

    def _task(self, record_id: str, call: Call) -> Task:
        fields = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name not in {"project", "backlog"}
        }
        status = TaskStatus.BACKLOG if self.backlog else TaskStatus.TODO
        author = None if call.actor.kind is ActorKind.SCHEDULER else call.actor.id
        created = call.now.replace(microsecond=0)
        machine = {"created": created, "status": status, "given": given_by(call), "created_by": author}
        return made(Task, record_id, fields | machine)
