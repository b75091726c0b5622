"""What policies say of an operation: allow, deny, or which approvals it needs.

Rule: of all gates that match the strictest counts, so that a rule that is added never loosens. Where some rule says who may do what, what no rule grants is denied
to persons; agents have a table of their own, and the scheduler does what operations say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from gitcp.core.identity import Who
from gitcp.core.org import is_above
from gitcp.core.patterns import fits, path_fits
from gitcp.model.guards import Access, Gate, Policy, Verdict
from gitcp.model.operation import ActorKind
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot

EVERYBODY: Final = "*"
STRANGERS: Final = "strangers"
BELOW: Final = "below:"
# What rules call those who act, beside their ids and roles.
KINDS: Final = {
    ActorKind.AGENT: "agents",
    ActorKind.PERSON: "persons",
    ActorKind.SCHEDULER: "scheduler",
    None: STRANGERS,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as rules see it. `usd`: what it may cost at most, none: it costs nothing.

    `before`: the same by what the record said until then, where that differs: a gate that fits either matches, and both have to be granted.
    """

    operation: str
    who: Who
    paths: tuple[str, ...] = ()
    project: str | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()
    usd: Decimal | None = None
    before: "Asked | None" = None

    @property
    def sides(self) -> "tuple[Asked, ...]":
        """It as it is to become, and as it was."""
        return (self,) if self.before is None else (self, self.before)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one rule says: its policy, its place there (`gates[0]`), whether it matches, and why or why not: `unlike` is the field that does not fit."""

    policy: str
    rule: str
    matches: bool
    because: str
    gate: Gate | None = None
    access: Access | None = None
    unlike: str | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What all rules come to. `readings`: of the gates that match; `gates`: those whose approvals it needs, each for itself; `reason`: why it is denied."""

    verdict: Verdict
    readings: tuple[Reading, ...] = ()
    gates: tuple[Gate, ...] = ()
    reason: str | None = None


_WITHOUT_GRANTS: Final = frozenset({ActorKind.AGENT, ActorKind.SCHEDULER})
_FREE: Final = Ruling(Verdict.ALLOW)


def ruling(known: Snapshot, asked: Asked) -> Ruling:
    """Ask the rules of the readable policies; guards keep what was last admitted, so a policy cannot loosen itself."""
    policies = known.all(Policy)
    if not policies:
        return _FREE
    rules = _about(_Held(tuple(policies)), asked.operation)
    matching = tuple(
        _reading(known, rule, asked) for rule in rules.gates if _unlike(known, rule.rule, asked) is None
    )
    denied = next((r for r in matching if r.gate is not None and r.gate.verdict is Verdict.DENY), None)
    if denied is not None and denied.gate is not None:
        because = f": {denied.gate.reason}" if denied.gate.reason else ""
        reason = f"{denied.rule} of policy {denied.policy} denies it{because}"
        return Ruling(Verdict.DENY, matching, reason=reason)
    if rules.is_closed and not _is_granted(known, rules.access, asked):
        reason = f"no access rule grants {asked.operation} to {asked.who.id}"
        return Ruling(Verdict.DENY, matching, reason=reason)
    needed = tuple(r.gate for r in matching if r.gate is not None and r.gate.verdict is Verdict.APPROVAL)
    return Ruling(Verdict.APPROVAL if needed else Verdict.ALLOW, matching, needed)


def readings(known: Snapshot, asked: Asked) -> tuple[Reading, ...]:
    """Return what every rule says, those that do not match as well, in the order of policies and rules."""
    return tuple(_reading(known, rule, asked) for rule in _rules(known.all(Policy)))


def needs_grant(known: Snapshot, who: Who) -> bool:
    """Whether somebody may do only what an access rule grants."""
    return who.kind not in _WITHOUT_GRANTS and any(policy.access for policy in known.all(Policy))


def unreadable_policy(known: Snapshot) -> str | None:
    """Return a policy whose file cannot be read and that has no last admitted version: what it forbids is unknown, so nothing may start.

    One whose change was refused is no such policy: it binds nobody, as if it were not there.
    """
    for problem in known.problems():
        kind, policy = problem.record or ("", "")
        # What is wrong within a file has a line; a refusal is about all of it.
        is_broken = kind == Policy.kind and problem.severity is Severity.ERROR and problem.line > 0
        if is_broken and known.get(Policy, policy) is None:
            return policy
    return None


