"""What a person may write into a task by hand: what the operations would have written.

Rule: what runs, reviewers and routines leave in a task is nobody's to write who is none.
"""

from collections.abc import Iterator
from typing import Final

from gitcp.core.handwork.hand import Hand
from gitcp.core.lifecycle import TRANSITIONS, reachable_by_hand
from gitcp.model.problem import Problem
from gitcp.model.tasks import Task, TaskStatus

WITHOUT_CHECKS: Final = "Done without its checks: "
_HANDED_OVER: Final = frozenset({TaskStatus.IN_REVIEW, TaskStatus.DONE})


def of_task(hand: Hand) -> Iterator[Problem]:
    """Yield what is wrong with a change of a task that is there after it."""
    before, after = hand.before, hand.after
    if not isinstance(after, Task):
        return
    known = before if isinstance(before, Task) else None
    yield from _status(hand, known, after)
    yield from _handing_over(hand, known, after)
    yield from _review(hand, known, after)
    yield from _left_by_others(hand, known, after)


def _status(hand: Hand, before: Task | None, after: Task) -> Iterator[Problem]:
    if before is None or reachable_by_hand(before.status, after.status):
        return
    possible = ", ".join(dict.fromkeys(status.value for status in TRANSITIONS[before.status].values()))
    yield hand.wrong(
        "status",
        f"expected {before.status}, {possible}, found {after.status}: no step leads there from {before.status}",
        f"set `status: {before.status}` again, or use `gitcp task`",
    )


def _handing_over(hand: Hand, before: Task | None, after: Task) -> Iterator[Problem]:
    """Ask for passed checks where a task leaves whoever works on it, and for its reviewers where it is done."""
    was = before.status if before else None
    if after.status not in _HANDED_OVER or was in _HANDED_OVER:
        return
    checked = not after.verify or (after.delivery is not None and after.delivery.verified)
    step = "finish" if after.status is TaskStatus.DONE else "submit"
    if not checked and not hand.has_said(after.id, WITHOUT_CHECKS):
        yield hand.wrong(
            "status",
            f"expected checks that what was delivered has passed, found {after.status}",
            f"say why all the same: gitcp task {step} {after.id} --without-checks REASON; or remove `verify:`",
        )
    if after.status is TaskStatus.DONE and after.stages:
        yield hand.wrong(
            "status",
            f"expected in_review, since {', '.join(after.stages)} reviews it, found done",
            f"gitcp task submit {after.id}; or remove `review:`",
        )


def _review(hand: Hand, before: Task | None, after: Task) -> Iterator[Problem]:
    if before is None:
        if after.reviewed:
            yield hand.wrong("reviewed", "expected nobody in a new task", "remove `reviewed:`")
        return
    stays = after.reviewed == before.reviewed
    had = before.reviewed if stays else before.passed
    added = after.reviewed[len(had) :]
    is_longer = after.reviewed[: len(had)] == had
    yield from _bound(hand, before, after, is_added=bool(added))
    if after.reviewed and not is_longer:
        hint = f"write `reviewed: [{', '.join(had)}]`, or gitcp task review {after.id}"
        yield hand.wrong("reviewed", "expected those who have agreed, and at most one more", hint)
    elif added:
        yield from _agreement(hand, before, after, added)
    if before.status is TaskStatus.IN_REVIEW:
        yield from _verdict(hand, before, after, agreed=bool(added) and is_longer)


def _bound(hand: Hand, before: Task, after: Task, *, is_added: bool) -> Iterator[Problem]:
    """Let a word bind to what is delivered when it is said, and to nothing else later."""
    delivered = after.delivery.commit if after.delivery else None
    expected = delivered if is_added else before.agreed
    if after.agreed != expected and (is_added or after.reviewed):
        wanted = f"`agreed: {expected}`" if expected else "no `agreed:`"
        message = f"expected {wanted}, the commit that was agreed to, found {after.agreed or 'none'}"
        yield hand.wrong("agreed", message, f"gitcp task review {after.id}")


def _agreement(hand: Hand, before: Task, after: Task, added: tuple[str, ...]) -> Iterator[Problem]:
    following = next((name for name in after.stages if name not in before.passed), None)
    expected = following or "somebody else than its assignee"
    is_turn = before.status is TaskStatus.IN_REVIEW and added == (hand.who.id,)
    if not is_turn or hand.who.id == after.assignee or following not in {None, hand.who.id}:
        yield hand.wrong(
            "reviewed",
            f"expected {expected} while the task is in review, in the own name, found {', '.join(added)}",
            f"who reviews it says so: gitcp task review {after.id}",
        )


def _verdict(hand: Hand, before: Task, after: Task, *, agreed: bool) -> Iterator[Problem]:
    """Let who reviews a task close or return it, with a comment."""
    lacking = [name for name in after.stages if name not in after.passed]
    if after.status is TaskStatus.DONE and lacking:
        hint = f"gitcp task review {after.id} --approve; or remove `review:`"
        yield hand.wrong("status", f"expected in_review until {', '.join(lacking)} agreed, found done", hint)
        return
    is_returned = after.status is TaskStatus.TODO
    if is_returned and hand.who.id != (before.reviewer or hand.who.id):
        message = f"expected {before.reviewer}, who reviews it, to return it, found {hand.who.id}"
        yield hand.wrong(
            "status", message, f"block it: gitcp task block {after.id}; or name yourself in `review:` first"
        )
    elif (agreed or is_returned) and not hand.has_said(after.id):
        message = "expected a comment of who reviews it in the same commit, found none"
        yield hand.wrong("status" if is_returned else "reviewed", message, f"gitcp task review {after.id}")
    elif after.status is TaskStatus.DONE and not after.stages and hand.who.id == after.assignee:
        message = f"expected somebody else than {hand.who.id}, its assignee, to agree, found done"
        yield hand.wrong("status", message, f"gitcp task review {after.id}, by another")


def _left_by_others(hand: Hand, before: Task | None, after: Task) -> Iterator[Problem]:
    delivery, unverified = before.delivery if before else None, None
    if delivery is not None:
        unverified = delivery.evolve(verified=False)
    if after.delivery not in {None, delivery, unverified}:
        yield _not_ones_own(hand, "delivery", "runs deliver")
    for name, because in (("given", "agents hand over"), ("routine", "routines make tasks")):
        found = getattr(after, name)
        if found is not None and found != (getattr(before, name) if before else None):
            yield _not_ones_own(hand, name, because)
    if before is None or before.created_by != after.created_by:
        yield from hand.signed_by_another("created_by", after.created_by)
    for name in ("blocked", "paused"):
        said, known = getattr(after, name), getattr(before, name) if before else None
        if said is not None and said != known and (known is None or said.by != known.by):
            yield from hand.signed_by_another(f"{name}.by", said.by)


def _not_ones_own(hand: Hand, where: str, because: str) -> Problem:
    return hand.wrong(
        where,
        f"expected it as it was: {because}, and the scheduler writes it down",
        f"undo the change of `{where}:`",
    )
