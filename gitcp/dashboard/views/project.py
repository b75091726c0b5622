"""One project: what it is for, how its work is delivered, how far it is, and what happens in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.charts import Chart, Column, Series, bars
from gitcp.dashboard.days import short
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, goal_ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.scales import unit_of, unit_of_things
from gitcp.dashboard.tallies import Activity, of_project, open_of_project, over, statuses_of
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.views.projects import newest_weeks
from gitcp.dashboard.views.standings import (
    OpenTasks,
    Progress,
    budget_facts,
    open_tasks,
    paused_line,
    progress,
    tally_facts,
)
from gitcp.dashboard.words import Badge
from gitcp.model.amounts import Metric
from gitcp.model.planning import Project

WEEKS: Final = 26


@dataclass(frozen=True, slots=True)
class Standing:
    """How many open tasks have a status."""

    status: Badge
    number: str


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project's page."""

    key: str
    name: str
    status: Badge
    lead: Ref | None
    path: tuple[Ref, ...]
    paused: Markup | None
    description: Markup | None
    progress: Progress
    statuses: tuple[Standing, ...]
    tasks: OpenTasks
    charts: tuple[Chart, ...]
    facts: tuple[Fact, ...]
    delivery: tuple[Fact, ...]


def project_view(register: Register, project: Project, prose: Prose) -> ProjectView:
    """Show a project."""
    key, goal, paused = project.id, project.goal, paused_line(project)
    found = statuses_of(register, key)
    return ProjectView(
        key=key,
        name=project.name,
        status=words.PROJECT_STATUS[project.status],
        lead=member_ref(register, project.lead) if project.lead else None,
        path=tuple(goal_ref(register, name) for name in (*over(register, goal), goal)) if goal else (),
        paused=prose.line(paused) if paused else None,
        description=prose.block(project.description, below=1),
        progress=progress(of_project(register, key)),
        statuses=tuple(Standing(words.TASK_STATUS[of], f"{number:,}") for of, number in found.items()),
        tasks=open_tasks(register, open_of_project(register, key), links.tasks_where("project", key)),
        charts=tuple(_charts(newest_weeks(register, key, WEEKS))),
        facts=(*tally_facts(of_project(register, key)), *budget_facts(register, f"project/{key}")),
        delivery=tuple(_delivery(register, project)),
    )


def _delivery(register: Register, project: Project) -> Iterator[Fact]:
    company = register.snapshot.company
    repository = company.repositories.get(project.repository) if company else None
    yield Fact("Repository", text=project.repository, code=True)
    if repository is not None:
        is_web = repository.url.startswith("https://")
        yield Fact("Address", text=repository.url, url=repository.url if is_web else None, code=not is_web)
    yield Fact("Base branch", text=project.base or (repository.branch if repository else "main"), code=True)
    yield Fact("Delivery", text=words.INTEGRATION[project.integrate])
    yield Fact("Branches", text=project.branch or "{agent}/{task}", code=True)
    yield Fact("Work in", text=words.WORKSPACE[project.workspace])
    if project.concurrency:
        yield Fact("Runs at once", text=f"{project.concurrency:,} at most")
    yield Fact("File", text=f"projects/{project.id}.yaml", code=True)


def _charts(shown: Sequence[Activity]) -> Iterator[Chart]:
    if not shown:
        return

    def columns(*parts: str) -> list[Column]:
        return [
            Column(
                short(week.name), f"week from {short(week.name)}", tuple(_of(week, part) for part in parts)
            )
            for week in shown
        ]

    yield bars("tasks", "Tasks done by week", columns("done"), [Series("done")], unit_of_things("task"))
    yield bars("runs", "Runs by week", columns("runs"), [Series("runs")], unit_of_things("run"))
    if any(week.cost.usd for week in shown):
        yield bars("cost", "Cost by week", columns("usd"), [Series("cost")], unit_of(Metric.USD))


def _of(week: Activity, part: str) -> Decimal:
    return {"done": Decimal(week.done), "runs": Decimal(week.runs), "usd": week.cost.usd}[part]
