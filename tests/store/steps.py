"""Operations and callers for tests of the store; what an operation may do is decided elsewhere."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from gitcp.errors import IllegalTransitionError, UnknownRecordError
from gitcp.model.actors import the_scheduler
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.operation import (
    Actor,
    ActorKind,
    Applied,
    Call,
    Edit,
    Operation,
    Operations,
    Put,
    Receipt,
    Refusal,
    Remove,
    Step,
    Write,
)
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OSCAR = Actor("oscar", ActorKind.PERSON, "Oscar Owner", "oscar@example.org")
RILEY = Actor("riley", ActorKind.AGENT, "Riley", "riley@agents.invalid", run="20261122T090000Z-riley")
SCHEDULER = the_scheduler()


class PutRecords(Operation):
    """Write records, whatever they say."""

    name: ClassVar[str] = "record.put"
    records: tuple[Any, ...]
    subject: str = "put record things"
    task: str | None = None

    def decide(self, _: Snapshot, __: Call) -> Edit:
        return Edit(tuple(Put(record) for record in self.records), self.subject, task=self.task)


class Title(Operation):
    """Give a task a title; a task that is not there is made."""

    name: ClassVar[str] = "task.title"
    task: str
    title: str

    def decide(self, snapshot: Snapshot, _: Call) -> Edit:
        known = snapshot.get(Task, self.task)
        task = known.evolve(title=self.title) if known else a_task(self.task, title=self.title)
        return Edit((Put(task),), f"title task {self.task}", task=self.task)


class Count(Operation):
    """Count the attempts of a task up: what is lost or done twice shows."""

    name: ClassVar[str] = "task.count"
    task: str

    def decide(self, snapshot: Snapshot, _: Call) -> Edit:
        known = snapshot.get(Task, self.task)
        if known is None:
            raise UnknownRecordError(f"task {self.task}: does not exist")
        return Edit((Put(known.evolve(attempts=known.attempts + 1)),), f"count task {self.task}")


class WriteFiles(Operation):
    """Write files byte for byte: path, the blob that is there, text. What it comes to is refused if its kind is a word of `refuses`."""

    name: ClassVar[str] = "file.write"
    files: tuple[tuple[str, str | None, str | None], ...]
    refuses: tuple[str, ...] = ()

    def decide(self, _: Snapshot, __: Call) -> Edit:
        return Edit(tuple(Write(*file) for file in self.files), "write file", check=self._check)

    def _check(self, changes: Sequence[RecordChange]) -> list[Problem]:
        return [Problem(c.path, message=f"no {c.kind} {c.id}") for c in changes if c.kind in self.refuses]


class Delete(Operation):
    """Delete a task."""

    name: ClassVar[str] = "task.delete"
    task: str

    def decide(self, _: Snapshot, __: Call) -> Edit:
        return Edit((Remove(Task, self.task),), f"delete task {self.task}", task=self.task)


class Nothing(Operation):
    """Find all as it should be."""

    name: ClassVar[str] = "nothing"

    def decide(self, _: Snapshot, __: Call) -> Edit:
        return Edit((), "do nothing")


class Refuse(Operation):
    """Never be possible."""

    name: ClassVar[str] = "refuse"

    def decide(self, _: Snapshot, __: Call) -> Edit:
        raise IllegalTransitionError("task CI-0001: is done, expected todo")


class Break(Operation):
    """Have a bug."""

    name: ClassVar[str] = "break"

    def decide(self, _: Snapshot, __: Call) -> Edit:
        raise ZeroDivisionError("a bug")


def a_task(task: str = "CI-0001", **fields: Any) -> Task:
    return Task(id=task, **{"title": "Enforce the scan cadence", "created": NOW, **fields})


def a_call(
    request: int | str, *, actor: Actor = OSCAR, now: datetime | None = None, reason: str | None = None
) -> Call:
    number = request if isinstance(request, int) else 0
    text = f"{request:032x}" if isinstance(request, int) else request
    return Call(actor, now or NOW + timedelta(seconds=number), text, reason)


def asking(*steps: Step) -> Callable[[Snapshot], Sequence[Step]]:
    return lambda _: steps


def put(store: Operations, request: int, *records: Record, actor: Actor = OSCAR) -> Receipt:
    return receipt(store.apply(asking((PutRecords(records=records), a_call(request, actor=actor)))))


def title(store: Operations, request: int, task: str, text: str, *, actor: Actor = OSCAR) -> Receipt:
    return receipt(store.apply(asking((Title(task=task, title=text), a_call(request, actor=actor)))))


def receipt(applied: Applied) -> Receipt:
    (result,) = applied.results
    assert isinstance(result, Receipt), result
    return result


def refusal(applied: Applied) -> Refusal:
    (result,) = applied.results
    assert isinstance(result, Refusal), result
    return result
