"""A reviewer's word on a submitted task."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.authority import authorise
from gitcp.core.hops import given_by
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing
from gitcp.core.task_gates import standing_at_end
from gitcp.errors import NotAllowedError
from gitcp.model.ids import TaskId, comment_name
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Task


class ReviewVerdict(StrEnum):
    """What a reviewer says."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request-changes"


class ReviewTask(Operation):
    """Approve a submitted task, or ask for changes; both need a comment.

    Who approves agrees to the commit that is delivered: if another one is delivered before all have agreed, all are asked again.
    """

    name: ClassVar[str] = "task.review"

    task: TaskId
    verdict: ReviewVerdict
    comment: Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"\S")]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Pass the stage (the last one finishes the task), or return the task to its assignee."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        event = TaskEvent.APPROVE if self.verdict is ReviewVerdict.APPROVE else TaskEvent.REQUEST_CHANGES
        status = advance(task, event)
        self._check_reviewer(task, call)
        verb = "approve" if event is TaskEvent.APPROVE else "return"
        name = comment_name(call.actor.id, call.now, call.request)
        said = Comment(id=f"{task.id}/{name}", body=self.comment, run=call.actor.run)
        after = (
            self._approved(snapshot, task, call)
            if event is TaskEvent.APPROVE
            else self._returned(task, status, call)
        )
        return Edit((Put(after), Put(said)), f"{verb} task {task.id}", task=task.id)

    def _check_reviewer(self, task: Task, call: Call) -> None:
        if call.actor.id == task.assignee:
            raise NotAllowedError(f"{call.actor.id} may not review {task.id}: it is its assignee")
        if task.reviewer is not None and call.actor.id != task.reviewer:
            raise NotAllowedError(
                f"{call.actor.id} may not review {task.id}: its reviewer is {task.reviewer}",
                hint=f"set yourself: gitcp task edit {task.id} --review {call.actor.id}",
            )

    def _approved(self, snapshot: Snapshot, task: Task, call: Call) -> Task:
        commit = task.delivery.commit if task.delivery else None
        after = changed(task, reviewed=(*task.passed, call.actor.id), agreed=commit)
        is_held = after.delivery is not None and after.delivery.is_held
        if after.reviewer is not None or is_held or not standing_at_end(snapshot, after).is_agreed:
            return after
        closed = call.now.replace(microsecond=0)
        return changed(after, status=advance(task, TaskEvent.APPROVE), closed=closed)

    def _returned(self, task: Task, status: str, call: Call) -> Task:
        again = {"reopened": task.reopened + 1, "given": given_by(call)}
        return changed(task, status=status, submitted=None, reviewed=(), agreed=None, **again)
