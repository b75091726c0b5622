"""The org chart as questions: who is above whom. Total also over charts with cycles, which are a problem of their own."""

from collections.abc import Iterator

from gitcp.model.members import AgentStatus, Member, Person
from gitcp.model.snapshot import Snapshot, persons


def chain_of_command(snapshot: Snapshot, member_id: str) -> Iterator[str]:
    """Yield the managers of a member, the nearest first."""
    seen = {member_id}
    member = snapshot.member(member_id)
    while member is not None and member.reports_to is not None and member.reports_to not in seen:
        seen.add(member.reports_to)
        yield member.reports_to
        member = snapshot.member(member.reports_to)


def is_above(snapshot: Snapshot, manager: str, member_id: str) -> bool:
    """Whether `manager` is in the chain of command of the member."""
    return manager in chain_of_command(snapshot, member_id)


def is_employed(snapshot: Snapshot, member_id: str) -> bool:
    """Whether a member exists and is not a terminated agent: whether something may be left to it."""
    member = snapshot.member(member_id)
    return isinstance(member, Person) or (member is not None and member.status is not AgentStatus.TERMINATED)


def manager_of(snapshot: Snapshot, member_id: str | None) -> str | None:
    """Return the nearest manager that exists and is not terminated."""
    if member_id is None:
        return None
    return next((m for m in chain_of_command(snapshot, member_id) if is_employed(snapshot, m)), None)


def person_above(snapshot: Snapshot, member_id: str) -> str | None:
    """Return the nearest person in the chain of command."""
    return next((m for m in chain_of_command(snapshot, member_id) if snapshot.get(Person, m)), None)


def subtree(snapshot: Snapshot, member_id: str) -> list[str]:
    """Return the members below one, not itself, sorted by id."""
    reports: dict[str, list[str]] = {}
    for member in snapshot.members():
        if member.reports_to is not None:
            reports.setdefault(member.reports_to, []).append(member.id)
    found: set[str] = set()
    waiting = list(reports.get(member_id, ()))
    while waiting:
        below = waiting.pop()
        if below not in found and below != member_id:
            found.add(below)
            waiting.extend(reports.get(below, ()))
    return sorted(found)


def names_of(snapshot: Snapshot, member_id: str) -> tuple[str, ...]:
    """Return the name of a member and those that it had before: what is counted under one of them is counted for it."""
    member = snapshot.member(member_id)
    return (member_id, *(member.previously if member is not None else ()))


def called_now(snapshot: Snapshot, name: str) -> str:
    """Return what a member is called whom this named at some time; the name itself where nobody had it."""
    if snapshot.member(name) is not None:
        return name
    return next((member.id for member in snapshot.members() if name in member.previously), name)


def person_by_email(snapshot: Snapshot, email: str) -> Person | None:
    """Return the person whose Git identity this is; letter case does not count."""
    for person in persons(snapshot):
        if email.lower() in {address.lower() for address in person.emails}:
            return person
    return None


def roots(snapshot: Snapshot) -> list[Member]:
    """Return the members that report to nobody who exists."""
    return [m for m in snapshot.members() if m.reports_to is None or snapshot.member(m.reports_to) is None]
