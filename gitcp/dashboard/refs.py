"""Records as other pages mention them: a link, a line, a card."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from gitcp.core.readiness import open_blockers
from gitcp.dashboard import links, words
from gitcp.dashboard.costs import Cost
from gitcp.dashboard.figures import NONE, Stamp, duration
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, TaskRow
from gitcp.dashboard.words import Badge
from gitcp.model.members import WakeReason
from gitcp.model.operation import SCHEDULER
from gitcp.model.planning import Goal
from gitcp.model.tasks import Priority

_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}


class Ref(NamedTuple):
    """A name, and where it leads: a site path, or none where there is no such page. `kind` is a class of the style sheet."""

    text: str
    href: str | None
    kind: str = "text"
    sign: str = ""


class TaskLine(NamedTuple):
    """A task in a list or on the board. `note` says what it waits for, `when` is when it is due or was closed."""

    id: str
    href: str
    title: str
    status: Badge
    priority: Badge
    assignee: Ref | None
    labels: tuple[str, ...]
    when: Stamp | None
    when_label: str
    when_tone: str
    note: str | None
    note_tone: str


class RunLine(NamedTuple):
    """A run in a list."""

    id: str
    href: str
    agent: Ref
    task: Ref | None
    why: str
    claimed: Stamp
    duration: str
    outcome: Badge
    cost: str
    goes_on: bool


def member_ref(register: Register, member_id: str) -> Ref:
    """Mention a member; one who is not in the org chart by their id."""
    name = register.name_of(member_id)
    if name is None:
        return Ref(member_id, None, "text" if member_id != SCHEDULER else "machine")
    return _member_ref(member_id, name.text, is_person=name.is_person)


@lru_cache(4096)
def _member_ref(member_id: str, name: str, *, is_person: bool) -> Ref:
    return Ref(name, links.member_page(member_id), "person" if is_person else "agent", initials(name))


def initials(name: str) -> str:
    """Return one or two letters that stand for a name."""
    parts = [part for part in name.split() if part[0].isalnum()] or [name]
    return "".join(part[0] for part in (parts if len(parts) == 1 else [parts[0], parts[-1]])).upper()


def task_ref(register: Register, task_id: str) -> Ref:
    """Mention a task by its id."""
    return Ref(task_id, register.find(task_id), "task")


def titled_ref(register: Register, task_id: str) -> Ref:
    """Mention a task by its title."""
    title = register.title_of(task_id)
    return Ref(task_id, None, "task") if title is None else Ref(title, links.task_page(task_id), "task")


def project_ref(register: Register, key: str) -> Ref:
    """Mention a project by its name."""
    project = register.project(key)
    return Ref(project.name, links.project_page(key), "project") if project else Ref(key, None, "project")


def goal_ref(register: Register, goal_id: str) -> Ref:
    """Mention a goal by its title."""
    return goal_called(goal_id, register.goal(goal_id))


def goal_called(goal_id: str, goal: Goal | None) -> Ref:
    """Mention a goal that was asked for."""
    return Ref(goal.title, links.goal_page(goal_id), "goal") if goal else Ref(goal_id, None, "goal")


def task_line(register: Register, task: TaskRow) -> TaskLine:
    """Show a task in a list."""
    clock = register.clock
    when = task.due if task.is_open else task.closed
    note, note_tone = _note(register, task)
    return TaskLine(
        id=task.id,
        href=links.task_page(task.id),
        title=task.title,
        status=words.TASK_STATUS[task.status],
        priority=words.PRIORITY[task.priority],
        assignee=member_ref(register, task.assignee) if task.assignee else None,
        labels=task.labels,
        when=clock.day(when) if when else None,
        when_label="due" if task.is_open else "closed",
        when_tone="bad" if task.is_open and when and register.is_past(when) else "plain",
        note=note,
        note_tone=note_tone,
    )


def _note(register: Register, row: TaskRow) -> tuple[str | None, str]:
    """Say what an open task waits for, if it is not running."""
    task = register.task(row.id) if row.is_open else None
    if task is None:
        return None, "plain"
    if any(run.is_active for run in register.runs_on(row.id)):
        return "running now", "busy"
    if task.blocked is not None and task.blocked.waits_for:
        return f"waits for {member_ref(register, task.blocked.waits_for).text}", "faint"
    if task.reviewer is not None:
        return f"review by {member_ref(register, task.reviewer).text}", "faint"
    blockers = open_blockers(register.snapshot, task)
    return f"waits for {', '.join(blockers)}" if blockers else None, "faint"


def by_urgency(tasks: Iterable[TaskRow]) -> list[TaskRow]:
    """Put the most urgent first."""
    return sorted(tasks, key=urgency)


def urgency(task: TaskRow) -> tuple[int, bool, datetime, datetime, str]:
    """Return what tasks are ordered by: priority, then what is due, then age."""
    return _RANK[task.priority], task.due is None, task.due or task.created, task.created, task.id


def run_line(register: Register, run: RunRow) -> RunLine:
    """Show a run in a list."""
    return RunLine(
        id=run.id,
        href=links.run_page(run.id),
        agent=member_ref(register, run.agent),
        task=titled_ref(register, run.task) if run.task else None,
        why=why(run),
        claimed=register.clock.stamp(run.claimed_at),
        duration=took(run),
        outcome=outcome(run),
        cost=Cost(run.usd, run.usd_imputed).text if not run.is_active else NONE,
        goes_on=run.is_active,
    )


def run_caption(runs: Sequence[RunLine], text: str) -> str:
    """Caption a list of runs; say what the sign of a list price means where one is shown."""
    return f"{text}; ≈ is a list price that was not billed" if any("≈" in run.cost for run in runs) else text


def why(run: RunRow) -> str:
    """Name the reasons that woke a run, each once."""
    return _why(run.reasons)


@lru_cache(1024)
def _why(reasons: tuple[WakeReason, ...]) -> str:
    return ", ".join(words.WAKE_REASON[reason] for reason in reasons) or NONE


def outcome(run: RunRow) -> Badge:
    """Say how a run ended, or that it goes on."""
    if run.is_active:
        return words.STOPPING if run.is_stopping else words.RUNNING
    return words.OUTCOME[run.outcome] if run.outcome else words.ENDED


def took(run: RunRow) -> str:
    """Say how long a run took; of one that goes on the page tells when it began, which stays true."""
    if run.started_at is None or run.ended_at is None:
        return NONE
    return duration(run.ended_at - run.started_at)
