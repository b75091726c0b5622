"""What became of a delivery that was held back, once people had agreed to it."""

from typing import ClassVar

from gitcp.core.authority import authorise
from gitcp.core.hops import given_by
from gitcp.core.inbox import responsible_for
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing
from gitcp.core.task_gates import standing_at_end
from gitcp.model.base import Flag, Text
from gitcp.model.ids import Sha, TaskId, comment_name
from gitcp.model.operation import SCHEDULER, Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Comment, Delivery, Task, TaskStatus

_LONGEST = 2_000


class IntegrateDelivery(Operation):
    """Write that a commit was integrated, and go on with its task; or why it was not.

    `integrated`: the commit of the target branch that brought it there; without it and without an `obstacle` it stays on its branch, as its project wants it now.
    `refused`: the repository does not take it, which its agent cannot mend.
    """

    name: ClassVar[str] = "delivery.integrate"

    task: TaskId
    commit: Sha
    integrated: Sha | None = None
    obstacle: Text | None = None
    refused: Flag = False

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Finish the task, return it to its agent, or block it; what was delivered anew meanwhile is another matter."""
        authorise(snapshot, call, self.name)
        task = existing(snapshot, Task, self.task)
        found = task.delivery
        if found is None or found.commit != self.commit or not found.is_held:
            return Edit((), f"integrate task {task.id}", task=task.id)
        if self.obstacle is None:
            return self._integrated(snapshot, task, found, call)
        if task.status is not TaskStatus.IN_REVIEW:
            return Edit((), f"integrate task {task.id}", task=task.id)
        return self._blocked(snapshot, task) if self.refused else self._returned(task, found, call)

    def _integrated(self, snapshot: Snapshot, task: Task, found: Delivery, call: Call) -> Edit:
        where = {"integrated": self.integrated} if self.integrated else {"into": None}
        after = changed(task, delivery=found.evolve(**where, obstacle=None))
        is_due = task.status is TaskStatus.IN_REVIEW and task.reviewer is None
        if is_due and standing_at_end(snapshot, after).is_agreed:
            closed = call.now.replace(microsecond=0)
            after = changed(after, status=advance(task, TaskEvent.APPROVE), closed=closed)
        what = f"integrate task {task.id} into {found.into}"
        if self.integrated is None:
            what = f"leave task {task.id} on {found.branch}"
        return Edit((Put(after),), what, task=task.id)

    def _returned(self, task: Task, found: Delivery, call: Call) -> Edit:
        after = changed(
            task,
            status=advance(task, TaskEvent.REQUEST_CHANGES),
            delivery=found.evolve(obstacle=self.obstacle),
            submitted=None,
            reviewed=(),
            agreed=None,
            reopened=task.reopened + 1,
            given=given_by(call),
        )
        body = f"It was agreed to, but cannot be integrated: {self.obstacle}"
        comment = Comment(id=f"{task.id}/{comment_name(SCHEDULER, call.now, call.request)}", body=body)
        subject = f"return task {task.id}: it cannot be integrated into {found.into}"
        return Edit((Put(after), Put(comment)), subject, task=task.id, reason=self.obstacle)

    def _blocked(self, snapshot: Snapshot, task: Task) -> Edit:
        reason = f"it cannot be integrated: {self.obstacle}"[:_LONGEST]
        blocked = Blocked(reason=reason, waits_for=responsible_for(snapshot, task))
        after = changed(task, status=advance(task, TaskEvent.BLOCK), blocked=blocked)
        return Edit((Put(after),), f"block task {task.id}: {reason}", task=task.id, reason=reason)
