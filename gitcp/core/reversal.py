"""What taking commits back comes to on the records as they are: the changes and their words, or why it is not possible.

Rule: all or nothing, the newest commit first; whatever later work rests on stays, and what happened is history: runs, comments, decisions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from gitcp.core.authority import SCHEDULER_ONLY
from gitcp.core.dating import dated, redated
from gitcp.core.inverse import Back, at, inverse, is_alike
from gitcp.core.record_references import check_record
from gitcp.core.references import check_references
from gitcp.core.referrers import referrers
from gitcp.errors import ConflictError, NotAllowedError
from gitcp.model.base import Record, format_instant
from gitcp.model.company import Company
from gitcp.model.kinds import KINDS
from gitcp.model.layered import Layered
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.operation import Change, Put, Remove
from gitcp.model.past import PastCommit, RecordStep
from gitcp.model.planning import Routine
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus

# What the scheduler does follows from the records, but for what people approved.
_AGAIN: Final = SCHEDULER_ONLY - {"approval.apply"}
_STAYS: Final[Mapping[str, str]] = {
    "run": "runs are what happened",
    "ledger": "the ledger is what happened",
    "comment": "what was said stays said",
    "approval": "what was asked and decided stands",
    "wake": "a wake that was asked for is not taken back",
    "counter": "numbers are never used again",
    "new-task": "a task that waits for its number is edited or deleted as it stands",
}
_WAY_BACK: Final[Mapping[TaskStatus, str]] = {
    TaskStatus.DONE: "gitcp task reopen",
    TaskStatus.CANCELLED: "gitcp task reopen",
    TaskStatus.BLOCKED: "gitcp task unblock",
    TaskStatus.BACKLOG: "gitcp task queue",
    TaskStatus.TODO: "gitcp task shelve",
    TaskStatus.IN_PROGRESS: "gitcp task block",
    TaskStatus.IN_REVIEW: "gitcp task review",
}
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Reversal:
    """The changes that take commits back, and what each does, in words."""

    changes: tuple[Change, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Undoing:
    """The records with what was taken back so far."""

    state: Layered
    since: Sequence[PastCommit]
    now: datetime
    words: tuple[str, ...] = ()

    def without(self, commit: PastCommit) -> "_Undoing":
        _expect_reversible(commit)
        undoing = self
        for step in commit.steps:
            if step.kind not in _STAYS:
                undoing = undoing._without(commit, step)
        return undoing

    def _without(self, commit: PastCommit, step: RecordStep) -> "_Undoing":
        _expect_readable(self.state, commit, step)
        before, after = step.before, step.after
        if before is None and after is not None:
            return self._unmade(commit, after)
        if before is not None and after is None:
            return self._brought_back(commit, before)
        assert before is not None
        assert after is not None
        return self._edited(commit, before, after)

    def _unmade(self, commit: PastCommit, made: Record) -> "_Undoing":
        present = self.state.get(type(made), made.id)
        if present is None:
            return self
        if not is_alike(present, made):
            raise self._changed_again(commit, made, "it")
        return self._with(Remove(type(made), made.id), f"{made.kind} {made.id}: removed")

    def _brought_back(self, commit: PastCommit, gone: Record) -> "_Undoing":
        present = self.state.get(type(gone), gone.id) or self.state.member(gone.id)
        if present is not None and is_alike(present, gone):
            return self
        if present is not None:
            raise ConflictError(
                f"{commit.revision[:12]} removed {gone.kind} {gone.id}, and there is another one by now",
                hint=f"see gitcp audit log {gone.id}",
            )
        return self._with(Put(self._dated(gone)), f"{gone.kind} {gone.id}: back as it was")

    def _dated(self, record: Record) -> Record:
        if isinstance(record, Agent):
            return dated(self.state, record, self.now)
        return dated(self.state, record, self.now) if isinstance(record, Routine) else record

    def _edited(self, commit: PastCommit, before: Record, after: Record) -> "_Undoing":
        present = self.state.get(type(after), after.id)
        if present is None or type(before) is not type(after):
            raise ConflictError(
                f"{commit.revision[:12]} changed {after.kind} {after.id}, which is not there any more",
                hint=f"see gitcp audit log {after.id}",
            )
        found = inverse(present, before, after)
        if found.changed_again:
            raise self._changed_again(commit, after, found.changed_again[0])
        record = found.record(present)
        if isinstance(present, Agent) and isinstance(record, Agent):
            record = redated(self.state, present, record, self.now)
        if isinstance(present, Routine) and isinstance(record, Routine):
            record = redated(self.state, present, record, self.now)
        words = [f"{after.kind} {after.id}: {_said(back)}" for back in found.backs]
        return self._with(Put(record), *words) if words else self

    def _with(self, change: Change, *words: str) -> "_Undoing":
        return replace(self, state=self.state.edited([change]), words=(*self.words, *words))

    def _changed_again(self, commit: PastCommit, left: Record, where: str) -> ConflictError:
        who = next(_changing(self.since, left, where), None)
        by = f" by {who.revision[:12]} ({who.subject})" if who else ""
        hint = (
            f"take that back as well: gitcp revert {who.revision[:12]} {commit.revision[:12]}"
            if who
            else None
        )
        return ConflictError(
            f"{left.kind} {left.id}: {where} was changed again since {commit.revision[:12]}{by}",
            hint=hint or f"see gitcp audit log {left.id}",
        )


def reversal(
    snapshot: Snapshot, commits: Sequence[PastCommit], since: Sequence[PastCommit], now: datetime
) -> Reversal:
    """Take commits back, the newest first; `since` are the others after the oldest of them that are about the same records, the oldest first.

    Raises:
        ConflictError: later work depends on it.
        NotAllowedError: it is nothing that can be taken back.
        UnknownRecordError: what goes back names what is gone.
    """
    undoing = _Undoing(Layered(snapshot), since, now)
    for commit in commits:
        undoing = undoing.without(commit)
    changes = tuple(_changes(snapshot, undoing.state))
    for change in changes:
        _check(snapshot, undoing.state, change)
    return Reversal(changes, undoing.words)


def _changes(snapshot: Snapshot, state: Layered) -> Iterator[Change]:
    for (_, record_id), record in state.written.items():
        if record is not None and snapshot.get(type(record), record_id) != record:
            yield Put(record)
    for kind, record_id in [name for name, record in state.written.items() if record is None]:
        yield from (Remove(type(was), record_id) for was in _those(snapshot, kind, record_id))


def _those(snapshot: Snapshot, kind: str, record_id: str) -> Iterator[Record]:
    found = snapshot.get(KINDS[kind], record_id)
    if found is not None:
        yield found


def _expect_reversible(commit: PastCommit) -> None:
    name, steps = commit.revision[:12], commit.steps
    if commit.operation in _AGAIN:
        raise NotAllowedError(
            f"{name} ({commit.subject}) is the scheduler's, which follows from the records",
            hint="change the records that it follows from",
        )
    if not steps:
        raise NotAllowedError(f"{name} ({commit.subject}) changed no record", hint="git revert")
    kept = [step for step in steps if step.kind in _STAYS]
    if len(kept) == len(steps):
        raise NotAllowedError(f"{name} ({commit.subject}): {_STAYS[kept[0].kind]}")


def _expect_readable(state: Layered, commit: PastCommit, step: RecordStep) -> None:
    if step.is_archived or _is_put_away(state, step):
        raise NotAllowedError(
            f"{commit.revision[:12]}: {step.kind} {step.id} is in the archive",
            hint=f"bring it back first: gitcp task reopen {step.id}" if step.kind == "task" else None,
        )
    if step.is_broken or state.is_inert(step.kind, step.id):
        raise ConflictError(
            f"{commit.revision[:12]}: {step.kind} {step.id} has a problem, before or now", hint="gitcp check"
        )
    before, after = step.before, step.after
    if isinstance(before, Task) and isinstance(after, Task) and before.status is not after.status:
        raise NotAllowedError(
            f"task {after.id} went from {before.status} to {after.status}: steps are not taken back, there are ways back",
            hint=f"{_WAY_BACK[after.status]} {after.id}",
        )
    if isinstance(after, Agent) and isinstance(before, Agent) and _is_end(before, after):
        raise NotAllowedError(
            f"agent {after.id} was terminated: an employment that ended does not go on",
            hint="hire another: gitcp agent hire",
        )
    if isinstance(before, Company) and isinstance(after, Company) and before.format != after.format:
        raise NotAllowedError("the format of the repository is not taken back")
    if before is not None and after is not None and before != after and is_alike(before, after):
        raise NotAllowedError(
            f"{commit.revision[:12]}: what it changed of {step.kind} {step.id} follows from what happened"
        )


def _is_end(before: Agent, after: Agent) -> bool:
    return after.status is AgentStatus.TERMINATED and before.status is not AgentStatus.TERMINATED


def _is_put_away(state: Layered, step: RecordStep) -> bool:
    record = step.after or step.before
    return record is not None and state.is_archived(type(record), step.id)


def _changing(since: Sequence[PastCommit], left: Record, where: str) -> Iterator[PastCommit]:
    for commit in since:
        for step in commit.steps:
            if (step.kind, step.id) == (left.kind, left.id) and _is_other(step.after, left, where):
                yield commit


def _is_other(found: Record | None, left: Record, where: str) -> bool:
    if found is None or type(found) is not type(left):
        return True
    return not is_alike(found, left) if where == "it" else at(found, where) != at(left, where)


def _check(snapshot: Snapshot, state: Layered, change: Change) -> None:
    if isinstance(change, Put):
        record = change.record
        check_record(state, record)
        if isinstance(record, Task):
            present = snapshot.get(Task, record.id)
            names = type(record).model_fields
            only = [name for name in names if getattr(present, name, None) != getattr(record, name)]
            check_references(state, record, only)
    elif isinstance(change, Remove):
        held = list(islice(referrers(state, change.kind, change.id), _MOST_NAMED + 1))
        if held:
            more = " and more" if len(held) > _MOST_NAMED else ""
            raise ConflictError(
                f"{change.kind.kind} {change.id} cannot go: it is named by {', '.join(held[:_MOST_NAMED])}{more}",
                hint="move what names it first",
            )


def _said(back: Back) -> str:
    return f"{back.where} {_value(back.present)} → {_value(back.becomes)}"


def _value(value: object) -> str:
    if value is None or value in ((), {}, ""):
        return "nothing"
    if isinstance(value, Mapping):
        parts = ((name, part) for name, part in value.items() if part not in (None, (), {}, ""))
        return f"({', '.join(f'{name} {_value(part)}' for name, part in parts)})"
    if isinstance(value, tuple | list):
        return ", ".join(map(_value, value))
    return format_instant(value) if isinstance(value, datetime) else str(value)
