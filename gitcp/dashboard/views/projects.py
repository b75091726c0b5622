"""Projects together: how far each is, who leads it, what it cost."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gitcp.dashboard import links, words
from gitcp.dashboard.charts import Spark, spark
from gitcp.dashboard.figures import plural
from gitcp.dashboard.refs import Ref, goal_ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.tallies import Activity, of_project, weeks_of
from gitcp.dashboard.views.standings import Progress, progress
from gitcp.dashboard.words import Badge

WEEKS: Final = 12
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in a list; `lately` draws what was done in its newest weeks."""

    key: str
    href: str
    name: str
    status: Badge
    lead: Ref | None
    goal: Ref | None
    progress: Progress
    lately: Spark


@dataclass(frozen=True, slots=True)
class Projects:
    """All projects, those that go on first."""

    projects: tuple[ProjectLine, ...]


def projects(register: Register) -> Projects:
    """Show the projects."""
    order = list(words.PROJECT_STATUS)
    known = sorted(
        register.projects.values(), key=lambda it: (order.index(it.status), it.name.casefold(), it.id)
    )
    return Projects(tuple(project_line(register, project.id) for project in known))


def project_line(register: Register, key: str) -> ProjectLine:
    """Show a project in a list."""
    project = register.project(key)
    return ProjectLine(
        key=key,
        href=links.project_page(key),
        name=project.name if project else key,
        status=words.PROJECT_STATUS[project.status] if project else words.ENDED,
        lead=member_ref(register, project.lead) if project and project.lead else None,
        goal=goal_ref(register, project.goal) if project and project.goal else None,
        progress=progress(of_project(register, key)),
        lately=_lately(register, key),
    )


def _lately(register: Register, key: str) -> Spark:
    done = [week.done for week in newest_weeks(register, key, WEEKS)]
    text = f"{plural(sum(done), 'task')} done in the newest {plural(len(done), 'week')}"
    return spark(text, [0] * (WEEKS - len(done)) + done)


def newest_weeks(register: Register, key: str, most: int) -> list[Activity]:
    """Return a project's newest weeks up to the last in which something happened, those without anything too."""
    weeks = weeks_of(register, key)
    if not weeks:
        return []
    known = {week.name: week for week in weeks}
    first, last = date.fromisoformat(weeks[0].name), date.fromisoformat(weeks[-1].name)
    count = min((last - first) // _WEEK + 1, most)
    names = [(last - _WEEK * back).isoformat() for back in reversed(range(count))]
    return [known.get(name) or Activity(name, 0, 0, 0) for name in names]
