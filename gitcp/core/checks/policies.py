"""Policies that do not mean what they say: rules that never match, approvals that nobody can give, and what nobody may ever do again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from gitcp.core.authority import SCHEDULER_ONLY
from gitcp.core.checks.finding import Finding
from gitcp.core.costs import COSTLY
from gitcp.core.identity import as_who
from gitcp.core.operation_names import OPERATION_NAMES
from gitcp.core.patterns import fits, folders_of, is_pattern
from gitcp.core.policies import BELOW, EVERYBODY, KINDS, Asked, is_named, needs_grant, ruling
from gitcp.core.task_gates import DELIVERY
from gitcp.model.guards import Access, Gate, Policy, Verdict
from gitcp.model.kinds import KINDS as RECORDS
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Project
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot, persons
from gitcp.model.tasks import Priority

# What a change of a file comes to, beside what has a command; what is written for these kinds is named otherwise, or is the scheduler's alone.
_NAMED_OTHERWISE: Final = frozenset({
    "agent.create", "approval.create", "wake.create", "document.create", "document.edit", *(
        f"{kind}.{verb}" for kind in ("new-task", "run", "ledger", "counter") for verb in ("create", "edit", "remove")
    ),
})  # fmt: skip
_BY_HAND: Final = (
    frozenset(f"{kind}.{verb}" for kind in RECORDS for verb in ("create", "edit", "remove"))
    - _NAMED_OTHERWISE
)
NAMES: Final = frozenset({*OPERATION_NAMES, *_BY_HAND, DELIVERY, "task.release"})
# A change of a file is asked about by what it comes to, whatever command made it.
ASKED_AS: Final = {
    "budget.raise": "budget.edit",
    "approval.propose": "approval.request",
    "run.claim": "task.start",
}
# What the scheduler does by itself no rule is asked about, but by these names.
ASKED: Final = NAMES - ASKED_AS.keys() - (SCHEDULER_ONLY - {"task.number"})
_TOPS: Final = frozenset({
    "gitcp.yaml", "org", "goals", "projects", "tasks", "comments", "documents", "routines", "budgets", "policies", "approvals", "wakes",
    "runs", "archive", "ledger",
})  # fmt: skip
# Without these no rule is ever changed and nothing is ever decided.
_VITAL: Final = (
    ("policy.edit", "policies/{}.yaml"),
    ("company.edit", "gitcp.yaml"),
    ("approval.decide", "approvals/AP-1.yaml"),
)

_Told = Callable[..., Finding]


def policies(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield what is wrong with the rules, each and together."""
    found = snapshot.all(Policy)
    for policy in found:
        yield from _of_policy(snapshot, policy)
    if found:
        yield from _locked(snapshot, found)


def _of_policy(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    for at, gate in enumerate(policy.gates):
        told = _teller(policy, f"gates[{at}]")
        yield from _shared(snapshot, gate, told)
        yield from _who(snapshot, "unless", gate.unless, told)
        yield from _near(told, "priorities", gate.priorities, [each.value for each in Priority], "a priority")
        yield from _verdict(gate, told)
        yield from _approvers(snapshot, gate, told)
        if gate.paths and set(gate.operations) == {DELIVERY}:
            hint = "leave paths out, and say by labels, projects or priorities which deliveries are meant"
            yield told("paths", "a delivery is not judged by its files: the gate never matches", hint)
        if gate.above_usd is not None and not _matching(gate.operations, COSTLY):
            hint = f"what may cost something: {', '.join(sorted(COSTLY))}"
            yield told("above_usd", "none of its operations costs anything: the gate never matches", hint)
    for at, access in enumerate(policy.access):
        told = _teller(policy, f"access[{at}]")
        yield from _shared(snapshot, access, told)
        yield from _beside_persons(snapshot, access, told)


def _shared(snapshot: Snapshot, rule: Gate | Access, told: _Told) -> Iterator[Finding]:
    for at, pattern in enumerate(rule.operations):
        if not _matching([pattern], ASKED):
            if pattern in NAMES:
                yield told(f"operations[{at}]", *_never(pattern))
                continue
            near = get_close_matches(pattern, sorted(ASKED), n=1)
            hint = f"did you mean {near[0]}?" if near else "gitcp policy test --help names the operations"
            kind = "a pattern of operations" if is_pattern(pattern) else "an operation"
            yield told(f"operations[{at}]", f"expected {kind}, found {pattern}: the rule never matches", hint)
    yield from _who(snapshot, "who", rule.who, told)
    projects = [project.id for project in snapshot.all(Project)]
    yield from _near(told, "projects", rule.projects, projects, "a project that exists")
    for at, pattern in enumerate(rule.paths):
        top = folders_of(pattern)[0]
        if not any(top == "**" or fits(top, name) for name in _TOPS) and DELIVERY not in rule.operations:
            message = f"expected a path of this repository, found {pattern}: no record is there"
            hint = f"from the root of the repository, such as {_near_path(top)}"
            yield told(f"paths[{at}]", message, hint, Severity.WARNING)


def _never(operation: str) -> tuple[str, str]:
    message = f"expected an operation that rules are asked about, found {operation}: the rule never matches"
    if operation in ASKED_AS:
        return message, f"name {ASKED_AS[operation]}, which it comes to"
    return message, "the scheduler does it by itself; task.start, task.finish and delivery are asked about"


def _near_path(top: str) -> str:
    return next(iter(get_close_matches(top, sorted(_TOPS), n=1)), "budgets/**")


def _near(
    told: _Told, field: str, found: Sequence[str], known: Sequence[str], what: str
) -> Iterator[Finding]:
    for at, name in enumerate(found):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known) or 'none'}"
            yield told(f"{field}[{at}]", f"expected {what}, found {name}", hint)


