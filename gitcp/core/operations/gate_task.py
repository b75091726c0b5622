"""What the scheduler asks people before it goes on with a task, and what it does with their answer."""

from datetime import timedelta
from typing import ClassVar

from gitcp.core.approvals import counting
from gitcp.core.authority import authorise
from gitcp.core.hops import given_by
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing
from gitcp.core.numbering import APPROVALS, next_approval
from gitcp.core.task_gates import (
    DELIVERY,
    FINISH,
    START,
    Question,
    asked_again,
    in_words,
    standing_at_end,
    standing_of,
    to_start,
)
from gitcp.core.task_gates import about as requests_about
from gitcp.errors import ConflictError
from gitcp.model.base import Line
from gitcp.model.guards import Approval, ApprovalStatus, Decision, Gate
from gitcp.model.ids import ApprovalId, TaskId, approval_id, comment_name
from gitcp.model.operation import SCHEDULER, Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Comment, Counter, Task, TaskStatus

_LONGEST = 2_000


class AskApproval(Operation):
    """Ask people, in the name of a task's assignee, before the scheduler goes on with the task."""

    name: ClassVar[str] = "approval.ask"

    for_operation: Line
    task: TaskId
    content: Line
    gate: Gate

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """File the request, unless it waits already or is about what the task was before."""
        authorise(snapshot, call, self.name)
        task = existing(snapshot, Task, self.task)
        number = next_approval(snapshot)
        asked = self._approval(snapshot, call, number, task)
        now = asked_again(snapshot, asked)
        asks = standing_of(snapshot, now).asks
        subject = f"request approval {asked.id} for {task.id}: {asked.title}"
        if now is None or now.content != self.content or self.gate not in [ask.gate for ask in asks]:
            return Edit((), subject, task=task.id)
        return Edit(
            (Put(asked), Put(Counter(id=APPROVALS, next=number + 1))),
            subject,
            task=task.id,
            reason=self.gate.reason,
        )

    def _approval(self, snapshot: Snapshot, call: Call, number: int, task: Task) -> Approval:
        at, days = call.now.replace(microsecond=0), self.gate.expires_days
        name = approval_id(number)
        base = Approval(
            id=name, title=f"Go on with {task.id}", requested_by=task.assignee or SCHEDULER, requested_at=at
        )
        return changed(
            base,
            title=_title(self.for_operation, task),
            description=_described(snapshot, self, task),
            for_operation=self.for_operation,
            task=task.id,
            content=self.content,
            approvers=self.gate.approvers,
            quorum=self.gate.quorum,
            expires=at + timedelta(days=days) if days else None,
        )


class FollowApproval(Operation):
    """Do with a task what people have said: finish it, return it, or block it in the name of who rejected its start."""

    name: ClassVar[str] = "approval.follow"

    approval: ApprovalId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Carry out the decision, unless the task is not what it was about any more."""
        authorise(snapshot, call, self.name)
        approval = existing(snapshot, Approval, self.approval)
        question = asked_again(snapshot, approval)
        subject = f"follow approval {approval.id}: {approval.title}"
        if question is None or question.content != approval.content:
            return Edit((), subject, task=approval.task)
        if approval.status is ApprovalStatus.REJECTED:
            return _rejected(snapshot, approval, question, call)
        return _finished(snapshot, question, subject, call)


def _rejected(snapshot: Snapshot, approval: Approval, question: Question, call: Call) -> Edit:
    said = _rejection(snapshot, approval)
    because = f"{said.by} rejected {approval.id}" if said else f"{approval.id} was rejected"
    because += f": {said.comment}" if said and said.comment else ""
    task = question.task
    if approval.for_operation == START:
        by = said.by if said else None
        blocked = Blocked(by=by, reason=because[:_LONGEST], waits_for=by)
        after = changed(task, status=advance(task, TaskEvent.BLOCK), blocked=blocked)
        return Edit((Put(after),), f"block task {task.id}: {because}", task=task.id, reason=because)
    again = {"submitted": None, "reviewed": (), "reopened": task.reopened + 1, "given": given_by(call)}
    after = changed(task, status=advance(task, TaskEvent.REQUEST_CHANGES), **again)
    name = comment_name(SCHEDULER, call.now, call.request)
    comment = Comment(id=f"{task.id}/{name}", body=f"It is not done: {because}")
    return Edit((Put(after), Put(comment)), f"return task {task.id}: {because}", task=task.id, reason=because)


def _finished(snapshot: Snapshot, question: Question, subject: str, call: Call) -> Edit:
    task = question.task
    standing = standing_at_end(snapshot, task)
    if question.operation != FINISH or task.status is not TaskStatus.IN_REVIEW or task.reviewer is not None:
        return Edit((), subject, task=task.id)
    if task.delivery is not None and task.delivery.is_held:
        return Edit((), subject, task=task.id)
    if not standing.is_agreed:
        raise ConflictError(f"task {task.id} {in_words(snapshot, standing)}: finish is not possible")
    closed = call.now.replace(microsecond=0)
    after = changed(task, status=advance(task, TaskEvent.APPROVE), closed=closed)
    names = ", ".join(each.id for each in requests_about(snapshot, question))
    return Edit((Put(after),), f"finish task {task.id}: {names} approved", task=task.id)


def _rejection(snapshot: Snapshot, approval: Approval) -> Decision | None:
    return next((made for made in counting(snapshot, approval) if made.verdict == "reject"), None)


def _title(operation: str, task: Task) -> str:
    if operation == DELIVERY and task.delivery is not None:
        return f"Integrate {task.id} into {task.delivery.into}: {task.title}"[:300]
    verb = "Start" if operation == START else "Finish"
    return f"{verb} {task.id}: {task.title}"[:300]


def _described(snapshot: Snapshot, ask: AskApproval, task: Task) -> str:
    why = [ask.gate.reason] if ask.gate.reason else []
    if ask.for_operation == DELIVERY and task.delivery is not None:
        found = task.delivery
        checked = "its checks passed on it" if found.verified else "no check passed on it"
        said = f"{task.assignee} delivered commit {found.commit} on {found.branch}, to be integrated into {found.into}; {checked}."
        return "\n".join([*why, said])
    if ask.for_operation == FINISH:
        commit = f"commit {task.delivery.commit} on {task.delivery.branch}" if task.delivery else "nothing"
        return "\n".join([*why, f"{task.assignee} delivered {commit}."])
    question = to_start(snapshot, task)
    cost = f", each run for {question.usd:f} USD at most" if question and question.usd else ""
    return "\n".join([*why, f"{task.assignee} would work on it{cost}."])
