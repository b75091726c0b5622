"""What a commit must not do to the level of assurance `signed`: come there unsigned, lock everybody out, decide in somebody's name."""

from collections.abc import Iterator, Sequence

from gitcp.core.identity import SIGNED, assurance_of, level_after, owner_of, persons_after
from gitcp.model.change import RecordChange
from gitcp.model.company import Company
from gitcp.model.guards import Approval
from gitcp.model.history import Entry
from gitcp.model.problem import Problem
from gitcp.model.snapshot import persons


def by_trust(entry: Entry, changes: Sequence[RecordChange]) -> Iterator[Problem]:
    """Yield what a commit's changes, at least one, do to the level `signed` that they must not, whoever made it."""
    known = changes[0].known
    is_signed = assurance_of(known) is SIGNED
    if is_signed:
        yield from _illegible(changes)
        yield from _decisions(entry, changes)
    if level_after(known, changes) is SIGNED:
        yield from _locked_out(changes)
        if not is_signed:
            yield from _raised(entry, changes)


def _illegible(changes: Sequence[RecordChange]) -> Iterator[Problem]:
    for change in changes:
        if change.kind == Company.kind and change.after is None:
            message = (
                "expected a company that can be read: the level `signed` stands in it, and would be gone"
            )
            yield _refused(change, message, "mend the file: gitcp check says where")


def _decisions(entry: Entry, changes: Sequence[RecordChange]) -> Iterator[Problem]:
    for change in changes:
        if not isinstance(change.after, Approval):
            continue
        before = change.before.decisions if isinstance(change.before, Approval) else ()
        signer = owner_of(persons(change.known), entry.signer)
        for made in change.after.decisions:
            if made not in before and (signer is None or signer.id != made.by):
                message = (
                    f"expected the decision of {made.by} with their own signature, found none that holds"
                )
                yield _refused(
                    change, message, f"let {made.by} decide at a checkout where git signs with their key"
                )


def _locked_out(changes: Sequence[RecordChange]) -> Iterator[Problem]:
    if any(person.keys for person in persons_after(changes[0].known, changes)):
        return
    for change in changes:
        message = "expected a person with a key, found none: at the level `signed` nobody could change anything any more"
        yield _refused(change, message, "leave a key in `keys:` of a person in org/")


def _raised(entry: Entry, changes: Sequence[RecordChange]) -> Iterator[Problem]:
    if owner_of(persons_after(changes[0].known, changes), entry.signer) is not None:
        return
    for change in changes:
        if isinstance(change.after, Company):
            message = "expected the commit that brings the level `signed` to be signed by a key of a person, found it is not"
            yield _refused(
                change,
                message,
                "put your key into `keys:` of your file in org/, and commit with -S: docs/identity.md",
            )


def _refused(change: RecordChange, message: str, hint: str) -> Problem:
    return Problem(path=change.path, message=message, hint=hint, record=(change.kind, change.id))
