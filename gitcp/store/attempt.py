"""Carrying out steps on top of a commit: each becomes one commit, none of which is in the branch yet."""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Final

from gitcp.errors import ApprovalNeededError, ConflictError, GitcpError, NotAllowedError
from gitcp.model.base import Record
from gitcp.model.operation import ActorKind, Edit, Receipt, Refusal, Result, Step, Write
from gitcp.model.problem import Problem, Severity
from gitcp.model.snapshot import Snapshot
from gitcp.store import messages
from gitcp.store.cache import Cache
from gitcp.store.draft import Draft
from gitcp.store.objects import Commit, Unwritten
from gitcp.store.replay import Replay
from gitcp.store.requests import Known, Requests
from gitcp.store.signing import Signing
from gitcp.store.trees import FileChange

Guard = Callable[[Sequence[FileChange]], None]
"""Raise EditedFileError if one of these files has uncommitted edits."""

_HERE: Final = "SELECT path FROM records WHERE kind = ? AND id = ? AND shown"


class Attempt:
    """A chain of commits on a base; within one transaction of the cache, which shows the state after the last of them."""

    def __init__(
        self, signing: Signing, cache: Cache, replay: Replay, view: Callable[[], Snapshot], guard: Guard
    ) -> None:
        self._signing = signing
        self._objects = signing.objects
        self._cache = cache
        self._replay = replay
        self._view = view
        self._guard = guard
        self._touched: dict[str, FileChange] = {}
        self.tip = cache.revision or ""

    def carry_out(self, step: Step) -> Result:
        """Carry out one step; a step that fails leaves nothing behind."""
        try:
            with self._cache.step():
                return self._carried_out(step)
        except GitcpError as error:
            return Refusal(step, error)

    def changes(self) -> list[FileChange]:
        """Return what all steps together change, sorted by path."""
        return [self._touched[path] for path in sorted(self._touched)]

    def _carried_out(self, step: Step) -> Receipt:
        operation, call = step
        known = Requests(self._cache.writer).find(call.request)
        if known is not None:
            return self._repeated(step, known)
        edit = operation.decide(self._view(), call)
        draft = Draft(self._objects, self._tree(self.tip), self._whereabouts)
        for change in edit.changes:
            draft.add(change)
        self._check(edit)
        changes = draft.changes()
        if not changes:
            return Receipt(self.tip, edit)
        touched = {change.path: self._since_base(change) for change in changes}
        self._guard(list(touched.values()))
        commit = self._commit(step, edit, changes)
        if messages.is_by_scheduler(commit) and call.actor.kind is not ActorKind.SCHEDULER:
            self._stop_if_refused(self._replay.ask(commit, changes), changes)
        if call.actor.kind is ActorKind.AGENT:
            self._replay.expect_admitted(changes)
        self._stop_if_refused(self._replay.add(commit, changes), changes)
        self.tip = commit.oid
        self._touched |= touched
        return Receipt(commit.oid, edit)

    def _check(self, edit: Edit) -> None:
        texts = {change.path: change.text for change in edit.changes if isinstance(change, Write)}
        if texts and edit.check is not None:
            found = self._replay.proposed(self._tree(self.tip), texts, self._view())
            self._stop_if_refused(edit.check(found), ())

    def _repeated(self, step: Step, known: Known) -> Receipt:
        operation, call = step
        if (known.operation, known.actor) != (operation.name, call.actor.id):
            raise ConflictError(
                f"request {call.request}: is taken by {known.operation or 'an operation'} of {known.actor or 'somebody'}"
                f" in commit {known.revision[:12]}",
                hint="send every operation with a request of its own",
            )
        told = messages.entry(self._objects.commit(known.revision), ())
        task, run, reason = (
            told.trailers.get(name) for name in (messages.TASK, messages.RUN, messages.REASON)
        )
        edit = Edit((), told.subject, task=task, run=run, reason=reason)
        return Receipt(known.revision, edit, repeated=True)

    def _commit(self, step: Step, edit: Edit, changes: Sequence[FileChange]) -> Commit:
        operation, call = step
        at = call.now.astimezone(UTC)
        parents: tuple[str, ...] = ()
        if self.tip:
            at = max(at, self._objects.commit(self.tip).committer.at.astimezone(UTC))
            parents = (self.tip,)
        committer = messages.committer(call.actor, at)
        admitted = self._replay.admitted if messages.is_scheduler(committer) else None
        tree = self._objects.edit(self._tree(self.tip), {change.path: change.after for change in changes})
        message = messages.compose(operation, call, edit, admitted=admitted)
        author = messages.author(call.actor, at)
        commit = Unwritten(tree, parents, author, committer, message)
        return self._objects.commit(self._signing.write(commit, self._view()))

    def _since_base(self, change: FileChange) -> FileChange:
        earlier = self._touched.get(change.path)
        return change if earlier is None else FileChange(change.path, earlier.before, change.after)

    def _tree(self, commit: str) -> str | None:
        return self._objects.commit(commit).tree if commit else None

    def _whereabouts(self, kind: type[Record], record_id: str) -> str | None:
        row = self._cache.writer.execute(_HERE, (kind.kind, record_id)).fetchone()
        return None if row is None else str(row[0])

    def _stop_if_refused(self, problems: Sequence[Problem], changes: Sequence[FileChange]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        final = next((problem for problem in errors if problem.consent is None), None)
        if final is not None:
            raise NotAllowedError(str(final), hint=final.hint or None)
        if errors:
            consents = tuple(dict.fromkeys(problem.consent for problem in errors if problem.consent))
            change = tuple(self._proposed(found) for found in changes)
            raise ApprovalNeededError(
                errors[0].message, change=change, consents=consents, hint=errors[0].hint or None
            )

    def _proposed(self, change: FileChange) -> tuple[str, str | None, str | None]:
        text = self._objects.data(change.after.oid).decode() if change.after else None
        return (change.path, change.before.oid if change.before else None, text)
