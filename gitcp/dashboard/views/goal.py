"""One goal: what it is for, how far it is, what it cost, and the work that is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.charts import Chart, Column, Series, bars
from gitcp.dashboard.days import month_name
from gitcp.dashboard.figures import MONTHS
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, goal_ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.scales import unit_of_things
from gitcp.dashboard.tallies import below, months_of, of_goal, open_of_goal, over, projects_of
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.views.goals import GoalLine, goal_line
from gitcp.dashboard.views.projects import ProjectLine, project_line
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
from gitcp.model.planning import Goal

CHILDREN: Final = 200
MONTHS_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal's page."""

    title: str
    level: str
    status: Badge
    owner: Ref | None
    path: tuple[Ref, ...]
    paused: Markup | None
    description: Markup | None
    progress: Progress
    children: tuple[GoalLine, ...]
    cut: str | None
    projects: tuple[ProjectLine, ...]
    tasks: OpenTasks
    chart: Chart | None
    facts: tuple[Fact, ...]


def goal_view(register: Register, goal: Goal, prose: Prose) -> GoalView:
    """Show a goal."""
    tally, children = of_goal(register, goal.id), below(register, goal.id)
    paused = paused_line(goal)
    left = len(children) - CHILDREN
    return GoalView(
        title=goal.title,
        level=words.GOAL_LEVEL[goal.level],
        status=words.GOAL_STATUS[goal.status],
        owner=member_ref(register, goal.owner) if goal.owner else None,
        path=tuple(goal_ref(register, name) for name in over(register, goal.id)),
        paused=prose.line(paused) if paused else None,
        description=prose.block(goal.description, below=1),
        progress=progress(tally),
        children=tuple(goal_line(register, name) for name in children[:CHILDREN]),
        cut=f"{left:,} more are in the tree of all goals." if left > 0 else None,
        projects=tuple(project_line(register, key) for key in projects_of(register, goal.id)[:CHILDREN]),
        tasks=open_tasks(register, open_of_goal(register, goal.id), links.tasks_where("goal", goal.id)),
        chart=_chart(months_of(register, goal.id)),
        facts=tuple(_facts(register, goal)),
    )


def _facts(register: Register, goal: Goal) -> Iterator[Fact]:
    if goal.due:
        yield Fact("Due", text=goal.due)
    yield from tally_facts(of_goal(register, goal.id))
    yield from budget_facts(register, f"goal/{goal.id}")
    yield Fact("File", text=f"goals/{goal.id}.yaml", code=True)


def _chart(months: Sequence[tuple[str, int]]) -> Chart | None:
    """Draw how many tasks were done in each month, those without one too."""
    if not months:
        return None
    counts = dict(months)
    names = list(_between(months[0][0], months[-1][0]))[-MONTHS_SHOWN:]
    columns = [
        Column(MONTHS[int(name[5:]) - 1][:3], month_name(name), (Decimal(counts.get(name, 0)),))
        for name in names
    ]
    return bars("done", "Done by month", columns, [Series("tasks")], unit_of_things("task"))


def _between(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while f"{year:04d}-{month:02d}" <= last:
        yield f"{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December