def _who(snapshot: Snapshot, field: str, names: Sequence[str], told: _Told) -> Iterator[Finding]:
    known = {*_names(snapshot), *(member.id for member in snapshot.members()), EVERYBODY, *KINDS.values()}
    for at, name in enumerate(names):
        if name.removeprefix(BELOW) not in known if name.startswith(BELOW) else name not in known:
            yield _nobody(told, f"{field}[{at}]", name, known)


def _nobody(told: _Told, where: str, name: str, known: Iterable[str]) -> Finding:
    near = get_close_matches(name, sorted(known), n=1)
    hint = (
        f"did you mean {near[0]}?"
        if near
        else "give somebody this role: gitcp agent edit PERSON --set roles=…"
    )
    return told(where, f"names nobody: {name} is no member and no role of a person", hint, Severity.WARNING)


def _names(snapshot: Snapshot) -> set[str]:
    return {name for person in persons(snapshot) for name in (person.id, *person.roles)}


def _beside_persons(snapshot: Snapshot, access: Access, told: _Told) -> Iterator[Finding]:
    for at, name in enumerate(access.who):
        if name in {"agents", "scheduler"} or snapshot.get(Agent, name) is not None:
            message = (
                f"expected persons, found {name}: access is for persons, agents have a table of their own"
            )
            hint = "what an agent may do is in docs/agents.md; a gate can hold it back"
            yield told(f"who[{at}]", message, hint, Severity.WARNING)


def _verdict(gate: Gate, told: _Told) -> Iterator[Finding]:
    if gate.verdict is Verdict.ALLOW:
        message = "changes nothing: of several gates the strictest counts, and what no gate holds is allowed"
        yield told("verdict", message, "narrow the other gates, or take it away", Severity.WARNING)
    if gate.verdict is not Verdict.APPROVAL:
        given = [name for name in ("approvers", "quorum", "expires_days") if name in gate.model_fields_set]
        for name in given:
            message = f"says nothing with the verdict {gate.verdict}"
            yield told(name, message, "verdict: approval, or leave it out", Severity.WARNING)


def _approvers(snapshot: Snapshot, gate: Gate, told: _Told) -> Iterator[Finding]:
    if gate.verdict is not Verdict.APPROVAL:
        return
    known = _names(snapshot)
    for at, name in enumerate(gate.approvers):
        if snapshot.get(Agent, name) is not None:
            yield told(
                f"approvers[{at}]",
                f"expected a person or a role, found the agent {name}",
                "agents never approve",
            )
        elif name not in known:
            yield _nobody(told, f"approvers[{at}]", name, known)
    able = [
        p for p in persons(snapshot) if not gate.approvers or not as_who(p).names.isdisjoint(gate.approvers)
    ]
    if len(able) < gate.quorum:
        who = ", ".join(person.id for person in able) or "nobody"
        message = (
            f"expected at most as many as could approve ({who}), found {gate.quorum}: it is never approved"
        )
        yield told("quorum", message, "name more approvers, or give them the role")
    else:
        yield from _stuck(snapshot, gate, able, told)


def _stuck(snapshot: Snapshot, gate: Gate, able: Sequence[Person], told: _Told) -> Iterator[Finding]:
    if len(able) > gate.quorum:
        return
    stuck = [person.id for person in able if _holds(snapshot, gate, person)]
    if stuck:
        message = f"{', '.join(stuck)} can never get it: who asks does not decide, and nobody else could"
        hint = f"name another approver, or `unless: [{stuck[0]}]` where that is meant to be free"
        yield told("approvers" if gate.approvers else "verdict", message, hint, Severity.WARNING)


def _holds(snapshot: Snapshot, gate: Gate, person: Person) -> bool:
    who = as_who(person)
    return (not gate.who or is_named(snapshot, gate.who, who)) and not is_named(snapshot, gate.unless, who)


def _locked(snapshot: Snapshot, found: Sequence[Policy]) -> Iterator[Finding]:
    everybody = persons(snapshot)
    for operation, path in _VITAL if everybody else ():
        asked = [Asked(operation, as_who(person), paths=(path.format(found[0].id),)) for person in everybody]
        said = [ruling(snapshot, each) for each in asked]
        if any(each.verdict is not Verdict.DENY for each in said):
            continue
        yield _lock(snapshot, found, operation, asked[0])


def _lock(snapshot: Snapshot, found: Sequence[Policy], operation: str, asked: Asked) -> Finding:
    message = f"nobody may {operation}: with these rules that stays so for ever"
    denying = [
        r for r in ruling(snapshot, asked).readings if r.gate is not None and r.gate.verdict is Verdict.DENY
    ]
    if denying:
        hint = "let somebody: `unless:` with a role or a person"
        return Finding(Policy.kind, denying[0].policy, denying[0].rule, message, hint)
    assert needs_grant(snapshot, asked.who)
    closing = next(policy for policy in found if policy.access)
    hint = "grant it to somebody, e.g. {who: [owner], operations: ['*']}"
    return Finding(Policy.kind, closing.id, "access", message, hint)


def _matching(patterns: Sequence[str], names: Iterable[str]) -> bool:
    return any(fits(pattern, name) for name in names for pattern in patterns)


def _teller(policy: Policy, rule: str) -> _Told:
    def told(where: str, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Finding:
        return Finding(Policy.kind, policy.id, f"{rule}.{where}", message, hint, severity)

    return told
