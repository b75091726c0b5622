"""What a tick does with requests: a status that follows decisions, a change that was approved, and what cannot come true any more."""

from functools import partial
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.applying import is_applicable, together, wrong_with
from gitcp.core.approvals import ApprovalEvent, advance, event_of
from gitcp.core.authority import authorise
from gitcp.core.lookup import changed, existing
from gitcp.errors import ConflictError
from gitcp.model.guards import Approval, ApprovalStatus, Withdrawal
from gitcp.model.ids import ApprovalId
from gitcp.model.operation import SCHEDULER, Call, Edit, Operation, Put, Write
from gitcp.model.snapshot import Snapshot

LONGEST_REASON = 2_000


class ConcludeApproval(Operation):
    """Write the status that the decisions come to, where somebody wrote a decision into the file."""

    name: ClassVar[str] = "approval.conclude"

    approval: ApprovalId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Close it, unless the decisions that count do not reach so far."""
        authorise(snapshot, call, self.name)
        approval = existing(snapshot, Approval, self.approval)
        event = event_of(snapshot, approval)
        subject = f"conclude approval {approval.id}: {approval.title}"
        if approval.status is not ApprovalStatus.PENDING or event is ApprovalEvent.DECIDE:
            return Edit((), subject, task=approval.task)
        return Edit((Put(changed(approval, status=advance(approval, event))),), subject, task=approval.task)


class ApplyApproval(Operation):
    """Write the files of an approved change byte for byte as they were approved; of several requests for it the first applies them all.

    The decisions are counted again, and the policies in force are asked again, as if who asked made the change now.
    """

    name: ClassVar[str] = "approval.apply"

    approval: ApprovalId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write the files, and use the approvals up."""
        authorise(snapshot, call, self.name)
        approval = existing(snapshot, Approval, self.approval)
        subject = f"apply approval {approval.id}: {approval.title}"
        if approval.status is ApprovalStatus.APPLIED:
            return Edit((), subject, task=approval.task)
        if not is_applicable(snapshot, approval):
            raise ConflictError(f"approval {approval.id} is {approval.status}: it is not to be applied now")
        used = (
            changed(each, status=advance(each, ApprovalEvent.APPLY)) for each in together(snapshot, approval)
        )
        files = (Write(file.path, file.base, file.text) for file in approval.change)
        return Edit(
            (*files, *(Put(each) for each in used)),
            subject,
            task=approval.task,
            reason=f"{approval.requested_by} asked for it",
            trailers=(("Gitcp-Approval", approval.id), ("Gitcp-Requested-By", approval.requested_by)),
            check=partial(wrong_with, approval),
        )


class VoidApproval(Operation):
    """Close a request whose change or content is not what it was: nobody's decision counts any more."""

    name: ClassVar[str] = "approval.void"

    approval: ApprovalId
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Close it, with the reason."""
        authorise(snapshot, call, self.name)
        approval = existing(snapshot, Approval, self.approval)
        subject = f"void approval {approval.id}: {self.reason}"
        if approval.status not in {ApprovalStatus.PENDING, ApprovalStatus.APPROVED}:
            return Edit((), subject, task=approval.task)
        withdrawn = Withdrawal(by=SCHEDULER, at=call.now.replace(microsecond=0), reason=self.reason)
        after = changed(approval, status=advance(approval, ApprovalEvent.VOID), withdrawn=withdrawn)
        return Edit((Put(after),), subject, task=approval.task, reason=self.reason)
