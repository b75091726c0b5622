"""How late the clock's wakes were answered, and what of them is due, as facts: those of a day that is over are the same at every later build."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from gitcp.core.lateness import Answered, Due, opens
from gitcp.dashboard import links
from gitcp.dashboard.facts import fact
from gitcp.dashboard.groups import Grouping
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, TaskRow
from gitcp.model.members import Agent
from gitcp.model.planning import Overlap, Routine
from gitcp.model.runs import Run
from gitcp.model.tasks import Task

MOST: Final = 12


class _Answer(NamedTuple):
    """When something answered a slot of an agent or a routine, and what."""

    at: datetime
    by: str
    id: str
    slot: datetime


V = TypeVar("V", RunRow, TaskRow)

_BEATS: Final = Grouping[RunRow, _Answer](
    "beats",
    Run.kind,
    lambda run, day_of: (day_of(run.claimed_at),) if run.slot else (),
    lambda run: _Answer(run.claimed_at, run.id, run.agent, run.slot or run.claimed_at),
    tuple,
    is_reversed=True,
)
_FIRED: Final = Grouping[TaskRow, _Answer](
    "fired",
    Task.kind,
    lambda task, day_of: (day_of(task.created),) if task.slot else (),
    lambda task: _Answer(task.created, task.id, task.routine or "", task.slot or task.created),
    tuple,
    is_reversed=True,
)


@fact("answered-lately")
def answered(register: Register, _: str) -> Sequence[Answered]:
    """Return the last answers, the newest first; of routines whose tasks queue none, for they wait for each other."""
    found = [*islice(_beats(register), MOST), *islice(_fired(register), MOST)]
    return sorted(found, key=lambda each: (each.at, each.by), reverse=True)[:MOST]


@fact("due-by-the-clock")
def due_by_the_clock(register: Register, _: str) -> Sequence[Due]:
    """Return what the clock asked for that a tick would answer now, the oldest first."""
    return register.site.due


def who_wakes(register: Register, kind: str, name: str) -> Ref:
    """Link the agent or the routine that wakes by the clock."""
    if kind == Agent.kind:
        return member_ref(register, name)
    routine = register.snapshot.get(Routine, name)
    return Ref(routine.title if routine else name, links.routine_page(name) if routine else None, "routine")


def _beats(register: Register) -> Iterator[Answered]:
    for found in _newest(register, _BEATS):
        due = opens(register.site.snapshot, found.id, found.slot)
        yield Answered(Agent.kind, found.id, due, found.at, found.by)


def _fired(register: Register) -> Iterator[Answered]:
    for found in _newest(register, _FIRED):
        routine = register.site.snapshot.get(Routine, found.id)
        if routine is None or routine.overlap is not Overlap.QUEUE:
            yield Answered(Routine.kind, found.id, found.slot, found.at, found.by)


def _newest(register: Register, how: Grouping[V, _Answer]) -> Iterator[_Answer]:
    for day in reversed(register.names_of(how)):
        yield from register.group(how, day)
