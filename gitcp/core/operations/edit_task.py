"""Edit what a person decides about a task."""

from collections.abc import Mapping
from typing import Any, ClassVar

from gitcp.core.answers import with_answers
from gitcp.core.authority import ASSIGNEE_MAY_EDIT, Relation, authorise
from gitcp.core.holds import paused_by
from gitcp.core.hops import given_by
from gitcp.core.lookup import changed, existing
from gitcp.core.references import check_assignee, check_parent, check_references
from gitcp.core.returning import parts_back
from gitcp.errors import NotAllowedError, RecordError
from gitcp.model.ids import TaskId
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Delivery, Task, TaskFields

EDITABLE = (frozenset(TaskFields.model_fields) | {"description"}) - {"id"}


class EditTask(Operation):
    """Set fields of a task; the status has operations of its own."""

    name: ClassVar[str] = "task.edit"

    task: TaskId
    fields: Mapping[str, Any]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Change the given fields and nothing else."""
        task = existing(snapshot, Task, self.task)
        held = authorise(snapshot, call, self.name, task)
        unknown = sorted(set(self.fields) - EDITABLE)
        if unknown:
            raise RecordError(f"task {task.id}: {unknown[0]}: expected one of {', '.join(sorted(EDITABLE))}")
        forbidden = sorted(set(self.fields) - ASSIGNEE_MAY_EDIT) if held == {Relation.ASSIGNEE} else []
        if forbidden:
            raise NotAllowedError(
                f"agent {call.actor.id} may not edit {forbidden[0]} of {task.id}: it is its assignee",
                hint=f"its assignee may edit {', '.join(sorted(ASSIGNEE_MAY_EDIT))}",
            )
        after = changed(task, **dict(self.fields))
        if after == task:
            return Edit((), f"edit task {task.id}", task=task.id)
        check_assignee(snapshot, call, after.assignee if "assignee" in self.fields else None)
        check_parent(snapshot, call, after.parent if "parent" in self.fields else None)
        check_references(snapshot, after, self.fields)
        _keep_held(snapshot, call, task, after)
        after = changed(after, **consequences(task, after, call))
        changes = with_answers(snapshot, call, (Put(after), *parts_back(snapshot, task)))
        return Edit(changes, f"edit task {task.id}: {', '.join(sorted(self.fields))}", task=task.id)


def _keep_held(snapshot: Snapshot, call: Call, before: Task, after: Task) -> None:
    """Refuse an agent to take a task out from below what is paused."""
    held = paused_by(snapshot, before) if call.actor.kind is ActorKind.AGENT else None
    if held is not None and paused_by(snapshot, after) is None:
        raise NotAllowedError(
            f"agent {call.actor.id} may not move {before.id}: {held}", hint="ask who paused it to resume it"
        )


def consequences(before: Task, after: Task, call: Call) -> dict[str, Any]:
    """Return the fields that follow from an edit: who gave the task, its attempts, whether its delivery still counts as checked."""
    changes: dict[str, Any] = {}
    if call.actor.id != after.assignee or after.assignee != before.assignee:
        changes["given"] = given_by(call)
    if after.assignee != before.assignee:
        changes["attempts"] = 0
    if after.verify != before.verify and after.delivery is not None:
        # What was delivered passed other checks than these.
        changes["delivery"] = Delivery(**(dict(after.delivery) | {"verified": False}))
    return changes
