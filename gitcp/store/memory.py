"""A control repository without Git: for tests, and for what is tried out and thrown away."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import assert_never

from gitcp.errors import ConflictError, GitcpError, NotAllowedError, RecordError
from gitcp.model.base import Record
from gitcp.model.change import RecordChange, blob_of
from gitcp.model.history import Entry
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent
from gitcp.model.memory import Records
from gitcp.model.operation import (
    Applied,
    Archive,
    Change,
    Edit,
    Put,
    Receipt,
    Refusal,
    Remove,
    Result,
    Step,
    Write,
)
from gitcp.model.problem import Severity
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, runs_ever
from gitcp.store import codec, messages
from gitcp.store.layout import Place, archive_path_of, path_of, place_of
from gitcp.store.log import is_about
from gitcp.store.objects import Commit, Signature


@dataclass(frozen=True)
class _State:
    records: Records = field(default_factory=lambda: Records.of(()))
    texts: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()  # oldest first
    past: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answered: Mapping[str, tuple[str, str, Receipt]] = field(default_factory=dict)


class MemoryStore:
    """Implements `gitcp.model.operation.Operations` and `gitcp.model.history.History` on records in memory."""

    def __init__(self) -> None:
        self._state = _State()
        self._lock = threading.RLock()

    def snapshot(self) -> Snapshot:
        """Return the records as they are now."""
        return self._state.records

    def history(self) -> "MemoryStore":
        """Return the log, which is this store itself."""
        return self

    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        """Carry out the steps that `decide` returns; if somebody moves the records meanwhile, ask again."""
        with self._lock:
            while True:
                base = self._state
                steps = decide(base.records)
                if self._state is base:
                    return Applied(self._carry_out_all(steps))

    def put(self, changes: Sequence[Change], author: Signature, subject: str) -> str:
        """Change records as a person does who commits by hand; return the revision."""
        with self._lock:
            self._state = _committed(self._state, changes, author, author, f"{subject}\n")
            return self._state.records.revision

    def entries(self, *, limit: int | None = None) -> Iterator[Entry]:
        """Yield what was done, newest first."""
        return islice(reversed(self._state.entries), limit)

    def entries_of(self, kind: str, record_id: str, *, limit: int | None = None) -> Iterator[Entry]:
        """Yield what was done about one record, newest first."""
        records = self._state.records
        runs = (
            frozenset(run.id for run in runs_ever(records, task=record_id)) if kind == "task" else frozenset()
        )
        return islice((entry for entry in self.entries() if is_about(entry, kind, record_id, runs)), limit)

    def text_at(self, revision: str, path: str) -> str | None:
        """Return a record's text at a revision, or none."""
        return self._state.past.get(revision, {}).get(path)

    def _carry_out_all(self, steps: Sequence[Step]) -> tuple[Result, ...]:
        base = self._state
        try:
            return tuple([self._carry_out(step) for step in steps])
        except BaseException:
            self._state = base
            raise

    def _carry_out(self, step: Step) -> Result:
        try:
            return self._carried_out(step)
        except GitcpError as error:
            return Refusal(step, error)

    def _carried_out(self, step: Step) -> Receipt:
        operation, call = step
        known = self._state.answered.get(call.request)
        if known is not None:
            return _repeated(step, *known)
        edit = operation.decide(self._state.records, call)
        _check(self._state, edit)
        changes = [change for change in edit.changes if _differs(self._state, change)]
        if not changes:
            return Receipt(self._state.records.revision, edit)
        at = _not_before(self._state, call.now.astimezone(UTC).replace(microsecond=0))
        message = messages.compose(operation, call, edit, admitted=None)
        author, committer = messages.author(call.actor, at), messages.committer(call.actor, at)
        state = _committed(self._state, changes, author, committer, message)
        receipt = Receipt(state.records.revision, edit)
        answered = {**state.answered, call.request: (operation.name, call.actor.id, receipt)}
        self._state = _State(state.records, state.texts, state.entries, state.past, answered)
        return receipt


