"""What a person may write into the org chart and into `gitcp.yaml` by hand: no cycles, no orphans, nobody locked out."""

from collections.abc import Iterator, Mapping

from gitcp.core.handwork.hand import Hand
from gitcp.model.company import Assurance, Company
from gitcp.model.members import Agent, AgentStatus, Member, Person
from gitcp.model.problem import Problem
from gitcp.model.snapshot import persons


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


def of_company(hand: Hand) -> Iterator[Problem]:
    """Yield what is wrong with a change of the company: whoever asks for signatures has to have what they are held against."""
    before, after = hand.before, hand.after
    if not isinstance(after, Company) or after.trust.assurance is not Assurance.SIGNED:
        return
    if isinstance(before, Company) and before.trust == after.trust:
        return
    if not after.trust.scheduler_keys:
        message = (
            "expected the scheduler's key in trust.scheduler_keys: without it nothing of the scheduler counts"
        )
        yield hand.wrong("trust", message, "see docs/identity.md")
    keys = {key for person in persons(hand.known) for key in person.keys}
    if hand.signer not in keys:
        message = "expected a commit that is signed with a key of a person of the org chart"
        yield hand.wrong(
            "trust.assurance", message, "add `keys:` to your file in org/ first, then sign this commit"
        )
