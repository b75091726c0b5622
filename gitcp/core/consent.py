"""Whether people have agreed to exactly this: approvals that hold for a change, or for what a digest stands for."""

from collections.abc import Iterator, Sequence

from gitcp.core.approvals import counting
from gitcp.core.identity import Who
from gitcp.model.change import RecordChange, blob_of
from gitcp.model.guards import Approval, ApprovalStatus, Gate, ProposedFile
from gitcp.model.members import Person
from gitcp.model.snapshot import Snapshot


def lacking_consent(
    known: Snapshot,
    gates: Sequence[Gate],
    change: RecordChange,
    who: Who,
    commit: Sequence[RecordChange] | None = None,
) -> list[Gate]:
    """Return the gates that no approval of exactly this change satisfies; `who` asks, and never decides.

    `commit`: all that is changed together; what was agreed to as a whole is not agreed to in parts. None: all of the approval is written.
    """
    held = [a for a in _of_change(known, change) if commit is None or _is_all_of(a, commit)]
    return [gate for gate in gates if not any(satisfies(known, gate, approval, who) for approval in held)]


def satisfies(known: Snapshot, gate: Gate, approval: Approval, who: Who) -> bool:
    """Whether enough persons whom a gate names, other than who asks, have approved."""
    agreed = {
        made.by
        for made in counting(known, approval)
        if made.verdict == "approve" and made.by != who.id and _is_approver(known, gate, made.by)
    }
    return len(agreed) >= gate.quorum


def _of_change(known: Snapshot, change: RecordChange) -> Iterator[Approval]:
    # What was applied is used up: it agrees to no second change.
    for approval in known.all(Approval):
        if approval.status is not ApprovalStatus.APPROVED or known.is_inert("approval", approval.id):
            continue
        if any(_is(file, change) for file in approval.change):
            yield approval


def _is_all_of(approval: Approval, commit: Sequence[RecordChange]) -> bool:
    return all(
        _blob(file) == file.base or any(_is(file, change) for change in commit) for file in approval.change
    )


def _is(file: ProposedFile, change: RecordChange) -> bool:
    return (file.path, file.base, _blob(file)) == (change.path, change.base, change.blob)


def _blob(file: ProposedFile) -> str | None:
    return None if file.text is None else blob_of(file.text)


def _is_approver(known: Snapshot, gate: Gate, person_id: str) -> bool:
    person = known.get(Person, person_id)
    return person is not None and (
        not gate.approvers or not {person.id, *person.roles}.isdisjoint(gate.approvers)
    )
