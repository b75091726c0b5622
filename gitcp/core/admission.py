"""Admission: what a commit did, read as operations and judged by the tables and by the policies of the last admitted state.

Rule: pure in (entry, changes); `gitcp audit verify` is the same function over all history.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gitcp.core.consent import lacking_consent
from gitcp.core.handwork import by_tables
from gitcp.core.identity import Who, who_made
from gitcp.core.implied import Implied, implied
from gitcp.core.merging import authors, is_decided
from gitcp.core.policies import Ruling, ruling
from gitcp.core.questions import asked
from gitcp.core.rails import railed
from gitcp.core.renames import renames
from gitcp.core.trust import by_trust
from gitcp.errors import Consent
from gitcp.model.change import RecordChange
from gitcp.model.guards import Gate, Verdict
from gitcp.model.history import Entry
from gitcp.model.operation import ActorKind
from gitcp.model.problem import Problem


def judge(entry: Entry, changes: Sequence[RecordChange]) -> list[Problem]:
    """Say what is wrong with a commit that the scheduler did not make for itself; an error refuses the change of its path."""
    if not changes:
        return []
    who = who_made(changes[0].known, entry)
    if who.doubt is not None:
        hint = "take it back, and commit it again with git commit -S: see docs/identity.md"
        return [_refused(change, who.doubt, hint) for change in changes]
    if who.kind is ActorKind.SCHEDULER:
        return list(by_trust(entry, changes))
    # What an agent may do its operations say; they have said so when the scheduler commits it.
    found: list[Problem] = []
    if who.kind is not ActorKind.AGENT:
        found += by_tables(changes, who, at=entry.at, others=authors(changes[0].known, entry))
    found += by_trust(entry, changes)
    for operation in implied(changes):
        found += _by_policies(operation, changes, who, entry)
    for change, gate in railed(changes):
        found += _lacking(change, f"{change.kind}.remove", (gate,), changes, who, entry)
    return [*found, *_where_it_was(found, changes)]


def _where_it_was(found: Sequence[Problem], changes: Sequence[RecordChange]) -> Iterator[Problem]:
    """Yield what refuses the path that a file was moved from, where the one that it was moved to is refused."""
    at = {change.path: (change.kind, change.id) for change in changes}
    at |= {old.path: at[new.path] for old, new in renames(changes)}
    if len(set(at.values())) == len(at):
        return
    for problem in found:
        for path, named in at.items():
            if path != problem.path and named == at.get(problem.path):
                yield replace(problem, path=path)


def _by_policies(
    operation: Implied, commit: Sequence[RecordChange], who: Who, entry: Entry
) -> Iterator[Problem]:
    change = operation.change
    said: Ruling = ruling(change.known, asked(operation, who))
    if said.verdict is Verdict.DENY:
        message = f"{who.id} may not {operation.operation}: {said.reason}"
        yield _refused(change, message, _why(change, operation.operation, who))
    elif said.verdict is Verdict.APPROVAL:
        yield from _lacking(change, operation.operation, said.gates, commit, who, entry)


def _why(change: RecordChange, operation: str, who: Who) -> str:
    # Who is no member cannot be asked about.
    if change.known.member(who.id) is None:
        return "see which rules there are: gitcp policy"
    return f"see which rule says so: gitcp policy test {operation} --as {who.id}"


def _lacking(
    change: RecordChange,
    operation: str,
    gates: Sequence[Gate],
    commit: Sequence[RecordChange],
    who: Who,
    entry: Entry,
) -> Iterator[Problem]:
    undecided = [gate for gate in gates if not is_decided(entry, who, change, gate)]
    for gate in lacking_consent(change.known, undecided, change, who, commit):
        because = f": {gate.reason}" if gate.reason else ""
        problem = _refused(
            change,
            f"{operation} needs the approval of {', '.join(gate.approvers) or 'another person'}{because}",
            f"ask for it: gitcp approval request --path {change.path}",
        )
        yield replace(problem, consent=_consent(operation, gate))


def _consent(operation: str, gate: Gate) -> Consent:
    return Consent(operation, gate.approvers, gate.quorum, gate.expires_days, gate.reason)


def _refused(change: RecordChange, message: str, hint: str) -> Problem:
    return Problem(path=change.path, message=message, hint=hint, record=(change.kind, change.id))


__all__ = ["asked", "judge"]
