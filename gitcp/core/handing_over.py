"""Handing over what somebody has to do with, when they leave or get another name.

Rule: nobody is left without a manager who exists, and no reference leads nowhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitcp.core.lookup import changed, existing_member
from gitcp.core.org import is_employed
from gitcp.core.record_references import check_record
from gitcp.core.referrers import reports_of
from gitcp.errors import ConflictError, NotAllowedError
from gitcp.model.base import Record
from gitcp.model.layered import Layered
from gitcp.model.members import Agent, Member, Person
from gitcp.model.operation import SCHEDULER, Change, Put
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.snapshot import Snapshot, persons
from gitcp.model.tasks import OPEN, NewTask, Task


def moved_reports(snapshot: Snapshot, member: Member, to: str | None, step: str) -> tuple[Put, ...]:
    """Return what gives the reports of a member who leaves another manager; one of them may become the others' manager.

    Raises:
        NotAllowedError: there are reports, and nobody is named.
        RecordError: who is named is below one of them.
    """
    reports = reports_of(snapshot, member.id)
    if to is None:
        _expect_none(snapshot, member, step)
        return ()
    _expect_able(snapshot, member, to)
    moves = [
        Put(changed(report, reports_to=member.reports_to if report.id == to else to)) for report in reports
    ]
    after = Layered(snapshot).edited(moves)
    for move in moves:
        check_record(after, move.record)
    return tuple(moves)


def _expect_none(snapshot: Snapshot, member: Member, step: str) -> None:
    left = [report.id for report in reports_of(snapshot, member.id) if is_employed(snapshot, report.id)]
    if left:
        raise NotAllowedError(
            f"{member.kind} {member.id} has reports ({', '.join(left)}): {step} would leave them without a manager",
            hint=f"say who takes them: gitcp {member.kind} {step} {member.id} --move-reports-to {member.reports_to or 'MEMBER'}",
        )


def _expect_able(snapshot: Snapshot, member: Member, to: str) -> None:
    if existing_member(snapshot, to).id == member.id or not is_employed(snapshot, to):
        raise NotAllowedError(
            f"{member.kind} {member.id}: expected somebody else who is employed, found {to}",
            hint="list the members with `gitcp org`",
        )


def expect_free(snapshot: Snapshot, name: str, *, but: str | None = None) -> None:
    """Let a new member take a name that nobody has or had; `but`: whose former name it may be.

    Raises:
        ConflictError: it is taken: what is counted and said under a former name is still that member's.
    """
    taken = any(snapshot.is_inert(kind, name) for kind in ("agent", "person", "member"))
    if snapshot.member(name) is not None or taken or name == SCHEDULER:
        raise ConflictError(f"member {name} exists already", hint="choose another id")
    former = next((m.id for m in snapshot.members() if name in m.previously and m.id != but), None)
    if former is not None:
        raise ConflictError(f"{name} is what {former} was called before", hint="choose another id")


def renamed(snapshot: Snapshot, old: str, new: str) -> Iterator[Change]:
    """Yield what lets everything that is still to be done name a member by another name; what is over keeps the name of its time."""
    for kind, fields in _NAMING.items():
        for record in snapshot.all(kind):
            after = _with(record, fields, old, new)
            if after != record:
                yield Put(after)
    yield from _of_tasks(snapshot, old, new)
    yield from _of_routines(snapshot, old, new)


def _of_tasks(snapshot: Snapshot, old: str, new: str) -> Iterator[Change]:
    for task in snapshot.tasks(statuses=OPEN):
        yield from _of_task(task, old, new)
    for filed in snapshot.all(NewTask):
        yield from _of_task(filed, old, new)


def _of_routines(snapshot: Snapshot, old: str, new: str) -> Iterator[Change]:
    for routine in snapshot.all(Routine):
        template = _with(routine.task, ("assignee", "review"), old, new)
        if template != routine.task:
            yield Put(changed(routine, task=template))


def _of_task(task: Task | NewTask, old: str, new: str) -> Iterator[Change]:
    after = _with(task, ("assignee", "review"), old, new)
    if isinstance(after, Task) and after.blocked is not None:
        after = changed(after, blocked=_with(after.blocked, ("waits_for",), old, new))
    if after != task:
        yield Put(after)


def _with(value: Any, fields: tuple[str, ...], old: str, new: str) -> Any:
    changes = {name: _name(getattr(value, name), old, new) for name in fields}
    return value.evolve(**changes) if any(getattr(value, n) != v for n, v in changes.items()) else value


def _name(value: Any, old: str, new: str) -> Any:
    if isinstance(value, tuple):
        return tuple(new if part == old else part for part in value)
    return new if value == old else value


_NAMING: Mapping[type[Record], tuple[str, ...]] = {
    Agent: ("reports_to",),
    Person: ("reports_to",),
    Goal: ("owner",),
    Project: ("lead",),
}


def expect_own(snapshot: Snapshot, person: Person) -> None:
    """Let no two actors be one in Git: whoever has the address or the key would act for both.

    Raises:
        ConflictError: an address or a key is another person's, or the scheduler's.
    """
    mine = {*(email.lower() for email in person.emails), *person.keys}
    for other, theirs in _marks(snapshot):
        shared = mine & theirs
        if other != person.id and shared:
            raise ConflictError(
                f"person {person.id}: {min(shared)} is {other}'s already", hint="each has their own"
            )


def _marks(snapshot: Snapshot) -> Iterator[tuple[str, set[str]]]:
    if snapshot.company is not None:
        yield SCHEDULER, set(snapshot.company.trust.scheduler_keys)
    for person in persons(snapshot):
        yield person.id, {*(email.lower() for email in person.emails), *person.keys}
