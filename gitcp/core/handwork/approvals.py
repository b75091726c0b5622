"""What a person may write into a request by hand: a request, a decision, a withdrawal of the own, with what follows from it."""

from collections.abc import Iterator
from typing import Final

from gitcp.core.approvals import advance, content_hash, counting, deciders, event_of, fits
from gitcp.core.handwork.hand import Hand
from gitcp.core.org import is_above, person_above
from gitcp.model.guards import Approval, ApprovalStatus, Decision
from gitcp.model.problem import Problem

_S = ApprovalStatus
_FIXED: Final = ("requested_by", "requested_at", "run")
# Where a gate or a budget asks, what is asked and who is to agree are its own.
_OF_GATE: Final = ("for_operation", "change", "content", "budget", "document", "approvers", "quorum")
_HINT: Final = "decide it: gitcp approval decide {0} --approve; or ask anew: gitcp approval request"


def of_approval(hand: Hand) -> Iterator[Problem]:
    """Yield what is wrong with a request's change."""
    before, after = hand.before, hand.after
    if isinstance(after, Approval) and isinstance(before, Approval):
        yield from _fixed(hand, before, after)
        yield from _easier(hand, before, after)
        yield from _decisions(hand, before, after)
        yield from _status(hand, before, after)
    elif isinstance(after, Approval):
        yield from _request(hand, after)
    elif isinstance(before, Approval) and not hand.change.is_broken:
        message = "expected a file: what was asked and decided is kept"
        yield hand.wrong("", message, f"bring it back; to take it back: gitcp approval withdraw {before.id}")


def _request(hand: Hand, after: Approval) -> Iterator[Problem]:
    yield from hand.signed_by_another("requested_by", after.requested_by)
    expected = {"status": _S.PENDING, "decisions": (), "withdrawn": None, "run": None}
    for name, value in expected.items():
        if getattr(after, name) != value:
            yield hand.wrong(name, "expected a new request that nobody has decided", f"remove `{name}:`")


def _fixed(hand: Hand, before: Approval, after: Approval) -> Iterator[Problem]:
    fixed = (*_FIXED, *(_OF_GATE if before.for_operation else ()))
    if before.status is not _S.PENDING:
        fixed = tuple(name for name in type(before).model_fields if name != "status")
    for name in fixed:
        if getattr(before, name) != getattr(after, name):
            yield hand.wrong(name, "expected it as it was", _HINT.format(before.id))


def _easier(hand: Hand, before: Approval, after: Approval) -> Iterator[Problem]:
    """Let neither who asked nor who decides with others, or is to, say who decides and how many."""
    own, able = hand.who.id, deciders(hand.known, before)
    is_party = own in {before.requested_by, *able, *deciders(hand.known, after)}
    if not is_party or before.for_operation or before.status is not _S.PENDING:
        return
    if own in able and before.quorum == 1:  # and so could decide alone
        return
    hint = f"withdraw it and ask anew: gitcp approval withdraw {before.id}; or let somebody who has no part in it"
    if after.quorum < before.quorum:
        yield hand.wrong("quorum", f"expected {before.quorum} or more, found {after.quorum}", hint)
    if after.approvers != before.approvers:
        yield hand.wrong("approvers", f"expected them as they were, found them changed by {own}", hint)


def _decisions(hand: Hand, before: Approval, after: Approval) -> Iterator[Problem]:
    own = hand.who.id
    counted = [made for made in counting(hand.known, before) if made.by != own]
    lost = [made.by for made in counted if made not in after.decisions]
    added = [made for made in after.decisions if made not in before.decisions]
    if lost:
        yield hand.wrong("decisions", f"expected the decision of {lost[0]} as it was", "put it back")
    for made in added:
        yield from _decision(hand, before, after, made)


def _decision(hand: Hand, before: Approval, after: Approval, made: Decision) -> Iterator[Problem]:
    where = f"decisions[{after.decisions.index(made)}]"
    able, content = deciders(hand.known, before), content_hash(before)
    if made.by != hand.who.id:
        message = f"expected {hand.who.id}, who made the commit, found {made.by}"
        yield hand.wrong(
            f"{where}.by", message, f"{made.by} decides: gitcp approval decide {after.id} --approve"
        )
    elif made.by not in able:
        who = ", ".join(able) or "nobody"
        yield hand.wrong(
            f"{where}.by", f"expected one of who may decide ({who}), found {made.by}", "ask them"
        )
    if made.content != content:
        hint = f"write `content: {content}`, or use gitcp approval decide {after.id} --approve"
        yield hand.wrong(f"{where}.content", "expected the hash of what is asked", hint)
    if made.verdict == "reject" and (made.option is not None or not made.comment):
        yield hand.wrong(where, "expected a rejection to say why and no more", "write `comment:`")
    if made.verdict == "approve" and not fits(after, made.option):
        expected = f"one of {', '.join(after.options)}" if after.options else "no option: there are none"
        yield hand.wrong(f"{where}.option", f"expected {expected}", _HINT.format(after.id))
    if before.expires is not None and before.expires <= max(made.at, hand.at or made.at):
        yield hand.wrong(where, "expected a decision before the request expired", "gitcp approval request")


def _status(hand: Hand, before: Approval, after: Approval) -> Iterator[Problem]:
    follows = before.status
    if before.status is _S.PENDING:
        # By who may decide and how many have to as it was before: nobody makes that easy for their own decision.
        decided = before.evolve(decisions=after.decisions)
        follows = advance(before, event_of(hand.known, decided))
    if after.status is _S.WITHDRAWN and before.status is _S.PENDING:
        yield from _withdrawal(hand, before, after)
    elif after.status is not before.status and after.status is not follows:
        message = f"expected {follows}, which follows from its decisions, found {after.status}"
        hint = f"set `status: {before.status}` again, or gitcp approval decide {after.id} --approve"
        yield hand.wrong("status", message, hint)
    elif after.withdrawn != before.withdrawn:
        hint = f"gitcp approval withdraw {after.id}"
        yield hand.wrong("withdrawn", "expected it with `status: withdrawn`", hint)


def _withdrawal(hand: Hand, before: Approval, after: Approval) -> Iterator[Problem]:
    yield from hand.signed_by_another("withdrawn.by", after.withdrawn.by if after.withdrawn else None)
    who, requester = hand.who.id, before.requested_by
    is_free = person_above(hand.known, requester) is None
    if who != requester and not is_free and not is_above(hand.known, who, requester):
        message = f"expected {requester}, who asked, or somebody above to take it back, found {who}"
        yield hand.wrong("status", message, f"reject it: gitcp approval decide {before.id} --reject -m TEXT")
