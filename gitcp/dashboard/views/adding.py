"""What a reader can add to what a page lists, as `gitcp.dashboard.views.act` tells what can be done about a record."""

from collections.abc import Callable, Mapping
from typing import Final

from gitcp.dashboard import drafts, links
from gitcp.dashboard.drafts import Draft
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.offers import Act, Step, offer

MOST_PROJECTS: Final = 6


def _adding(register: Register, begun: tuple[Draft, ...], *steps: Step) -> Act:
    """Return what can be added to what a page lists."""
    forge = register.site.forge
    offers = tuple(offer(register, draft) for draft in begun)
    return Act("Add to it", forge.name if forge else None, None, (), offers, steps)


def _tasks(register: Register, _: str) -> Act | None:
    found = sorted(register.projects.values(), key=lambda project: project.id)[:MOST_PROJECTS]
    label = "New task in {}" if len(found) > 1 else "New task"
    begun = tuple(drafts.new_task(project.id, label=label.format(project.name)) for project in found)
    return _adding(register, begun, Step("Ask for a task", 'gitcp task new --project KEY --title "TITLE"'))


def _routines(register: Register, _: str) -> Act | None:
    key = min(register.projects, default=None)
    begun = (drafts.new_routine(key),) if key else ()
    command = 'gitcp routine new NAME --title "TITLE" --cron "0 9 * * MON" --project KEY --task-title "TITLE"'
    return _adding(register, begun, Step("Let something come again", command))


def _list(draft: Draft, label: str, command: str) -> Callable[[Register, str], Act | None]:
    return lambda register, _: _adding(register, (draft,), Step(label, command))


ADDING: Final[Mapping[str, Callable[[Register, str], Act | None]]] = {
    links.BOARD: _tasks,
    links.TASK_LIST: _tasks,
    "routines.html": _routines,
    links.ORG: _list(
        drafts.AGENT, "Hire an agent", 'gitcp agent hire NAME --title "TITLE" --runtime claude-code'
    ),
    links.PEOPLE: _list(drafts.PERSON, "Add a person", 'gitcp person new NAME --name "NAME" --email ADDRESS'),
    links.GOALS: _list(drafts.GOAL, "Set a goal", 'gitcp goal new NAME --title "TITLE" --level team'),
    "projects.html": _list(
        drafts.PROJECT, "Begin a project", 'gitcp project new KEY --name "NAME" --repository REPOSITORY'
    ),
    links.BUDGETS: _list(
        drafts.BUDGET, "Limit what is spent", "gitcp budget new agent/NAME --period month --usd 40"
    ),
    "policies.html": _list(
        drafts.POLICY,
        "Add a policy",
        'gitcp policy new NAME --title "TITLE" --gate "approval agent.hire approvers=owner"',
    ),
    "approvals.html": lambda register, _: _adding(
        register, (), Step("Ask people to decide", 'gitcp approval request --title "TITLE" -d "WHY"')
    ),
}
