"""What a merge says: who wrote what it brings, and that who merges has decided about it.

A merge decides for one person, and about nothing but what it brings: what a merge makes of two sides itself, nobody else has written.
A squashed pull request is a plain commit of its author: nobody has decided by it.
"""

from collections.abc import Iterator
from typing import Final

from gitcp.core.identity import SIGNED, Who, assurance_of, owner_of
from gitcp.core.org import person_by_email
from gitcp.model.change import RecordChange
from gitcp.model.guards import Gate
from gitcp.model.history import Entry, Merged
from gitcp.model.members import Person
from gitcp.model.operation import ActorKind
from gitcp.model.snapshot import Snapshot, persons

DECIDED_BY: Final = "Gitcp-Decided-By"


def is_decided(entry: Entry, who: Who, change: RecordChange, gate: Gate) -> bool:
    """Whether a merge is the one approval that a gate wants: by a person whom the gate and the trailer name, of what others alone have written."""
    if not entry.merged or change.is_mixed or gate.quorum > 1:
        return False
    if who.kind is not ActorKind.PERSON or entry.trailers.get(DECIDED_BY) != who.id:
        return False
    is_named = not gate.approvers or not who.names.isdisjoint(gate.approvers)
    return is_named and all(_is_others(change.known, merged, who.id) for merged in entry.merged)


def _is_others(known: Snapshot, merged: Merged, decider: str) -> bool:
    author = _author(known, merged)
    if assurance_of(known) is SIGNED:
        return author is not None and author.id != decider
    return author is None or author.id != decider


def _author(known: Snapshot, merged: Merged) -> Person | None:
    if assurance_of(known) is SIGNED:
        return owner_of(persons(known), merged.signer)
    return person_by_email(known, merged.author_email)


def authors(known: Snapshot, entry: Entry) -> Iterator[str]:
    """Yield the persons who wrote what a merge brings, where a commit's author is believed."""
    if assurance_of(known) is not SIGNED:
        found = (person_by_email(known, email) for email in {m.author_email for m in entry.merged})
        yield from (person.id for person in found if person is not None)
