"""Policies: each rule in words, and what all of them come to: who may do what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from gitcp.core.authority import AGENT_MAY, SCHEDULER_ONLY, Relation
from gitcp.core.identity import as_who
from gitcp.core.operation_names import OPERATION_NAMES
from gitcp.core.policies import Asked, Reading, readings, ruling
from gitcp.core.sentences import access_sentence, gate_sentence
from gitcp.dashboard import links, operations
from gitcp.dashboard.figures import plural
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.approval import gates_that_ask
from gitcp.dashboard.words import Badge
from gitcp.model.guards import Approval, ApprovalStatus, Policy, Verdict
from gitcp.model.members import Person

# A larger company has more people than a reader compares.
MOST_PERSONS: Final = 40
NAMED: Final = 6
MOST_APPROVALS: Final = 12
_MAY, _SOMETIMES, _ASKS, _NOT = "may", "sometimes", "asks", "not"
_CONDITIONS: Final = frozenset({"projects", "labels", "priorities", "above_usd", "paths"})
_VERDICT: Final[Mapping[Verdict, Badge]] = {
    Verdict.ALLOW: Badge("Allow", "good", "done"),
    Verdict.APPROVAL: Badge("Approval", "look", "review"),
    Verdict.DENY: Badge("Deny", "bad", "failed"),
}
_ACCESS: Final = Badge("Access", "plain", "todo")
_RELATION: Final[Mapping[Relation, str]] = {
    Relation.ANYBODY: "Every agent may",
    Relation.ASSIGNEE: "Who does a task may",
    Relation.REVIEWER: "Who reviews a task may",
    Relation.CREATOR: "Who made a task may",
    Relation.ABOVE: "Who is above in the org chart may",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a policy; `place` is its way down into the file."""

    place: str
    verdict: Badge
    sentence: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy, and what it asked for lately."""

    id: str
    anchor: str
    path: str
    title: str
    description: Markup | None
    rules: tuple[Rule, ...]
    problems: str | None
    approvals: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """Operations, as kind and verbs, that hold for the same people: who may at once, who under some conditions, who after approval, who never."""

    what: tuple[tuple[str, str], ...]
    may: str
    sometimes: str
    asks: str
    refused: str


@dataclass(frozen=True, slots=True)
class Own:
    """What agents may do of themselves, by what they are to a task."""

    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies."""

    summary: str
    policies: tuple[PolicyView, ...]
    grants: tuple[Grant, ...]
    cut: str | None
    agents: tuple[Own, ...]


def policies(register: Register, prose: Prose) -> Policies:
    """Show all policies, and what they come to."""
    found = register.snapshot.all(Policy)
    people = register.persons
    rules = sum(len(policy.gates) + len(policy.access) for policy in found)
    asked = _asked_by(register)
    kinds = plural(len(found), "policy", "policies")
    return Policies(
        summary=f"{kinds} with {plural(rules, 'rule')}" if found else "No policy",
        policies=tuple(_policy(register, policy, asked.get(policy.id, ()), prose) for policy in found),
        grants=tuple(_grants(register, people[:MOST_PERSONS])),
        cut=f"The first {MOST_PERSONS} of {len(people):,} people by name."
        if len(people) > MOST_PERSONS
        else None,
        agents=tuple(_own()),
    )


def _policy(register: Register, policy: Policy, asked: Sequence[Approval], prose: Prose) -> PolicyView:
    wrong = sum(problem.record == (Policy.kind, policy.id) for problem in register.problems)
    return PolicyView(
        id=policy.id,
        anchor=links.policy_anchor(policy.id),
        path=f"policies/{policy.id}.yaml",
        title=policy.title,
        description=prose.block(policy.description, below=2),
        rules=tuple(_rules(policy)),
        problems=plural(wrong, "problem") if wrong else None,
        approvals=tuple(Ref(each.id, links.approval_page(each.id)) for each in asked[:MOST_APPROVALS]),
    )


def _rules(policy: Policy) -> Iterator[Rule]:
    for at, gate in enumerate(policy.gates):
        yield Rule(f"gates[{at}]", _VERDICT[gate.verdict], gate_sentence(gate), gate.reason)
    for at, access in enumerate(policy.access):
        yield Rule(f"access[{at}]", _ACCESS, access_sentence(access), None)


def _asked_by(register: Register) -> Mapping[str, Sequence[Approval]]:
    """Return the requests that each policy asks for: those that wait first, then the newest."""
    found: dict[str, list[Approval]] = {}
    everything = sorted(
        register.snapshot.all(Approval),
        key=lambda each: (each.status is ApprovalStatus.PENDING, each.requested_at, each.id),
        reverse=True,
    )
    for approval in everything:
        for policy in dict.fromkeys(policy.id for policy, _, _ in gates_that_ask(register, approval)):
            found.setdefault(policy, []).append(approval)
    return found


# who may do what


def _grants(register: Register, people: Sequence[Person]) -> Iterator[Grant]:
    """Yield what holds for people; operations that hold alike are told together, those that everybody may do last."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for operation in sorted(OPERATION_NAMES - SCHEDULER_ONLY) if people else ():
        held = tuple(_held(register, person, operation) for person in people)
        alike.setdefault(held, []).append(operation)
    for held in sorted(alike, key=lambda held: set(held) == {_MAY}):
        names = dict(zip((person.id for person in people), held, strict=True))
        yield _grant(register, alike[held], names)


def _held(register: Register, person: Person, operation: str) -> str:
    """Say whether a person may do something that no condition of a rule is about."""
    asked = Asked(operation, as_who(person))
    said = ruling(register.snapshot, asked).verdict
    if said is Verdict.APPROVAL:
        return _ASKS
    depends = any(_depends(reading, said) for reading in readings(register.snapshot, asked))
    return _SOMETIMES if depends else _MAY if said is Verdict.ALLOW else _NOT


def _depends(reading: Reading, said: Verdict) -> bool:
    """Whether a rule would say something else of the same operation on another record."""
    if reading.unlike not in _CONDITIONS:
        return False
    if reading.gate is not None:
        return said is Verdict.ALLOW and reading.gate.verdict is not Verdict.ALLOW
    return said is Verdict.DENY


def _grant(register: Register, same: Sequence[str], held: Mapping[str, str]) -> Grant:
    def those(word: str) -> str:
        names = [member_ref(register, person).text for person, found in held.items() if found == word]
        if len(names) == len(held):
            return "every person" if len(names) > 1 else names[0]
        more = len(names) - NAMED
        return ", ".join([*names[:NAMED], *([f"{more} more"] if more > 0 else [])])

    what = tuple((kind, ", ".join(verbs)) for kind, verbs in operations.by_kind(same).items())
    return Grant(what, those(_MAY), those(_SOMETIMES), those(_ASKS), those(_NOT))


def _own() -> Iterator[Own]:
    for relation, who in _RELATION.items():
        names = sorted(name for name, held in AGENT_MAY.items() if relation in held)
        yield Own(who, ", ".join(operations.told(name) for name in names))
