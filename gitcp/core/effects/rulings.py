"""What the policies say of a change that is proposed: denied, or who has to agree to what. The same questions as admission asks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gitcp.core.admission import judge
from gitcp.core.consent import lacking_consent
from gitcp.core.identity import Who, who_made
from gitcp.core.implied import Implied, implied
from gitcp.core.policies import ruling
from gitcp.core.questions import asked
from gitcp.model.change import RecordChange
from gitcp.model.guards import Gate, Verdict
from gitcp.model.history import Entry
from gitcp.model.members import Person
from gitcp.model.problem import Problem, Severity
from gitcp.model.snapshot import Snapshot, persons

_STRICTNESS: Final = {Verdict.ALLOW: 0, Verdict.APPROVAL: 1, Verdict.DENY: 2}


@dataclass(frozen=True, slots=True)
class Need:
    """Whose agreement a gate wants: how many of whom (roles or persons, none: anybody else), who of them there is, and why."""

    approvers: tuple[str, ...]
    quorum: int
    persons: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the policies say of one operation that a change comes to."""

    operation: str
    kind: str
    id: str
    path: str
    by: str
    verdict: Verdict
    needs: tuple[Need, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What admission would say of a change by these authors: rulings of policies that are not `allow`, and all else that refuses it."""

    rulings: tuple[Ruled, ...]
    refusals: tuple[Problem, ...]

    @property
    def denied(self) -> tuple[Ruled, ...]:
        """What nobody's agreement helps."""
        return tuple(ruled for ruled in self.rulings if ruled.verdict is Verdict.DENY)

    @property
    def needed(self) -> tuple[Ruled, ...]:
        """What somebody has to agree to."""
        return tuple(ruled for ruled in self.rulings if ruled.verdict is Verdict.APPROVAL)


def judged(entries: Iterable[Entry], changes: Sequence[RecordChange]) -> Judged:
    """Judge a change for every one of its authors; the strictest verdict on each operation counts."""
    found: dict[tuple[str, str], Ruled] = {}
    refusals: dict[Problem, None] = {}
    for entry in _by_author(entries) if changes else ():
        who = who_made(changes[0].known, entry)
        for ruled in (_ruled(operation, who, changes) for operation in implied(changes)):
            known = found.get((ruled.operation, ruled.path))
            if known is None or _STRICTNESS[ruled.verdict] > _STRICTNESS[known.verdict]:
                found[ruled.operation, ruled.path] = ruled
        refusals |= dict.fromkeys(judge(entry, changes))
    rulings = [ruled for ruled in found.values() if ruled.verdict is not Verdict.ALLOW]
    told: dict[str, list[str]] = {}
    for ruled in rulings:
        told.setdefault(ruled.path, []).append(ruled.operation)
    refused = (p for p in refusals if p.severity is Severity.ERROR and not _is_told(p, told.get(p.path, ())))
    return Judged(tuple(rulings), tuple(sorted(refused)))


def _is_told(problem: Problem, operations: Iterable[str]) -> bool:
    # What admission says of a policy names the operation; what the tables say of the same file does not.
    return any(operation in problem.message for operation in operations)


def _by_author(entries: Iterable[Entry]) -> Iterator[Entry]:
    seen: set[tuple[str, str | None]] = set()
    for entry in entries:
        who = entry.author_email.lower(), entry.signer
        if who not in seen:
            seen.add(who)
            yield entry


def _ruled(operation: Implied, who: Who, commit: Sequence[RecordChange]) -> Ruled:
    change = operation.change
    said = ruling(change.known, asked(operation, who))
    is_asked = said.verdict is Verdict.APPROVAL
    gates = lacking_consent(change.known, said.gates, change, who, commit) if is_asked else []
    verdict = said.verdict if gates or said.verdict is Verdict.DENY else Verdict.ALLOW
    needs = tuple(_need(change.known, gate, who) for gate in gates)
    record = change.after or change.before
    kind = record.kind if record else change.kind
    return Ruled(operation.operation, kind, change.id, change.path, who.id, verdict, needs, said.reason)


def _need(known: Snapshot, gate: Gate, who: Who) -> Need:
    able = [person.id for person in persons(known) if person.id != who.id and _is_named(gate, person)]
    return Need(gate.approvers, gate.quorum, tuple(able), gate.reason)


def _is_named(gate: Gate, person: Person) -> bool:
    return not gate.approvers or not {person.id, *person.roles}.isdisjoint(gate.approvers)
