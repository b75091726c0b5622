"""Who a commit says made it, held against the org chart of the time and against signatures."""

from collections.abc import Iterator
from typing import Final

from gitcp.audit.act import Act
from gitcp.audit.finding import Finding, Weight
from gitcp.core.org import is_employed, person_by_email
from gitcp.model.actors import SCHEDULER_EMAIL, as_agent
from gitcp.model.company import Company
from gitcp.model.members import Agent, Person
from gitcp.model.operation import SCHEDULER, ActorKind

_ACTOR: Final = "Gitcp-Actor"
_FINGERPRINT: Final = 40


def identity(act: Act) -> Iterator[Finding]:
    """Say where a commit's names do not fit together."""
    if act.who.doubt is not None:
        yield from _unsigned(act)
    yield from _through_scheduler(act) if act.is_by_scheduler else _by_hand(act)
    yield from _trust(act)


def _unsigned(act: Act) -> Iterator[Finding]:
    expected = "a signature by a key of the company"
    yield act.broken("identity/unsigned", "", expected, act.who.doubt or "none", weight=_if_inert(act))


def _through_scheduler(act: Act) -> Iterator[Finding]:
    entry, actor = act.passage.entry, act.actor
    if actor != SCHEDULER and not is_employed(act.world, actor):
        yield act.broken("identity/unknown-actor", "", "a member of the org chart", actor)
        return
    expected = _emails(act, actor)
    if entry.author_email.casefold() not in {email.casefold() for email in expected}:
        wanted = f"the author {' or '.join(expected)}" if expected else f"an address of {actor}"
        yield act.broken("identity/forged-actor", "", wanted, entry.author_email)


def _emails(act: Act, actor: str) -> tuple[str, ...]:
    member = act.world.member(actor)
    if isinstance(member, Agent):
        return (as_agent(member, None).email,)
    return member.emails if isinstance(member, Person) else (SCHEDULER_EMAIL,)


def _by_hand(act: Act) -> Iterator[Finding]:
    entry = act.passage.entry
    agent = _agent_of(act, entry.author_email) or _agent_of(act, entry.committer_email)
    if agent is not None:
        yield act.broken(
            "identity/agent-by-hand", "", "a commit by a person", f"agent {agent}", weight=_if_inert(act)
        )
    said = entry.trailers.get(_ACTOR)
    if said is not None and agent is None and act.who.kind is ActorKind.PERSON and said != act.who.id:
        yield act.broken("identity/forged-actor", "", f"{_ACTOR}: {act.who.id}", said, weight=_if_inert(act))
    author, committer = (
        person_by_email(act.world, email) for email in (entry.author_email, entry.committer_email)
    )
    if author is not None and committer is not None and author.id != committer.id:
        yield act.broken(
            "identity/for-another", "", f"committed by {author.id}", committer.id, weight=Weight.NOTE
        )


def _agent_of(act: Act, email: str) -> str | None:
    name, _, domain = email.casefold().partition("@")
    member = act.world.member(name) if domain == "agents.invalid" else None
    return member.id if isinstance(member, Agent) else None


def _if_inert(act: Act) -> Weight:
    took_effect = any(deed.path not in act.refused for deed in act.deeds)
    return Weight.VIOLATION if took_effect else Weight.NOTE


def _trust(act: Act) -> Iterator[Finding]:
    for deed, before, after in act.of(Company):
        if before and after and before.trust != after.trust:
            was, is_now = (
                f"{t.assurance}, {len(t.scheduler_keys)} keys of schedulers"
                for t in (before.trust, after.trust)
            )
            yield act.broken("identity/trust-changed", deed.path, was, is_now, weight=Weight.NOTE)
    for deed, person, same in act.of(Person):
        if person and same and person.keys != same.keys:
            was, is_now = (", ".join(map(_short, each.keys)) or "no key" for each in (person, same))
            yield act.broken("identity/trust-changed", deed.path, was, is_now, weight=Weight.NOTE)
        if person and same and _folded(person) != _folded(same):
            was, is_now = (", ".join(each.emails) or "no address" for each in (person, same))
            yield act.broken("identity/trust-changed", deed.path, was, is_now, weight=Weight.NOTE)


def _folded(person: Person) -> frozenset[str]:
    return frozenset(email.casefold() for email in person.emails)


def _short(key: str) -> str:
    return key if len(key) <= _FINGERPRINT else f"{key.partition(' ')[0]} …{key[-12:]}"
