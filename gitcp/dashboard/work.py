"""The pages of work: tasks, goals, projects, runs and their days."""

from typing import Final

from gitcp.dashboard import links, run_days, talks
from gitcp.dashboard.kinds import Kind, Shown, one
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import goal, goals, project, projects, run, run_day, runs, talk, task


def _task(register: Register, name: str, prose: Prose) -> Shown | None:
    found = register.task(name)
    if found is None:
        return None
    return Shown(f"{found.id} {found.title}", links.BOARD, task.task_view(register, found, prose))


def _talk(register: Register, name: str, prose: Prose) -> Shown | None:
    view = talk.talk_part(register, name, prose)
    return None if view is None else Shown(f"{view.id} {view.title}", links.BOARD, view)


def _run(register: Register, name: str, prose: Prose) -> Shown | None:
    found = register.run(name)
    return None if found is None else Shown(f"Run {name}", links.RUNS, run.run_view(register, found, prose))


def _goal(register: Register, name: str, prose: Prose) -> Shown | None:
    found = register.goal(name)
    return None if found is None else Shown(found.title, links.GOALS, goal.goal_view(register, found, prose))


def _project(register: Register, key: str, prose: Prose) -> Shown | None:
    found = register.project(key)
    if found is None:
        return None
    return Shown(found.name, links.PROJECTS, project.project_view(register, found, prose))


def _day(register: Register, name: str, _: Prose) -> Shown | None:
    view = run_day.run_day(register, name)
    return None if view is None else Shown(view.title, links.RUNS, view)


def _month(register: Register, name: str, _: Prose) -> Shown | None:
    view = runs.month(register, name)
    return None if view is None else Shown(view.title, links.RUNS, view)


KINDS: Final[tuple[Kind, ...]] = (
    one(links.GOALS, "goals.html", "Goals", lambda register, _: goals.goals(register)),
    one(links.PROJECTS, "projects.html", "Projects", lambda register, _: projects.projects(register)),
    one(links.RUNS, "runs.html", "Runs", lambda register, _: runs.latest(register)),
    Kind("goal", "goal.html", lambda register: register.goals, links.goal_page, _goal),
    Kind("project", "project.html", lambda register: register.projects, links.project_page, _project),
    Kind("task", "task.html", lambda register: register.rows.task_ids, links.task_page, _task),
    Kind("talk", "talk.html", talks.names, talks.page_of, _talk),
    Kind("run", "run.html", lambda register: register.rows.run_ids, links.run_page, _run),
    Kind("month", "month.html", run_days.run_months, links.month_page, _month),
    Kind("day", "day.html", run_days.day_names, run_days.page_of, _day),
)
