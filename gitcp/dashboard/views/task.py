"""One task: where it stands, what is asked, who agreed, what was said and done, what it cost."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.approvals_on import approvals_on
from gitcp.dashboard.costs import cost_of
from gitcp.dashboard.excerpts import cut
from gitcp.dashboard.figures import plural
from gitcp.dashboard.outside import work_branch, work_commit
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, RunLine, goal_called, member_ref, project_ref, run_caption, run_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.views.facts import Fact, compared
from gitcp.dashboard.views.papers import Paper, papers
from gitcp.dashboard.views.relatives import Relation, relations
from gitcp.dashboard.views.review import Checks, Stage, checks, stages
from gitcp.dashboard.views.standing import Standing, standing
from gitcp.dashboard.views.standings import budget_facts
from gitcp.dashboard.views.talk import Talk, talk
from gitcp.dashboard.views.timeline import SHORT, Day, days
from gitcp.dashboard.words import Badge
from gitcp.model.tasks import Delivery, Task

RUNS: Final = 50
EVENTS: Final = 100
AGENTS: Final = 12
DESCRIPTION: Final = 60_000
_FARTHEST: Final = 30


class Asked(NamedTuple):
    """An approval about the task."""

    href: str
    title: str
    status: Badge


class TaskView(NamedTuple):
    """A task's page; `rest` and `earlier` print what is cut of the description and of the timeline."""

    id: str
    title: str
    project: Ref
    status: Badge
    priority: Badge
    assignee: Ref | None
    labels: tuple[str, ...]
    standing: Standing
    facts: tuple[Fact, ...]
    delivery: tuple[Fact, ...]
    obstacle: Markup | None
    goals: tuple[Ref, ...]
    description: Markup | None
    rest: str | None
    checks: Checks | None
    stages: tuple[Stage, ...]
    relations: tuple[Relation, ...]
    papers: tuple[Paper, ...]
    asked: tuple[Asked, ...]
    talk: Talk
    runs: tuple[RunLine, ...]
    runs_caption: str
    costs: tuple[Fact, ...]
    days: tuple[Day, ...]
    earlier: str | None


def task_view(register: Register, task: Task, prose: Prose) -> TaskView:
    """Show a task."""
    runs, entries = register.runs_on(task.id), register.log_of(task.id)
    comments = register.comments(task.id)
    begun = cut(task.description or "", DESCRIPTION)
    lines = tuple(run_line(register, run) for run in runs[:RUNS])
    delivered, cost = task.delivery, cost_of(runs).text
    return TaskView(
        id=task.id,
        title=task.title,
        project=project_ref(register, task.project),
        status=words.TASK_STATUS[task.status],
        priority=words.PRIORITY[task.priority],
        assignee=member_ref(register, task.assignee) if task.assignee else None,
        labels=task.labels,
        standing=standing(register, task, prose),
        facts=tuple(_facts(register, task)),
        delivery=tuple(_delivery(register, delivered)) if delivered else (),
        obstacle=prose.block(delivered.obstacle, below=2) if delivered else None,
        goals=tuple(_goals(register, task)),
        description=prose.block(begun or task.description, below=2),
        rest=f"gitcp task show {task.id}" if begun else None,
        checks=checks(register, task, runs),
        stages=tuple(stages(register, task, entries, comments)),
        relations=tuple(relations(register, task)),
        papers=papers(register, register.documents(task.id), entries, prose),
        asked=tuple(_asked(register, task)),
        talk=talk(register, task.id, comments, prose),
        runs=lines,
        runs_caption=run_caption(lines, _caption(cost, runs)),
        costs=tuple(_costs(register, task, cost, runs)),
        days=days(register, entries[:EVENTS], prose),
        earlier=f"gitcp audit log {task.id}" if len(entries) > EVENTS else None,
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
    if task.routine:
        yield Fact("Routine", text=f"{task.routine.routine}, number {task.routine.number:,}")
    if task.attempts:
        yield Fact("Attempts", text=f"{task.attempts:,}")
    if task.reopened:
        yield Fact("Reopened", text=plural(task.reopened, "time"))
    if task.paused:
        yield Fact("Paused by", ref=member_ref(register, task.paused.by), stamp=clock.stamp(task.paused.at))


def _delivery(register: Register, delivery: Delivery) -> Iterator[Fact]:
    run = register.run(delivery.run)
    repository = run.repository if run else None
    yield _commit(register, "Commit", repository, delivery.commit)
    if run is not None:
        yield Fact("By", ref=Ref("run", links.run_page(run.id), "run"))
    url = work_branch(register, repository, delivery.branch)
    yield Fact("Branch", text=delivery.branch, url=url, code=url is None)
    if delivery.into is not None:
        said = f"into {delivery.into}" if delivery.integrated else f"not into {delivery.into} yet"
        yield Fact("Integrated", text=said)
    if delivery.integrated:
        yield _commit(register, "As commit", repository, delivery.integrated)
    yield from compared(run)


def _commit(register: Register, label: str, repository: str | None, commit: str) -> Fact:
    url = work_commit(register, repository, commit)
    return Fact(label, text=commit[:SHORT], url=url, code=url is None)


def _goals(register: Register, task: Task) -> Iterable[Ref]:
    """Show the goal and what it serves, the widest first."""
    way: dict[str, Ref] = {}
    name = register.goal_of(task)
    while name is not None and name not in way and len(way) < _FARTHEST:
        goal = register.goal(name)
        way[name] = goal_called(name, goal)
        name = goal.parent if goal else None
    return reversed(way.values())


def _asked(register: Register, task: Task) -> Iterator[Asked]:
    for name in approvals_on(register, task.id):
        approval = register.approval(name)
        if approval is not None:
            yield Asked(links.approval_page(name), approval.title, words.APPROVAL_STATUS[approval.status])


def _caption(cost: str, runs: Sequence[RunRow]) -> str:
    total = f"{plural(len(runs), 'run')} for {cost}"
    return f"{total}; the newest {RUNS} are shown" if len(runs) > RUNS else total


def _costs(register: Register, task: Task, cost: str, runs: Sequence[RunRow]) -> Iterator[Fact]:
    """Show what the runs cost, by agent where there are several, and what the task may cost."""
    if runs:
        yield Fact("Cost", text=cost)
        yield Fact("Runs", text=f"{len(runs):,}")
        by: dict[str, list[RunRow]] = {}
        for run in runs:
            by.setdefault(run.agent, []).append(run)
        if len(by) > 1:
            for agent in sorted(by, key=lambda agent: (-len(by[agent]), agent))[:AGENTS]:
                of = by[agent]
                yield Fact(
                    member_ref(register, agent).text, text=f"{cost_of(of).text}, {plural(len(of), 'run')}"
                )
    yield from budget_facts(register, f"task/{task.id}")
