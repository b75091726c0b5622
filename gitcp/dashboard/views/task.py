"""One task: where it stands, what is asked, who agreed, what was said and done."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.costs import cost_of
from gitcp.dashboard.figures import NONE, Stamp, plural
from gitcp.dashboard.log import written_at
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import (
    Ref,
    RunLine,
    TaskLine,
    goal_ref,
    member_ref,
    run_caption,
    run_line,
    task_line,
)
from gitcp.dashboard.register import Register
from gitcp.dashboard.trees import above
from gitcp.dashboard.views.facts import Fact, compared
from gitcp.dashboard.views.standing import Standing, standing
from gitcp.dashboard.views.timeline import SHORT, Day, days
from gitcp.dashboard.words import Badge
from gitcp.model.tasks import Comment, Document, Task


@dataclass(frozen=True, slots=True)
class Stage:
    """One reviewer, and whether they agreed."""

    reviewer: Ref
    state: Badge


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment."""

    anchor: str
    author: Ref
    at: Stamp | None
    run: Ref | None
    body: Markup | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the task."""

    name: str
    body: Markup | None


@dataclass(frozen=True, slots=True)
class Relation:
    """Tasks that this one has to do with."""

    label: str
    tasks: tuple[TaskLine, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task's page."""

    id: str
    title: str
    project: str
    status: Badge
    priority: Badge
    assignee: Ref | None
    labels: tuple[str, ...]
    standing: Standing
    facts: tuple[Fact, ...]
    goals: tuple[Ref, ...]
    description: Markup | None
    checks: tuple[str, ...]
    checked: Badge | None
    stages: tuple[Stage, ...]
    relations: tuple[Relation, ...]
    papers: tuple[Paper, ...]
    remarks: tuple[Remark, ...]
    runs: tuple[RunLine, ...]
    runs_caption: str
    days: tuple[Day, ...]


def task_view(register: Register, task: Task, prose: Prose) -> TaskView:
    """Show a task."""
    project = register.project(task.project)
    runs = register.runs_on(task.id)
    lines = tuple(run_line(register, run) for run in runs)
    return TaskView(
        id=task.id,
        title=task.title,
        project=project.name if project else task.project,
        status=words.TASK_STATUS[task.status],
        priority=words.PRIORITY[task.priority],
        assignee=member_ref(register, task.assignee) if task.assignee else None,
        labels=task.labels,
        standing=standing(register, task, prose),
        facts=tuple(_facts(register, task)),
        goals=tuple(_goals(register, task)),
        description=prose.block(task.description, below=2),
        checks=tuple(shlex.join(argv) for argv in task.verify),
        checked=_checked(task),
        stages=tuple(_stages(register, task)),
        relations=tuple(_relations(register, task)),
        papers=tuple(_paper(document, prose) for document in register.documents(task.id)),
        remarks=tuple(_remark(register, comment, prose) for comment in register.comments(task.id)),
        runs=lines,
        runs_caption=run_caption(lines, f"{plural(len(runs), 'run')} for {cost_of(runs).text}"),
        days=days(register, register.log_of(task.id), prose),
    )


def _facts(register: Register, task: Task) -> Iterator[Fact]:
    clock = register.clock
    yield Fact("Created", stamp=clock.stamp(task.created))
    if task.created_by:
        yield Fact("Created by", ref=member_ref(register, task.created_by))
    if task.due:
        late = task.is_open and register.is_past(task.due)
        yield Fact(
            "Due", stamp=clock.day(task.due), text="overdue" if late else "", tone="bad" if late else "plain"
        )
    if task.closed:
        yield Fact("Closed", stamp=clock.stamp(task.closed))
    if task.attempts:
        yield Fact("Attempts", text=f"{task.attempts:,}")
    if task.reopened:
        yield Fact("Reopened", text=plural(task.reopened, "time"))
    yield from _delivery(register, task)


def _delivery(register: Register, task: Task) -> Iterator[Fact]:
    if (delivery := task.delivery) is None:
        return
    run = Ref(
        delivery.commit[:SHORT],
        links.run_page(delivery.run) if register.has_run(delivery.run) else None,
        "sha",
    )
    yield Fact("Delivered", ref=run)
    yield Fact("Branch", text=delivery.branch, code=True)
    if delivery.into is not None:
        said = f"into {delivery.into}" if delivery.integrated else f"not into {delivery.into} yet"
        yield Fact("Integrated", text=said)
    yield from compared(register.run(delivery.run))


def _goals(register: Register, task: Task) -> Iterator[Ref]:
    """Show the goal and what it serves, the widest first."""
    goal = register.goal_of(task)
    if goal is None:
        return
    parents = {known.id: known.parent for known in register.goals.values()}
    for name in reversed([goal, *above(goal, parents)]):
        yield goal_ref(register, name)


def _checked(task: Task) -> Badge | None:
    if not task.verify or task.delivery is None:
        return None
    return words.PASSED if task.delivery.verified else Badge("Not passed yet", "warn", "todo")


def _stages(register: Register, task: Task) -> Iterator[Stage]:
    for reviewer in task.stages:
        state = Badge("Later", "faint", "backlog")
        if reviewer in task.passed:
            state = Badge("Agreed", "good", "done")
        elif reviewer == task.reviewer:
            state = Badge("Asked now", "look", "review")
        yield Stage(member_ref(register, reviewer), state)


def _relations(register: Register, task: Task) -> Iterator[Relation]:
    parent = (task.parent,) if task.parent else ()
    children = tuple(child.id for child in register.children(task.id))
    blocks = tuple(other.id for other in register.dependents(task.id))
    for label, ids in (
        ("Part of", parent),
        ("Subtasks", children),
        ("Blocked by", task.blocked_by),
        ("Blocks", blocks),
    ):
        if ids:
            rows = {name: register.task_row(name) for name in ids}
            known = tuple(task_line(register, row) for row in rows.values() if row is not None)
            yield Relation(label, known, tuple(name for name, row in rows.items() if row is None))


def _paper(document: Document, prose: Prose) -> Paper:
    return Paper(document.id.partition("/")[2], prose.block(document.text, below=3))


def _remark(register: Register, comment: Comment, prose: Prose) -> Remark:
    at = written_at(comment)
    run = comment.run
    return Remark(
        anchor=links.comment_anchor(comment),
        author=member_ref(register, comment.author or NONE),
        at=register.clock.stamp(at) if at else None,
        run=Ref("run", links.run_page(run), "run") if run and register.has_run(run) else None,
        body=prose.block(comment.body, below=3),
    )
