"""Ways to the end of a task by a person's word, and back: submit, finish, cancel, reopen."""

from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.authority import authorise
from gitcp.core.hops import given_by
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing
from gitcp.core.org import called_now
from gitcp.core.returning import parts_back
from gitcp.errors import NotAllowedError
from gitcp.model.ids import TaskId, comment_name
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Task, TaskStatus

Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class SubmitTask(Operation):
    """Hand a task to its reviewers. With checks that nothing delivered has passed, a person must say why it counts all the same."""

    name: ClassVar[str] = "task.submit"

    task: TaskId
    without_checks: Reason | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Put it into the first reviewer's inbox."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        status = advance(task, TaskEvent.SUBMIT)
        if not task.stages:
            raise NotAllowedError(
                f"task {task.id} names no reviewer: submit is not possible",
                hint=f"gitcp task finish {task.id}",
            )
        _check_checks(task, "submit", self.without_checks)
        after = changed(
            task, status=status, submitted=call.now.replace(microsecond=0), reviewed=(), agreed=None
        )
        return Edit(
            (Put(after), *_explanation(task, call, self.without_checks)),
            f"submit task {task.id} to {task.stages[0]}",
            task=task.id,
            reason=self.without_checks,
        )


class FinishTask(Operation):
    """Say that a task is done. With checks that nothing delivered has passed, a person must say why it counts all the same."""

    name: ClassVar[str] = "task.finish"

    task: TaskId
    without_checks: Reason | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Finish it, or submit it if it names reviewers."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        if task.stages and task.status is not TaskStatus.IN_REVIEW:
            return SubmitTask(task=self.task, without_checks=self.without_checks).decide(snapshot, call)
        if task.delivery is not None and task.delivery.is_held:
            return self._held(task, call)
        status = advance(task, TaskEvent.FINISH)
        _check_checks(task, "finish", self.without_checks)
        after = changed(task, status=status, closed=call.now.replace(microsecond=0))
        return Edit(
            (Put(after), *_explanation(task, call, self.without_checks)),
            f"finish task {task.id}",
            task=task.id,
            reason=self.without_checks,
        )

    def _held(self, task: Task, call: Call) -> Edit:
        # It is done once what was delivered for it is where it belongs.
        status = advance(task, TaskEvent.SUBMIT)
        _check_checks(task, "finish", self.without_checks)
        after = changed(
            task, status=status, submitted=call.now.replace(microsecond=0), reviewed=(), agreed=None
        )
        said = _explanation(task, call, self.without_checks)
        into = task.delivery.into if task.delivery else None
        subject = f"finish task {task.id} once it is integrated into {into}"
        return Edit((Put(after), *said), subject, task=task.id, reason=self.without_checks)


def _check_checks(task: Task, step: str, without_checks: str | None) -> None:
    checked = not task.verify or (task.delivery is not None and task.delivery.verified)
    if not checked and without_checks is None:
        raise NotAllowedError(
            f"task {task.id} declares checks that nothing delivered has passed: {step} is not possible",
            hint=f"say why it is done all the same: gitcp task {step} {task.id} --without-checks REASON",
        )


def _explanation(task: Task, call: Call, without_checks: str | None) -> tuple[Put, ...]:
    if without_checks is None:
        return ()
    name = comment_name(call.actor.id, call.now, call.request)
    return (Put(Comment(id=f"{task.id}/{name}", body=f"Done without its checks: {without_checks}")),)


class CancelTask(Operation):
    """Close a task that will not be done. What waits for it must then be decided by somebody."""

    name: ClassVar[str] = "task.cancel"

    task: TaskId
    reason: Reason | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Cancel it."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        after = changed(
            task, status=advance(task, TaskEvent.CANCEL), blocked=None, closed=call.now.replace(microsecond=0)
        )
        because = f": {self.reason}" if self.reason else ""
        return Edit((Put(after),), f"cancel task {task.id}{because}", task=task.id, reason=self.reason)


class ReopenTask(Operation):
    """Open a closed task again: it is `todo` and wakes its assignee."""

    name: ClassVar[str] = "task.reopen"

    task: TaskId
    reason: Reason | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Reopen it; its attempts begin anew."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        status = advance(task, TaskEvent.REOPEN)
        after = changed(
            task,
            status=status,
            closed=None,
            submitted=None,
            reviewed=(),
            agreed=None,
            attempts=0,
            reopened=task.reopened + 1,
            given=given_by(call),
            assignee=called_now(snapshot, task.assignee) if task.assignee else None,
            review=tuple(called_now(snapshot, reviewer) for reviewer in task.review),
        )
        because = f": {self.reason}" if self.reason else ""
        changes = (Put(after), *parts_back(snapshot, task))
        return Edit(changes, f"reopen task {task.id}{because}", task=task.id, reason=self.reason)
