"""Revisions of documents, and what people agreed to: an approval binds to one revision, and to no text that comes after it.

Rule: a revision is named by its text alone, so that a document that is as it was approved is approved again.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gitcp.core.approvals import ApprovalEvent, advance, pending
from gitcp.core.lookup import changed, existing
from gitcp.errors import ConflictError, RecordError
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.operation import ActorKind, Call, Put
from gitcp.model.runs import Followed
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Document, Task

PREFIX: Final = "sha256:"
_SHOWN: Final = 12
_AGREED: Final = frozenset({ApprovalStatus.APPROVED, ApprovalStatus.APPLIED})


@dataclass(frozen=True, slots=True)
class Agreement:
    """What people agreed to last about a document: the approval, the revision that it is about, and the one that the document has now; none: it is gone."""

    document: str
    approval: str
    revision: str
    present: str | None

    @property
    def holds(self) -> bool:
        """Whether the document still says what was approved."""
        return self.revision == self.present


def revision_of(text: str) -> str:
    """Return the name of a document's revision: the digest of its text."""
    return f"{PREFIX}{hashlib.sha256(text.encode()).hexdigest()}"


def short(revision: str) -> str:
    """Return a revision as people read it."""
    return revision.removeprefix(PREFIX)[:_SHOWN]


def asked_about(snapshot: Snapshot, document_id: str, task: Task | None) -> tuple[str, str]:
    """Return which document a request is about, and its revision; a name without task means one of the task that is asked about.

    Raises:
        RecordError: it is a document of another task than the one that is asked about.
        UnknownRecordError: there is no such document.
    """
    name = document_id if "/" in document_id or task is None else f"{task.id}/{document_id}"
    document = existing(snapshot, Document, name)
    if task is not None and document.id.partition("/")[0] != task.id:
        raise RecordError(f"document: expected one of {task.id}, found {document.id}")
    return document.id, revision_of(document.text)


def changed_since(snapshot: Snapshot, approval: Approval) -> str | None:
    """Return why nobody can agree to a request any more: its document does not have the revision that it asks about; none: it does."""
    if approval.document is None or _present(snapshot, approval.document) == approval.content:
        return None
    return f"document {approval.document} was changed since it was asked about"


def expect_unchanged(snapshot: Snapshot, approval: Approval) -> None:
    """Let nobody agree to a text that is not there any more.

    Raises:
        ConflictError: the document was changed since it was asked about.
    """
    why = changed_since(snapshot, approval)
    if why is not None:
        raise ConflictError(
            f"approval {approval.id}: {why}",
            hint=f"reject or withdraw it, and ask anew: gitcp approval request --document {approval.document}",
        )


def voided(snapshot: Snapshot, document: Document, call: Call) -> tuple[Put, ...]:
    """Return what ends an agent's own requests about another revision of a document than this one, which it writes.

    Others' requests are ended by nobody who writes: nobody can agree to them any more, and a tick closes them.
    """
    present = revision_of(document.text)
    return tuple(
        Put(changed(approval, status=advance(approval, ApprovalEvent.VOID)))
        for approval in pending(snapshot)
        if (approval.document, approval.requested_by) == (document.id, call.actor.id)
        and approval.content != present
        and call.actor.kind is ActorKind.AGENT
    )


def agreements(snapshot: Snapshot, task_id: str) -> list[Agreement]:
    """Return what was approved of a task's documents, one for each document: of several approvals one that holds, else the last."""
    found: dict[str, Agreement] = {}
    for agreement in _agreements(snapshot, task_id):
        earlier = found.get(agreement.document)
        if earlier is None or agreement.holds or not earlier.holds:
            found[agreement.document] = agreement
    return [found[name] for name in sorted(found)]


def followed(snapshot: Snapshot, task: Task | None) -> tuple[Followed, ...]:
    """Return what work on a task that begins now goes by: the documents that still say what was approved."""
    found = agreements(snapshot, task.id) if task is not None else []
    return tuple(
        Followed(document=each.document, revision=each.revision, approval=each.approval)
        for each in found
        if each.holds
    )


def approved_revisions(snapshot: Snapshot, document_id: str) -> dict[str, str]:
    """Return by which approval each revision of a document was approved, the last of several."""
    task = document_id.partition("/")[0]
    return {
        each.revision: each.approval for each in _agreements(snapshot, task) if each.document == document_id
    }


def _agreements(snapshot: Snapshot, task_id: str) -> Iterator[Agreement]:
    approvals = sorted(snapshot.all(Approval), key=lambda approval: (approval.requested_at, approval.id))
    for approval in approvals:
        about = approval.document or ""
        if approval.status in _AGREED and about.partition("/")[0] == task_id and approval.content:
            yield Agreement(about, approval.id, approval.content, _present(snapshot, about))


def _present(snapshot: Snapshot, document_id: str) -> str | None:
    document = snapshot.get(Document, document_id)
    return None if document is None else revision_of(document.text)
