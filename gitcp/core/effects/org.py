"""What a change does to the org chart, and to whose the work is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeGuard

from gitcp.core.differences import Change, Difference, Pair
from gitcp.core.org import is_employed, manager_of
from gitcp.model.base import Record
from gitcp.model.members import Agent, AgentStatus, Member
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import NewTask, Task


class Step(StrEnum):
    """What becomes of a member."""

    HIRED = "hired"
    JOINED = "joined"
    REMOVED = "removed"
    TERMINATED = "terminated"
    PAUSED = "paused"
    RESUMED = "resumed"
    RENAMED = "renamed"
    MOVED = "moved"
    CHANGED = "changed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class OrgChange:
    """What becomes of one member, in words. `manager`: to whom it answers then, `was` before; none: to nobody."""

    member: str
    step: Step
    words: str
    was: str | None = None
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Reassigned:
    """An open task that changes hands; none: nobody's."""

    task: str
    was: str | None
    now: str | None


_BECAME: Final = {
    AgentStatus.ACTIVE: Step.RESUMED,
    AgentStatus.PAUSED: Step.PAUSED,
    AgentStatus.TERMINATED: Step.TERMINATED,
}
_STEPS: Final = {Change.REMOVED: Step.REMOVED, Change.RENAMED: Step.RENAMED, Change.BROKEN: Step.BROKEN}


def org_changes(before: Snapshot, after: Snapshot, told: Iterable[Difference]) -> Iterator[OrgChange]:
    """Yield what becomes of members: of those that differ, and of those whose manager is another one because of that."""
    known: set[str] = set()
    for found in told:
        if found.kind in {"agent", "person", "member"}:
            known |= {found.id} if found.previously is None else {found.id, found.previously}
            was = manager_of(before, found.previously or found.id)
            yield OrgChange(
                found.id, _step(before, after, found), found.sentence, was, manager_of(after, found.id)
            )
    if known:
        yield from _bereft(before, after, known)


def reassigned(pairs: Iterable[Pair]) -> Iterator[Reassigned]:
    """Yield the open tasks that change hands."""
    for pair in pairs:
        was, now = pair.before, pair.after
        if isinstance(was, Task | NewTask) and _is_open(now) and was.assignee != now.assignee:
            yield Reassigned(now.id, was.assignee, now.assignee)


def _is_open(record: Record | None) -> TypeGuard[Task | NewTask]:
    return isinstance(record, NewTask) or (isinstance(record, Task) and record.is_open)


def _step(before: Snapshot, after: Snapshot, found: Difference) -> Step:
    if found.change in _STEPS:
        return _STEPS[found.change]
    was, now = before.member(found.id), after.member(found.id)
    if was is None or now is None:
        return Step.HIRED if isinstance(now, Agent) else Step.JOINED
    return _change(was, now)


def _change(was: Member, now: Member) -> Step:
    if isinstance(was, Agent) and isinstance(now, Agent) and was.status is not now.status:
        return _BECAME[now.status]
    return Step.MOVED if was.reports_to != now.reports_to else Step.CHANGED


def _bereft(before: Snapshot, after: Snapshot, known: set[str]) -> Iterator[OrgChange]:
    # Who reports to somebody who is gone answers to the next one above.
    for member in after.members():
        if member.id in known or not is_employed(after, member.id):
            continue
        was, now = manager_of(before, member.id), manager_of(after, member.id)
        if was != now:
            words = f"{member.id} answers to {now or 'nobody'} instead of {was or 'nobody'}"
            yield OrgChange(member.id, Step.MOVED, words, was, now)
