"""A person's decision about a request."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.approvals import ApprovalEvent, advance, content_hash, counting, deciders, event_of, fits
from gitcp.core.authority import authorise
from gitcp.core.documents import expect_unchanged
from gitcp.core.identity import assurance_of
from gitcp.core.lookup import changed, existing
from gitcp.errors import ConflictError, IllegalTransitionError, NotAllowedError, RecordError
from gitcp.model.base import Line, format_instant
from gitcp.model.company import Assurance
from gitcp.model.guards import Approval, Decision
from gitcp.model.ids import ApprovalId
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot


class Answer(StrEnum):
    """What a person says to a request."""

    APPROVE = "approve"
    REJECT = "reject"


class DecideApproval(Operation):
    """Approve or reject a request; a rejection needs a comment, and where there are options an approval names one.

    `content`: the hash of what was read. What was changed since is refused.
    """

    name: ClassVar[str] = "approval.decide"

    approval: ApprovalId
    verdict: Answer
    comment: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    option: Line | None = None
    content: Line | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write the decision, in place of an earlier one of the same person, and what all decisions come to."""
        approval = existing(snapshot, Approval, self.approval)
        authorise(snapshot, call, self.name)
        advance(approval, ApprovalEvent.DECIDE)
        _check_time(approval, call)
        _check_decider(snapshot, approval, call)
        _check_hand(snapshot, approval, call)
        self._check_words(approval)
        if self.verdict is Answer.APPROVE:
            expect_unchanged(snapshot, approval)
        after = self._decided(snapshot, approval, call)
        return Edit(
            changes=() if after is None else (Put(after),),
            subject=f"{self.verdict} approval {approval.id}: {approval.title}",
            task=approval.task,
            reason=self.comment,
        )

    def _check_words(self, approval: Approval) -> None:
        present = content_hash(approval)
        if self.content is not None and self.content != present:
            raise ConflictError(
                f"approval {approval.id} was changed since: expected {self.content}, found {present}",
                hint=f"read it again: gitcp approval show {approval.id}",
            )
        if self.verdict is Answer.REJECT and (self.option is not None or not self.comment):
            what = "an option" if self.option is not None else "no comment"
            raise RecordError(
                f"approval {approval.id}: expected a rejection to say why and no more, found {what}"
            )
        if self.verdict is Answer.APPROVE and not fits(approval, self.option):
            expected = (
                f"one of {', '.join(approval.options)}" if approval.options else "no option: there are none"
            )
            raise RecordError(
                f"approval {approval.id}: option: expected {expected}, found {self.option or 'none'}"
            )

    def _decided(self, snapshot: Snapshot, approval: Approval, call: Call) -> Approval | None:
        standing = {made.by: made for made in counting(snapshot, approval)}
        before = standing.pop(call.actor.id, None)
        told = {"verdict": self.verdict.value, "option": self.option, "comment": self.comment}
        if before is not None and all(getattr(before, name) == value for name, value in told.items()):
            return None
        at, content = call.now.replace(microsecond=0), content_hash(approval)
        decision = Decision(by=call.actor.id, at=at, content=content, **told)
        after = changed(approval, decisions=(*standing.values(), decision))
        return changed(after, status=advance(after, event_of(snapshot, after)))


def _check_time(approval: Approval, call: Call) -> None:
    if approval.expires is not None and approval.expires <= call.now:
        raise IllegalTransitionError(
            f"approval {approval.id} expired at {format_instant(approval.expires)}: decide is not possible",
            hint="ask anew: gitcp approval request",
        )


def _check_decider(snapshot: Snapshot, approval: Approval, call: Call) -> None:
    actor, able = call.actor.id, deciders(snapshot, approval)
    if actor in able:
        return
    because = "it asked for it" if actor == approval.requested_by else "it is none of the approvers"
    raise NotAllowedError(
        f"{actor} may not decide {approval.id}: {because}",
        hint=f"decided by {', '.join(able)}"
        if able
        else "nobody may: withdraw it, or name approvers in its file",
    )


def _check_hand(snapshot: Snapshot, approval: Approval, call: Call) -> None:
    if call.actor.is_vouched and assurance_of(snapshot) is Assurance.SIGNED:
        raise NotAllowedError(
            f"{call.actor.id} may not decide {approval.id} by a token: at the level `signed` a decision carries the decider's own signature",
            hint="decide in a checkout, where git signs with your key: gitcp approval decide",
        )
