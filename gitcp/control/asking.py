"""What people have to agree to first is asked of them: an operation that runs into a gate becomes a request for exactly its files."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gitcp.core.applying import files_of, told, waiting_for
from gitcp.core.approvals import counting, deciders
from gitcp.core.operations.propose_change import ProposeChange
from gitcp.errors import ApprovalAskedError, ApprovalNeededError, Consent, GitcpError, RecordError
from gitcp.model.guards import Approval, ApprovalStatus, Gate, ProposedFile, Verdict
from gitcp.model.operation import Applied, Call, Refusal, Result, Step
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from gitcp.store.git_store import GitStore
from gitcp.store.layout import place_of

# How operations keep books: no part of what is agreed to, and another by the time that it is applied.
_BOOKKEEPING: Final = frozenset({"counter", "run", "ledger"})


@dataclass(frozen=True, slots=True)
class Asking:
    """Implements `gitcp.model.operation.Operations` over a store; what needs approval is asked for, and refused with the number of the request."""

    store: GitStore

    def snapshot(self) -> Snapshot:
        """Return the record branch as this process knows it."""
        return self.store.snapshot()

    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        """Carry out the steps; of each that a gate stops, ask for the approvals that it needs."""
        applied = self.store.apply(decide)
        return replace(applied, results=tuple(self._answer(result) for result in applied.results))

    def _answer(self, result: Result) -> Result:
        if not isinstance(result, Refusal) or not isinstance(result.error, ApprovalNeededError):
            return result
        operation, call = result.step
        if isinstance(operation, ProposeChange) or not result.error.consents:
            return result
        files = files_of(file for file in result.error.change if not _is_bookkeeping(file[0]))
        try:
            asked = ask(self.store, files, result.error.consents, operation.name, call)
        except GitcpError as error:
            return Refusal(result.step, _unaskable(result.error, error))
        return Refusal(result.step, _asked_error(self.store.snapshot(), operation.name, asked))


def ask(
    store: GitStore, files: tuple[ProposedFile, ...], consents: Sequence[Consent], name: str, call: Call
) -> list[Approval]:
    """Ask for the approvals of files as they are to become; return the requests, those too that wait already.

    Raises:
        GitcpError: it cannot be asked: nobody could approve it, or it is too much.
    """
    changes = store.proposed({file.path: file.text for file in files})
    gates = tuple(dict.fromkeys(_gate(consent) for consent in consents))
    title = told(changes)[:300] if changes else name
    proposal = ProposeChange(title=title, for_operation=name, change=files, gates=gates)
    about = f"{call.request} {files!r} {call.now.isoformat()}"
    request = hashlib.sha256(about.encode()).hexdigest()[:32]
    result = store.apply(lambda _: [(proposal, replace(call, request=request))]).results[0]
    if isinstance(result, Refusal):
        raise result.error
    return waiting_for(store.snapshot(), call.actor.id, files)


def ask_for_refused(store: GitStore, paths: Collection[str], call: Call) -> list[Approval]:
    """Ask for the approvals that changes in the branch stand refused for; of these paths, or of all.

    Raises:
        RecordError: none of them stands refused for want of an approval.
    """
    problems = _lacking(store.snapshot(), paths)
    if not problems:
        where = f" of {', '.join(sorted(paths))}" if paths else ""
        raise RecordError(
            f"expected a change{where} that stands refused for want of an approval, found none",
            hint="what stands refused, and why: gitcp check",
        )
    texts = {path: _text(store, path) for path in dict.fromkeys(problem.path for problem in problems)}
    bases = {change.path: change.base for change in store.proposed(texts)}
    files = files_of((path, bases.get(path), text) for path, text in texts.items())
    consents = [problem.consent for problem in problems if problem.consent is not None]
    return ask(store, files, consents, consents[0].operation, call)


def _lacking(snapshot: Snapshot, paths: Collection[str]) -> list[Problem]:
    found = [problem for problem in snapshot.problems() if problem.consent is not None]
    return [problem for problem in found if not paths or problem.path in paths]


def _text(store: GitStore, path: str) -> str | None:
    data = store.read_file(path)
    return None if data is None else data.decode(errors="replace")


def _gate(consent: Consent) -> Gate:
    return Gate(
        operations=(consent.operation,),
        verdict=Verdict.APPROVAL,
        approvers=consent.approvers,
        quorum=consent.quorum,
        expires_days=consent.expires_days,
        reason=consent.reason,
    )


def _is_bookkeeping(path: str) -> bool:
    place = place_of(path)
    return place is not None and place.kind in _BOOKKEEPING


def _unaskable(needed: ApprovalNeededError, error: GitcpError) -> ApprovalNeededError:
    message = f"{needed.message}; it cannot be asked for: {error.message}"
    return ApprovalNeededError(
        message, change=needed.change, consents=needed.consents, hint=error.hint or "see gitcp policy list"
    )


def _asked_error(snapshot: Snapshot, name: str, asked: Sequence[Approval]) -> ApprovalAskedError:
    names = tuple(approval.id for approval in asked)
    waits = "; ".join(waits_for(snapshot, approval) for approval in asked)
    return ApprovalAskedError(
        f"{name} needs approval, which is asked for: {waits}. It is done when that is approved",
        approvals=names,
        hint=f"gitcp approval show {names[0]}" if names else None,
    )


def waits_for(snapshot: Snapshot, approval: Approval) -> str:
    """Say of a request for whom it waits."""
    if approval.status is ApprovalStatus.APPROVED:
        return f"{approval.id} is approved"
    said = {made.by for made in counting(snapshot, approval)}
    able = [person for person in deciders(snapshot, approval) if person not in said]
    return f"{approval.id} waits for {' or '.join(able) or 'nobody who may decide'}"
