"""Routines: recurring work, when it comes next, and which tasks it made."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from gitcp.dashboard import cadence, links, words
from gitcp.dashboard.figures import Stamp, plural
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, TaskLine, goal_ref, member_ref, task_line, task_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.wakes import idle_because, made_by, next_firings
from gitcp.dashboard.words import Badge
from gitcp.model.planning import CatchUp, Overlap, Routine, RoutineStatus, TaskTemplate

ACTIVE: Final = Badge("Active", "good", "todo")
PAUSED: Final = Badge("Paused", "warn", "paused")
_OVERLAP: Final = {
    Overlap.SKIP: "lets a slot pass while its previous task is open",
    Overlap.QUEUE: "waits until its previous task is closed",
    Overlap.ALLOW: "makes a task even while the previous one is open",
}
_CATCH_UP: Final = {
    CatchUp.NONE: "lets slots pass that nobody ticked for",
    CatchUp.ONCE: "makes up for all missed slots by one task",
}


@dataclass(frozen=True, slots=True)
class RoutineLine:
    """A routine in a list."""

    ref: Ref
    status: Badge
    words: str | None
    cron: str
    next: Stamp | None
    why: str | None
    made: str
    last: Ref | None


@dataclass(frozen=True, slots=True)
class Routines:
    """All routines."""

    summary: str | None
    routines: tuple[RoutineLine, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The task that a routine makes."""

    title: str
    facts: tuple[Fact, ...]
    checks: tuple[str, ...]
    description: Markup | None


@dataclass(frozen=True, slots=True)
class RoutineView:
    """A routine's page."""

    id: str
    title: str
    status: Badge
    lead: str
    why: str | None
    facts: tuple[Fact, ...]
    next: tuple[Stamp, ...]
    template: Template
    tasks: tuple[TaskLine, ...]
    caption: str


def routines(register: Register) -> Routines:
    """Show all routines, those that are active first."""
    found = sorted(
        register.snapshot.all(Routine), key=lambda r: (r.status is RoutineStatus.PAUSED, r.title, r.id)
    )
    resting = sum(routine.status is RoutineStatus.PAUSED for routine in found)
    summary = (
        f"{plural(len(found), 'routine')}{f', {resting:,} paused' if resting else ''}" if found else None
    )
    return Routines(summary, tuple(_line(register, routine) for routine in found))


def _line(register: Register, routine: Routine) -> RoutineLine:
    following = next_firings(register, routine.id)
    return RoutineLine(
        ref=Ref(routine.title, links.routine_page(routine.id), "routine"),
        status=_status(routine),
        words=cadence.words(routine.cron),
        cron=routine.cron,
        next=register.clock.stamp(following[0]) if following else None,
        why=idle_because(register, routine.id) if routine.status is RoutineStatus.ACTIVE else None,
        made=plural(routine.made, "task"),
        last=task_ref(register, routine.last) if routine.last else None,
    )


def _status(routine: Routine) -> Badge:
    return PAUSED if routine.status is RoutineStatus.PAUSED else ACTIVE


def routine_view(register: Register, routine_id: str, prose: Prose) -> RoutineView | None:
    """Show a routine, or none where there is no such."""
    routine = register.snapshot.get(Routine, routine_id)
    if routine is None:
        return None
    made = made_by(register, routine_id)
    said = cadence.words(routine.cron)
    return RoutineView(
        id=routine.id,
        title=routine.title,
        status=_status(routine),
        lead=f"{said[:1].upper()}{said[1:]}." if said else f"By the expression {routine.cron}.",
        why=idle_because(register, routine_id),
        facts=tuple(_facts(register, routine)),
        next=tuple(register.clock.stamp(at) for at in next_firings(register, routine_id)),
        template=_template(register, routine.task, prose),
        tasks=tuple(task_line(register, row) for row in made),
        caption=f"The newest {len(made)} of {routine.made:,}" if routine.made > len(made) else "Newest first",
    )


def _facts(register: Register, routine: Routine) -> Iterator[Fact]:
    clock = register.clock
    yield Fact("Times", text=routine.cron, code=True)
    yield Fact("Zone", text=routine.timezone or f"{clock.zone_name}, the company's")
    if routine.fired:
        yield Fact("Last slot", stamp=clock.stamp(routine.fired))
    if routine.last:
        yield Fact("Last task", ref=task_ref(register, routine.last))
    yield Fact("Made so far", text=plural(routine.made, "task"))
    yield Fact("At once", text=_OVERLAP[routine.overlap])
    yield Fact("When late", text=_late(routine))
    if routine.since:
        yield Fact("Counts since", stamp=clock.stamp(routine.since))


def _late(routine: Routine) -> str:
    if routine.catch_up is CatchUp.ALL:
        return f"makes up for each missed slot, {routine.catch_up_most:,} at most"
    late = f", {routine.window_minutes:f} minutes late at most" if routine.catch_up is CatchUp.NONE else ""
    return f"{_CATCH_UP[routine.catch_up]}{late}"


def _template(register: Register, task: TaskTemplate, prose: Prose) -> Template:
    return Template(
        title=task.title,
        facts=tuple(_task_facts(register, task)),
        checks=tuple(shlex.join(check) for check in task.verify),
        description=prose.block(task.description, below=2),
    )


def _task_facts(register: Register, task: TaskTemplate) -> Iterator[Fact]:
    project = register.project(task.project)
    yield Fact("Project", ref=Ref(project.name if project else task.project, None, "project"))
    if task.assignee:
        yield Fact("Assignee", ref=member_ref(register, task.assignee))
    yield Fact("Priority", text=words.PRIORITY[task.priority].label)
    if task.goal:
        yield Fact("Goal", ref=goal_ref(register, task.goal))
    if task.parent:
        yield Fact("Part of", ref=task_ref(register, task.parent))
    for reviewer in task.review:
        yield Fact("Review by", ref=member_ref(register, reviewer))
    if task.labels:
        yield Fact("Labels", text=", ".join(task.labels))
    if task.due_days:
        yield Fact("Due", text=f"{plural(task.due_days, 'day')} after its slot")
