"""Ask for an approval, and take it back; and what becomes of one that nobody decided in time."""

from collections.abc import Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, Field

from gitcp.core.answers import with_answers
from gitcp.core.approvals import ApprovalEvent, advance, deciders, pending
from gitcp.core.authority import authorise, authorise_question, authorise_withdrawal
from gitcp.core.documents import asked_about
from gitcp.core.lookup import changed, existing, existing_member, made
from gitcp.core.numbering import APPROVALS, next_approval
from gitcp.core.org import person_above
from gitcp.errors import NotAllowedError, RecordError, UnknownRecordError
from gitcp.model.base import Line, Positive
from gitcp.model.guards import Approval, ApprovalStatus, Withdrawal
from gitcp.model.ids import ApprovalId, TaskId, approval_id
from gitcp.model.members import Agent
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, persons
from gitcp.model.tasks import Counter, Task

MOST_PENDING: Final = 20
_FEWEST_OPTIONS: Final = 2


def _distinct(options: tuple[str, ...]) -> tuple[str, ...]:
    if options and (len(options) < _FEWEST_OPTIONS or len(set(options)) < len(options)):
        raise ValueError("expected none or at least two options that differ")
    return options


class RequestApproval(Operation):
    """Ask people to decide. An agent asks about the task of its run, which then waits for the decision.

    `approvers`: persons or roles; without any, the nearest person above who asks, and where there is none, any person. `document`: a document of the task, as
    it is now; what is written into it later is not approved with it.
    """

    name: ClassVar[str] = "approval.request"

    title: Line
    description: Annotated[str, Field(max_length=20_000)] | None = None
    options: Annotated[tuple[Line, ...], Field(max_length=10), AfterValidator(_distinct)] = ()
    task: TaskId | None = None
    document: Line | None = None
    approvers: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    quorum: Positive = 1
    expires_days: Annotated[Positive, Field(le=3_660)] | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """File it under the next number."""
        task = self._task(snapshot, call)
        authorise_question(snapshot, call, self.name, task)
        existing_member(snapshot, call.actor.id)
        check_patience(snapshot, call)
        number = next_approval(snapshot)
        approval = self._approval(snapshot, call, number, task)
        check_deciders(snapshot, approval)
        about = f" for {task.id}" if task else ""
        return Edit(
            changes=(Put(approval), Put(Counter(id=APPROVALS, next=number + 1))),
            subject=f"request approval {approval.id}{about}: {approval.title}",
            task=task.id if task else None,
        )

    def _task(self, snapshot: Snapshot, call: Call) -> Task | None:
        run = snapshot.get(Run, call.actor.run) if call.actor.run else None
        name = self.task or _task_of(self.document) or (run.task if run else None)
        return existing(snapshot, Task, name) if name else None

    def _approval(self, snapshot: Snapshot, call: Call, number: int, task: Task | None) -> Approval:
        at = call.now.replace(microsecond=0)
        above = person_above(snapshot, call.actor.id)
        about = (None, None) if self.document is None else asked_about(snapshot, self.document, task)
        fields = {
            "title": self.title,
            "requested_by": call.actor.id,
            "requested_at": at,
            "task": task.id if task else None,
            "run": call.actor.run,
            "document": about[0],
            "content": about[1],
            "options": self.options,
            "approvers": tuple(dict.fromkeys(self.approvers)) or ((above,) if above else ()),
            "quorum": self.quorum,
            "expires": at + timedelta(days=self.expires_days) if self.expires_days else None,
            "description": self.description,
        }
        return made(Approval, approval_id(number), fields)


class WithdrawApproval(Operation):
    """Take a request back: it is not needed any more."""

    name: ClassVar[str] = "approval.withdraw"

    approval: ApprovalId
    reason: Annotated[str, Field(max_length=2_000)] | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Close it; nobody's decision counts any more."""
        approval = existing(snapshot, Approval, self.approval)
        authorise_withdrawal(snapshot, call, self.name, approval)
        withdrawn = Withdrawal(by=call.actor.id, at=call.now.replace(microsecond=0), reason=self.reason)
        after = changed(approval, status=advance(approval, ApprovalEvent.WITHDRAW), withdrawn=withdrawn)
        return Edit(
            with_answers(snapshot, call, (Put(after),)),
            f"withdraw approval {approval.id}: {approval.title}",
            task=approval.task,
            reason=self.reason,
        )


class ExpireApproval(Operation):
    """Close a request whose time is over."""

    name: ClassVar[str] = "approval.expire"

    approval: ApprovalId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Close it, unless somebody decided or gave it more time meanwhile."""
        authorise(snapshot, call, self.name)
        approval = existing(snapshot, Approval, self.approval)
        subject = f"expire approval {approval.id}: {approval.title}"
        is_over = approval.expires is not None and approval.expires <= call.now
        if approval.status is not ApprovalStatus.PENDING or not is_over:
            return Edit((), subject, task=approval.task)
        after = changed(approval, status=advance(approval, ApprovalEvent.EXPIRE))
        return Edit((Put(after),), subject, task=approval.task)


def _task_of(document: str | None) -> str | None:
    return document.partition("/")[0] if document and "/" in document else None


def check_patience(snapshot: Snapshot, call: Call) -> None:
    """Let an agent ask for no more than people can read.

    Raises:
        NotAllowedError: too many of its requests wait.
    """
    if call.actor.kind is not ActorKind.AGENT:
        return
    waiting = [approval for approval in pending(snapshot) if approval.requested_by == call.actor.id]
    if len(waiting) >= MOST_PENDING:
        raise NotAllowedError(
            f"agent {call.actor.id} may not ask for more: {len(waiting)} of its requests wait for a decision",
            hint=f"withdraw what is not needed any more: gitcp approval withdraw {waiting[0].id}",
        )


def check_deciders(snapshot: Snapshot, approval: Approval) -> None:
    """Expect persons that exist, and enough of them.

    Raises:
        UnknownRecordError, RecordError: nobody, or not enough, could approve it.
    """
    known = {name for person in persons(snapshot) for name in (person.id, *person.roles)}
    for name in approval.approvers:
        _check_approver(snapshot, approval, name, known)
    able = deciders(snapshot, approval)
    if approval.quorum > len(able):
        who = ", ".join(able) or "nobody"
        raise RecordError(
            f"approval {approval.id}: quorum: expected at most as many as may decide ({who}), found {approval.quorum}",
            hint="name other approvers: persons or roles, and not who asks",
        )


def _check_approver(
    snapshot: Snapshot, approval: Approval, name: str, known: Sequence[str] | set[str]
) -> None:
    if name in known:
        return
    if snapshot.get(Agent, name) is not None:
        raise RecordError(
            f"approval {approval.id}: approvers: expected persons or roles, found {name}: agents do not decide"
        )
    near = get_close_matches(name, sorted(known), n=1)
    hint = f"did you mean {near[0]}?" if near else "list the members with `gitcp org`"
    raise UnknownRecordError(f"approval {approval.id}: approvers: no person and no role is {name}", hint=hint)
