"""Which pages there are, and which files beside them: the tables of their kinds."""

from typing import Final

from gitcp.dashboard import app, edition, feeds, links, lists, log_data, moment, run_days, sheets, spending
from gitcp.dashboard.kinds import Extra, Kind, Shown, one, single
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import (
    approval,
    approvals,
    budget,
    costs,
    goals,
    log,
    members,
    money,
    org,
    overview,
    policies,
    problems,
    run,
    run_day,
    runs,
    task,
)


def _task(register: Register, name: str, prose: Prose) -> Shown | None:
    found = register.task(name)
    if found is None:
        return None
    return Shown(f"{found.id} {found.title}", links.BOARD, task.task_view(register, found, prose))


def _approval(register: Register, name: str, prose: Prose) -> Shown | None:
    asked = register.approval(name)
    if asked is None:
        return None
    return Shown(f"{asked.id} {asked.title}", links.APPROVALS, approval.approval_view(register, asked, prose))


def _run(register: Register, name: str, prose: Prose) -> Shown | None:
    found = register.run(name)
    return None if found is None else Shown(f"Run {name}", links.RUNS, run.run_view(register, found, prose))


def _member(register: Register, name: str, prose: Prose) -> Shown | None:
    found = register.member(name)
    if found is None:
        return None
    view = members.member_view(register, found, prose)
    return Shown(found.name, links.ORG if view.is_agent else links.PEOPLE, view)


def _day(register: Register, name: str, _: Prose) -> Shown | None:
    view = run_day.run_day(register, name)
    return None if view is None else Shown(view.title, links.RUNS, view)


def _day_page(name: str) -> str:
    day, _, part = name.partition("/")
    return links.day_page(day, int(part or 1))


def _month(register: Register, name: str, _: Prose) -> Shown | None:
    view = runs.month(register, name)
    return None if view is None else Shown(view.title, links.RUNS, view)


def _budget(register: Register, name: str, _: Prose) -> Shown | None:
    view = budget.budget_page(register, name)
    return None if view is None else Shown(f"Budget {view.budget.name}", links.BUDGETS, view)


def _costs(register: Register, name: str, _: Prose) -> Shown | None:
    view = costs.month(register, name)
    return None if view is None else Shown(view.title, links.COSTS, view)


KINDS: Final[tuple[Kind, ...]] = (
    one(links.HOME, "overview.html", "Overview", overview.overview),
    one(links.ORG, "org.html", "Org chart", lambda register, _: org.chart(register)),
    *lists.KINDS,
    one(links.GOALS, "goals.html", "Goals", goals.goals),
    one(links.RUNS, "runs.html", "Runs", lambda register, _: runs.latest(register)),
    one(links.BUDGETS, "budgets.html", "Budgets", lambda register, _: money.budgets(register)),
    one(links.COSTS, "costs.html", "Costs", lambda register, _: costs.present(register)),
    one(links.PEOPLE, "people.html", "People", members.people),
    one(links.APPROVALS, "approvals.html", "Approvals", approvals.approvals),
    one(links.POLICIES, "policies.html", "Policies", policies.policies),
    one(links.LOG, "log.html", "Audit log", log.newest),
    one(links.PROBLEMS, "problems.html", "Problems", problems.problems),
    one(
        links.EDITION,
        "edition.html",
        "About this edition",
        lambda register, _: edition.edition(register),
        section=links.HOME,
    ),
    one(links.OFFLINE, "offline.html", "No connection", lambda *_: None, section=links.HOME),
    Kind(
        "budget",
        "budget.html",
        lambda register: moment.budget_ids(register, ""),
        links.budget_page,
        _budget,
    ),
    Kind("cost", "costs.html", lambda register: spending.months(register, ""), links.cost_page, _costs),
    Kind("month", "month.html", run_days.month_names, links.month_page, _month),
    Kind("day", "day.html", run_days.day_names, _day_page, _day),
    Kind("task", "task.html", lambda register: register.rows.tasks, links.task_page, _task),
    Kind(
        "approval",
        "approval.html",
        lambda register: register.approvals,
        links.approval_page,
        _approval,
    ),
    Kind("decided", "decided.html", approvals.names, approvals.path, approvals.past),
    Kind("log", "log.html", log.names, log.path, log.part),
    Kind("run", "run.html", lambda register: register.rows.runs, links.run_page, _run),
    Kind("member", "member.html", lambda register: register.members, links.member_page, _member),
)
"""Every kind of page; a file of the site is of one page only."""

EXTRAS: Final[tuple[Extra, ...]] = (
    single(app.MANIFEST, app.manifest),
    *lists.EXTRAS,
    single(edition.SHEET, lambda register: edition.sheet(edition.edition(register))),
    single(links.LOG_PARTS, log_data.parts),
    single(links.FEED, feeds.events),
    single(links.APPROVALS_FEED, feeds.asked),
    Extra("log-data", log_data.names, log_data.path, log_data.shard),
    Extra("cost-file", lambda register: spending.months(register, ""), links.cost_file, sheets.costs),
)
"""Every kind of file that is no page."""
