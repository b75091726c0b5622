"""What policies say of an operation: allow, deny, or which approvals it needs.

Rule: of all gates that match the strictest counts, so that a rule that is added never loosens. Where some rule says who may do what, what no rule grants is denied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from gitcp.core.identity import Who
from gitcp.model.guards import Access, Gate, Policy, Verdict
from gitcp.model.operation import ActorKind
from gitcp.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as rules see it. `usd`: what it may cost at most, none: it costs nothing."""

    operation: str
    who: Who
    paths: tuple[str, ...] = ()
    project: str | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()
    usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one rule says: its policy, its place there (`gates[0]`), whether it matches, and why or why not."""

    policy: str
    rule: str
    matches: bool
    because: str
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What all rules come to. `gates`: those whose approvals it needs, each for itself; `reason`: why it is denied."""

    verdict: Verdict
    readings: tuple[Reading, ...] = ()
    gates: tuple[Gate, ...] = ()
    reason: str | None = None


def ruling(known: Snapshot, asked: Asked) -> Ruling:
    """Ask every rule of the readable policies; guards keep what was last admitted, so a policy cannot loosen itself."""
    policies = known.all(Policy)
    readings = tuple(reading for policy in policies for reading in _readings(policy, asked))
    gates = tuple(reading.gate for reading in readings if reading.matches and reading.gate is not None)
    denied = next((gate for gate in gates if gate.verdict is Verdict.DENY), None)
    if denied is not None:
        return Ruling(Verdict.DENY, readings, reason=denied.reason or "a gate denies it")
    if _is_ungranted(policies, asked, readings):
        return Ruling(
            Verdict.DENY, readings, reason=f"no access rule grants {asked.operation} to {asked.who.id}"
        )
    needed = tuple(gate for gate in gates if gate.verdict is Verdict.APPROVAL)
    return Ruling(Verdict.APPROVAL if needed else Verdict.ALLOW, readings, needed)


def _is_ungranted(policies: Sequence[Policy], asked: Asked, readings: Sequence[Reading]) -> bool:
    # Agents have a table of their own, and the scheduler does what operations say.
    if asked.who.kind in {ActorKind.AGENT, ActorKind.SCHEDULER} or not any(p.access for p in policies):
        return False
    return not any(reading.matches and reading.gate is None for reading in readings)


def _readings(policy: Policy, asked: Asked) -> Iterator[Reading]:
    for number, access in enumerate(policy.access):
        why = _unlike_access(access, asked)
        yield Reading(policy.id, f"access[{number}]", why is None, why or "grants it")
    for number, gate in enumerate(policy.gates):
        why = _unlike_gate(gate, asked)
        yield Reading(policy.id, f"gates[{number}]", why is None, why or gate.verdict.value, gate)


def _unlike_access(access: Access, asked: Asked) -> str | None:
    if "*" not in access.who and asked.who.names.isdisjoint(access.who):
        return f"it is for {', '.join(access.who)}"
    return _unlike(access.operations, access.projects, access.paths, asked)


def _unlike_gate(gate: Gate, asked: Asked) -> str | None:
    if gate.labels and set(gate.labels).isdisjoint(asked.labels):
        return f"it has none of the labels {', '.join(gate.labels)}"
    if gate.priorities and asked.priority not in gate.priorities:
        return f"its priority is none of {', '.join(gate.priorities)}"
    if gate.above_usd is not None and (asked.usd is None or asked.usd <= gate.above_usd):
        return f"it costs no more than {gate.above_usd:f} USD"
    return _unlike(gate.operations, gate.projects, gate.paths, asked)


def _unlike(
    operations: Sequence[str], projects: Sequence[str], paths: Sequence[str], asked: Asked
) -> str | None:
    if not any(fnmatchcase(asked.operation, pattern) for pattern in operations):
        return f"it is about {', '.join(operations)}"
    if projects and asked.project not in projects:
        return f"its project is none of {', '.join(projects)}"
    if paths and not any(fnmatchcase(path, pattern) for path in asked.paths for pattern in paths):
        return f"it touches none of {', '.join(paths)}"
    return None