def is_named(known: Snapshot, names: Sequence[str], who: Who) -> bool:
    """Whether somebody is among those whom a rule names: by id, role, kind, or as somebody below a member."""
    own = {who.id, KINDS[who.kind]} if who.kind is ActorKind.AGENT else {*who.names, KINDS[who.kind]}
    if not own.isdisjoint(names):
        return True
    is_member = who.kind in {ActorKind.AGENT, ActorKind.PERSON}
    return is_member and any(
        name == EVERYBODY or (name.startswith(BELOW) and is_above(known, name.removeprefix(BELOW), who.id))
        for name in names
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule and its place: a gate, or one of access."""

    policy: str
    place: str
    rule: Gate | Access


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules about one operation. `is_closed`: there is an access rule, about whatever operation."""

    gates: tuple[_Rule, ...]
    access: tuple[Access, ...]
    is_closed: bool


class _Held:
    """Policies as a key: the same objects are the same key, so that nothing of them is compared."""

    __slots__ = ("_ids", "policies")

    def __init__(self, policies: tuple[Policy, ...]) -> None:
        self.policies = policies
        self._ids = tuple(map(id, policies))

    def __hash__(self) -> int:
        return hash(self._ids)

    def __eq__(self, other: object) -> bool:
        # Both hold their policies, so that no other can have come to the same place in memory.
        return isinstance(other, _Held) and self._ids == other._ids


@lru_cache(maxsize=1_024)
def _about(held: _Held, operation: str) -> _Rules:
    of = [rule for rule in _rules(held.policies) if _is_about(rule.rule, operation)]
    return _Rules(
        gates=tuple(each for each in of if isinstance(each.rule, Gate)),
        access=tuple(each.rule for each in of if isinstance(each.rule, Access)),
        is_closed=any(policy.access for policy in held.policies),
    )


def _rules(policies: Sequence[Policy]) -> Iterator[_Rule]:
    for policy in policies:
        yield from (_Rule(policy.id, f"access[{at}]", access) for at, access in enumerate(policy.access))
        yield from (_Rule(policy.id, f"gates[{at}]", gate) for at, gate in enumerate(policy.gates))


def _is_about(rule: Gate | Access, operation: str) -> bool:
    return any(fits(pattern, operation) for pattern in rule.operations)


def _is_granted(known: Snapshot, rules: Sequence[Access], asked: Asked) -> bool:
    if asked.who.kind in _WITHOUT_GRANTS:
        return True
    # Several rules may grant it together, each some of the files.
    return all(
        any(_unfit(rule, part) is None and is_named(known, rule.who, asked.who) for rule in rules)
        for part in _parts(asked)
    )


def _parts(asked: Asked) -> Iterator[Asked]:
    for side in asked.sides:
        if len(side.paths) > 1:
            yield from (replace(side, paths=(path,)) for path in side.paths)
        else:
            yield side


def _unlike(known: Snapshot, rule: Gate | Access, asked: Asked) -> str | None:
    """Return the field by which a rule about this operation does not match, or none."""
    if rule.who and not (is_named(known, rule.who, asked.who) or _is_for_all(rule)):
        return "who"
    if isinstance(rule, Gate) and rule.unless and is_named(known, rule.unless, asked.who):
        return "unless"
    unfit: str | None = None
    for part in asked.sides if isinstance(rule, Gate) else _parts(asked):
        found = _unfit(rule, part)
        if found is None:
            return None
        unfit = unfit or found
    return unfit


def _is_for_all(rule: Gate | Access) -> bool:
    # What holds everybody back holds back strangers and the scheduler as well; what grants grants to members.
    return isinstance(rule, Gate) and EVERYBODY in rule.who


def _unfit(rule: Gate | Access, asked: Asked) -> str | None:
    if rule.projects and asked.project not in rule.projects:
        return "projects"
    if isinstance(rule, Gate):
        if rule.labels and set(rule.labels).isdisjoint(asked.labels):
            return "labels"
        if rule.priorities and asked.priority not in rule.priorities:
            return "priorities"
        if rule.above_usd is not None and (asked.usd is None or asked.usd <= rule.above_usd):
            return "above_usd"
    if rule.paths and not any(path_fits(pattern, path) for path in asked.paths for pattern in rule.paths):
        return "paths"
    return None


def _reading(known: Snapshot, rule: _Rule, asked: Asked) -> Reading:
    said = rule.rule
    field = _unlike(known, said, asked) if _is_about(said, asked.operation) else "operations"
    because = _WHY_NOT[field](said) if field else _says(said, asked)
    gate, access = (said, None) if isinstance(said, Gate) else (None, said)
    return Reading(rule.policy, rule.place, field is None, because, gate, access, field)


def _says(rule: Gate | Access, asked: Asked) -> str:
    if isinstance(rule, Gate):
        return rule.verdict.value
    is_all = all(_unfit(rule, part) is None for part in _parts(asked))
    return "grants it" if is_all else "grants a part of it"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


_WHY_NOT: Final[Mapping[str, Callable[[Any], str]]] = {
    "operations": lambda rule: f"it is about {_listed(rule.operations)}",
    "who": lambda rule: f"it is for {_listed(rule.who)}",
    "unless": lambda gate: f"it is not for {_listed(gate.unless)}",
    "projects": lambda rule: f"it is about the project {_listed(rule.projects)}",
    "labels": lambda gate: f"it is about the label {_listed(gate.labels)}",
    "priorities": lambda gate: f"it is about the priority {_listed(gate.priorities)}",
    "above_usd": lambda gate: f"it is about more than {gate.above_usd:f} USD",
    "paths": lambda rule: f"it is about {_listed(rule.paths)}",
}