def _differs(state: _State, change: Change) -> bool:
    records = state.records
    match change:
        case Put(record):
            path_of(type(record), record.id)  # an id that is none is refused before all else
            known = records.get(type(record), record.id)
            return known != record or records.is_archived(type(record), record.id)
        case Remove(kind, record_id):
            path_of(kind, record_id)
            return records.get(kind, record_id) is not None
        case Archive(kind, record_id, task):
            archive_path_of(kind, record_id, task)
            return records.get(kind, record_id) is not None and not records.is_archived(kind, record_id)
        case Write(path, _, text):
            return state.texts.get(path) != text
        case _:
            assert_never(change)


def _as_records_see(change: Change) -> Change:
    match change:
        case Write(path, _, None):
            place = _place(path)
            return Remove(KINDS.get(place.kind, Agent), place.id)
        case Write(path, _, str(text)):
            found = codec.read(_place(path), text.encode())
            if found.record is None:
                raise RecordError(str(found.problems[0]))
            return Put(found.record)
        case _:
            return change


def _place(path: str) -> Place:
    place = place_of(path)
    if place is None or place.archived:
        raise RecordError(f"{path}: expected the place of a record that is not archived")
    return place


def _check(state: _State, edit: Edit) -> None:
    writes = [change for change in edit.changes if isinstance(change, Write)]
    proposed = [found for change in writes if (found := _proposed(state, change)) is not None]
    problems = edit.check(proposed) if edit.check is not None and writes else ()
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise NotAllowedError(str(problem), hint=problem.hint or None)


def _proposed(state: _State, change: Write) -> RecordChange | None:
    place, text = _place(change.path), state.texts.get(change.path)
    there = None if text is None else blob_of(text)
    wanted = None if change.text is None else blob_of(change.text)
    if there not in {change.base, wanted}:
        raise ConflictError(f"{change.path} was changed since")
    seen = _as_records_see(change)
    after = seen.record if isinstance(seen, Put) else None
    kind = after.kind if after else place.kind
    before = state.records.get(type(after), place.id) if after else None
    if there == wanted:
        return None
    return RecordChange(change.path, kind, place.id, before, after, state.records, base=there, blob=wanted)


def _not_before(state: _State, at: datetime) -> datetime:
    return max(at, state.entries[-1].at) if state.entries else at


def _repeated(step: Step, operation: str, actor: str, receipt: Receipt) -> Receipt:
    if (operation, actor) != (step[0].name, step[1].actor.id):
        raise ConflictError(f"request {step[1].request}: is taken by {operation} of {actor}")
    edit = receipt.edit
    told = Edit((), edit.subject, edit.task, edit.run, edit.reason)
    return Receipt(receipt.revision, told, repeated=True)


def _committed(
    state: _State, changes: Sequence[Change], author: Signature, committer: Signature, message: str
) -> _State:
    texts = dict(state.texts)
    files = {path: text for change in changes for path, text in _files(state, change).items()}
    for path, text in files.items():
        if text is None:
            texts.pop(path, None)
        else:
            texts[path] = text
    number = f"{len(state.entries)} {message} {sorted(texts.items())}"
    oid = hashlib.sha1(number.encode(), usedforsecurity=False).hexdigest()
    commit = Commit(oid, "", (), author, committer, message)
    return _State(
        state.records.edited([_as_records_see(change) for change in changes], revision=oid),
        texts,
        (*state.entries, messages.entry(commit, files)),
        {**state.past, oid: texts},
        state.answered,
    )


def _files(state: _State, change: Change) -> dict[str, str | None]:
    """Return what a change writes: the text of each path, none where there is no file any more."""
    match change:
        case Put(record):
            belongs = path_of(type(record), record.id)
            return {_path(state, type(record), record.id): None, belongs: codec.write(record)}
        case Remove(kind, record_id):
            return {_path(state, kind, record_id): None}
        case Archive(kind, record_id, task):
            path = path_of(kind, record_id)
            return {path: None, archive_path_of(kind, record_id, task): state.texts.get(path)}
        case Write(path, _, text):
            return {path: text}
        case _:
            assert_never(change)


def _path(state: _State, kind: type[Record], record_id: str) -> str:
    task = getattr(state.records.get(kind, record_id), "task", None) if kind is Run else None
    archived = state.records.is_archived(kind, record_id)
    return archive_path_of(kind, record_id, task) if archived else path_of(kind, record_id)
