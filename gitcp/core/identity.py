"""Who made a commit, as far as the company's level of assurance lets one believe it.

Rule: by the records as they were before the commit. So a key that is taken away later makes no old commit wrong, and a new one none right.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gitcp.core.org import person_by_email
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.change import RecordChange
from gitcp.model.company import Assurance, Company
from gitcp.model.history import Entry
from gitcp.model.members import Agent, Person
from gitcp.model.operation import SCHEDULER, ActorKind
from gitcp.model.snapshot import Snapshot, persons

SIGNED: Final = Assurance.SIGNED
PROMISES: Final[Mapping[Assurance, str]] = {
    Assurance.LOCAL: "who acts is who a commit says it is, and whoever can push can say anything",
    Assurance.FORGE_PROTECTED: "who acts is who the forge let in; the forge is believed",
    Assurance.SIGNED: "who acts is who signed; nobody else is believed",
}
_MEMBERS: Final = frozenset({"member", "agent", "person"})


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts. `kind` is none for somebody who is no member, and `id` then what they call themselves.

    `doubt`: why that is not believed at the company's level of assurance; none: it is.
    """

    kind: ActorKind | None
    id: str
    roles: tuple[str, ...] = ()
    doubt: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """By what rules may name a person: the id and the roles."""
        return frozenset({self.id, *self.roles}) if self.kind is ActorKind.PERSON else frozenset()


def assurance_of(known: Snapshot) -> Assurance:
    """Return the level that the company wants; `local` where it cannot be read."""
    return known.company.trust.assurance if known.company else Assurance.LOCAL


def who_made(known: Snapshot, entry: Entry) -> Who:
    """Return who made a commit, by the records as they were before it."""
    if entry.committer_email == SCHEDULER_EMAIL:
        return _through_scheduler(known, entry)
    if assurance_of(known) is SIGNED:
        return _signed(known, entry)
    person = person_by_email(known, entry.author_email)
    return as_who(person) if person else Who(None, f"{entry.author} <{entry.author_email}>")


def as_who(person: Person) -> Who:
    """Return a person as who acts."""
    return Who(ActorKind.PERSON, person.id, person.roles)


def keys_that_count(known: Snapshot, changes: Sequence[RecordChange]) -> frozenset[str] | None:
    """Return the keys by which a commit with these changes may be signed; none where nobody asks for signatures.

    They are asked for at the level `signed`, and of the commit that brings a company there.
    """
    if SIGNED not in {assurance_of(known), level_after(known, changes)}:
        return None
    company = known.company
    named = company.trust.scheduler_keys if company else ()
    after = (key for person in persons_after(known, changes) for key in person.keys)
    return frozenset((*named, *(key for person in persons(known) for key in person.keys), *after))


def level_after(known: Snapshot, changes: Sequence[RecordChange]) -> Assurance:
    """Return the level that the company wants once these changes are made."""
    wanted = (change.after.trust.assurance for change in changes if isinstance(change.after, Company))
    return next(wanted, assurance_of(known))


def persons_after(known: Snapshot, changes: Sequence[RecordChange]) -> Iterator[Person]:
    """Yield the persons of the org chart once these changes are made."""
    changed = {change.id: change.after for change in changes if change.kind in _MEMBERS}
    yield from (person for person in persons(known) if person.id not in changed)
    yield from (after for after in changed.values() if isinstance(after, Person))


def owner_of(people: Iterable[Person], key: str | None) -> Person | None:
    """Return the person whose key this is, or none."""
    return None if key is None else next((person for person in people if key in person.keys), None)


def _signed(known: Snapshot, entry: Entry) -> Who:
    stranger = f"{entry.author} <{entry.author_email}>"
    if entry.signer is None:
        return Who(None, stranger, doubt="expected a commit that is signed, found no signature that holds")
    person = owner_of(persons(known), entry.signer)
    if person is None:
        return Who(None, stranger, doubt="it is signed by a key that no person of the org chart has")
    return as_who(person)


def _through_scheduler(known: Snapshot, entry: Entry) -> Who:
    actor, doubt = entry.trailers.get("Gitcp-Actor", SCHEDULER), None
    if assurance_of(known) is SIGNED and entry.signer not in _scheduler_keys(known):
        doubt = "expected the signature of a scheduler of this company, found none that holds"
    if actor == SCHEDULER:
        return Who(ActorKind.SCHEDULER, actor, doubt=doubt)
    member = known.member(actor)
    if isinstance(member, Person):
        return Who(ActorKind.PERSON, member.id, member.roles, doubt)
    return Who(ActorKind.AGENT if isinstance(member, Agent) else None, actor, doubt=doubt)


def _scheduler_keys(known: Snapshot) -> Sequence[str]:
    return known.company.trust.scheduler_keys if known.company else ()
