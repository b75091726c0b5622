"""Which pages there are: for each its site path, its template and what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitcp.dashboard import links
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import approval, goals, members, money, org, overview, problems, runs, task, tasks


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is written. `section` is the entry of the navigation that it belongs to."""

    path: str
    template: str
    title: str
    section: str
    view: Any


def pages(register: Register) -> Iterator[Page]:
    """Yield every page of the site."""
    yield from _sections(register)
    yield from _lists(register)
    yield from _records(register)


def _sections(register: Register) -> Iterator[Page]:
    prose = Prose(register.find, "")
    for path, template, title, view in (
        (links.HOME, "overview.html", "Overview", overview.overview(register, prose)),
        (links.ORG, "org.html", "Org chart", org.chart(register)),
        (links.BOARD, "board.html", "Tasks", tasks.board(register)),
        (links.GOALS, "goals.html", "Goals", goals.goals(register, prose)),
        (links.RUNS, "runs.html", "Runs", runs.latest(register)),
        (links.BUDGETS, "budgets.html", "Budgets", money.budgets(register)),
        (links.PEOPLE, "people.html", "People", members.people(register, prose)),
        (links.PROBLEMS, "problems.html", "Problems", problems.problems(register, prose)),
    ):
        yield Page(path, template, title, path, view)


def _lists(register: Register) -> Iterator[Page]:
    yield Page(links.TASK_LIST, "tasks.html", "Open tasks", links.BOARD, tasks.open_list(register))
    yield Page(links.CLOSED_TASKS, "tasks.html", "Closed tasks", links.BOARD, tasks.closed_list(register))
    for path, view in runs.by_month(register):
        yield Page(path, "runs.html", view.title, links.RUNS, view)


def _records(register: Register) -> Iterator[Page]:
    prose = Prose(register.find, "../")
    for found in register.tasks.values():
        view = task.task_view(register, found, prose)
        yield Page(links.task_page(found.id), "task.html", f"{found.id} {found.title}", links.BOARD, view)
    for asked in register.approvals.values():
        shown = approval.approval_view(register, asked, prose)
        name = f"{asked.id} {asked.title}"
        yield Page(links.approval_page(asked.id), "approval.html", name, links.HOME, shown)
    for run in register.runs.values():
        yield Page(
            links.run_page(run.id),
            "run.html",
            f"Run {run.id}",
            links.RUNS,
            runs.run_view(register, run, prose),
        )
    for member in register.members.values():
        page = members.member_view(register, member, prose)
        section = links.ORG if page.is_agent else links.PEOPLE
        yield Page(links.member_page(member.id), "member.html", member.name, section, page)
