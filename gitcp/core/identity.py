"""Who made a commit, as far as the company's level of assurance lets one believe it."""

from dataclasses import dataclass

from gitcp.core.org import person_by_email
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.company import Assurance
from gitcp.model.history import Entry
from gitcp.model.members import Agent, Person
from gitcp.model.operation import SCHEDULER, ActorKind
from gitcp.model.snapshot import Snapshot, persons


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
    if assurance_of(known) is Assurance.SIGNED:
        return _signed(known, entry)
    person = person_by_email(known, entry.author_email)
    return as_who(person) if person else Who(None, f"{entry.author} <{entry.author_email}>")


def as_who(person: Person) -> Who:
    """Return a person as who acts."""
    return Who(ActorKind.PERSON, person.id, person.roles)


def _signed(known: Snapshot, entry: Entry) -> Who:
    stranger = f"{entry.author} <{entry.author_email}>"
    if entry.signer is None:
        return Who(None, stranger, doubt="expected a commit that is signed, found no signature that holds")
    person = next((found for found in persons(known) if entry.signer in found.keys), None)
    if person is None:
        return Who(None, stranger, doubt="it is signed by a key that no person of the org chart has")
    return as_who(person)


def _through_scheduler(known: Snapshot, entry: Entry) -> Who:
    actor = entry.trailers.get("Gitcp-Actor", SCHEDULER)
    member = known.member(actor)
    doubt = None
    if (
        assurance_of(known) is Assurance.SIGNED
        and known.company is not None
        and entry.signer not in known.company.trust.scheduler_keys
    ):
        doubt = "expected the signature of a scheduler of this company, found none that holds"
    if isinstance(member, Person):
        return Who(ActorKind.PERSON, member.id, member.roles, doubt)
    kind = ActorKind.AGENT if isinstance(member, Agent) else ActorKind.SCHEDULER
    return Who(kind, actor, doubt=doubt)
