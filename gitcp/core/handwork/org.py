"""What a person may write into the org chart by hand: no cycles, no orphans."""

from collections.abc import Iterator, Mapping

from gitcp.core.handwork.hand import Hand
from gitcp.model.members import Agent, AgentStatus, Member, Person
from gitcp.model.problem import Problem


def of_member(hand: Hand) -> Iterator[Problem]:
    """Yield what is wrong with a member's change."""
    before, after = hand.before, hand.after
    if isinstance(after, Agent | Person):
        yield from _employment(hand, after)
        if after.reports_to != (before.reports_to if isinstance(before, Agent | Person) else None):
            yield from _superior(hand, after)
    elif isinstance(before, Agent | Person) and not hand.change.is_broken:
        yield from _orphans(hand, before)


def _employment(hand: Hand, after: Member) -> Iterator[Problem]:
    before = hand.before
    if (
        isinstance(before, Agent)
        and isinstance(after, Agent)
        and before.status is AgentStatus.TERMINATED
        and after.status is not AgentStatus.TERMINATED
    ):
        message = f"expected terminated, found {after.status}: an employment that ended does not go on"
        yield hand.wrong("status", message, "hire another: gitcp agent hire")


def _superior(hand: Hand, after: Member) -> Iterator[Problem]:
    said, seen, name = _said(hand), {after.id}, after.reports_to
    while name is not None:
        member = said[name] if name in said else hand.known.member(name)
        if name in seen:
            if name == after.id:
                message = f"expected no cycle, found a way from {after.id} back to itself"
                yield hand.wrong("reports_to", message, "name somebody who is not below it")
            return
        if member is None:
            if name == after.reports_to:
                message = f"expected a member, found {name}, which does not exist"
                yield hand.wrong(
                    "reports_to", message, "list them: gitcp org; add it in the same commit or before"
                )
            return
        seen.add(name)
        name = member.reports_to


def _orphans(hand: Hand, before: Member) -> Iterator[Problem]:
    said = _said(hand)
    there: dict[str, Member | None] = {member.id: member for member in hand.known.members()}
    there.update(said)
    left = sorted(m.id for m in there.values() if m is not None and m.reports_to == before.id)
    if left:
        message = f"expected it to stay while others report to it: {', '.join(left[:5])}"
        hint = f"first: gitcp agent edit {left[0]} --reports-to MEMBER"
        yield hand.wrong("", message, hint)


def _said(hand: Hand) -> Mapping[str, Member | None]:
    """Return the members that the commit changes, as it leaves them; none where one is gone."""
    members = (change for change in hand.commit if change.path.startswith("org/"))
    return {
        change.id: change.after if isinstance(change.after, Agent | Person) else None for change in members
    }
