"""Which pages there are, and which files beside them: the tables of their kinds."""

from typing import Final

from gitcp.dashboard import (
    app,
    clockwork,
    edition,
    feeds,
    links,
    lists,
    log_data,
    moment,
    org_pictures,
    sheets,
    social_picture,
    spending,
    work,
)
from gitcp.dashboard.kinds import Extra, Kind, Shown, one, single
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.surfaces.writing import surfaces
from gitcp.dashboard.views import (
    agent_runs,
    approval,
    approvals,
    budget,
    costs,
    log,
    members,
    money,
    org,
    overview,
    people,
    policies,
    problems,
)


def _approval(register: Register, name: str, prose: Prose) -> Shown | None:
    asked = register.approval(name)
    if asked is None:
        return None
    return Shown(f"{asked.id} {asked.title}", links.APPROVALS, approval.approval_view(register, asked, prose))


def _member(register: Register, name: str, prose: Prose) -> Shown | None:
    found = register.member(name)
    if found is None:
        return None
    view = members.member_view(register, found, prose)
    return Shown(found.name, links.ORG if view.is_agent else links.PEOPLE, view)


def _budget(register: Register, name: str, _: Prose) -> Shown | None:
    view = budget.budget_page(register, name)
    return None if view is None else Shown(f"Budget {view.budget.name}", links.BUDGETS, view)


def _agent_runs(register: Register, name: str, _: Prose) -> Shown | None:
    view = agent_runs.agent_runs(register, name)
    return None if view is None else Shown(view.title, links.ORG, view)


def _costs(register: Register, name: str, _: Prose) -> Shown | None:
    view = costs.month(register, name)
    return None if view is None else Shown(view.title, links.COSTS, view)


KINDS: Final[tuple[Kind, ...]] = (
    one(links.HOME, "overview.html", "Overview", overview.overview),
    one(links.ORG, "org.html", "Org chart", lambda register, _: org.chart(register)),
    *lists.KINDS,
    *work.KINDS,
    one(links.BUDGETS, "budgets.html", "Budgets", lambda register, _: money.budgets(register)),
    one(links.COSTS, "costs.html", "Costs", lambda register, _: costs.present(register)),
    *clockwork.KINDS,
    one(links.PEOPLE, "people.html", "People", people.people),
    one(links.APPROVALS, "approvals.html", "Approvals", approvals.approvals),
    one(links.POLICIES, "policies.html", "Policies", policies.policies),
    one(links.LOG, "log.html", "Audit log", log.newest),
    one(links.PROBLEMS, "problems.html", "Problems", problems.problems),
    one(
        links.EDITION,
        "edition.html",
        "About this edition",
        lambda register, _: edition.edition(register),
    ),
    one(links.OFFLINE, "offline.html", "No connection", lambda *_: None),
    Kind(
        "budget",
        "budget.html",
        lambda register: moment.budgets(register, ""),
        links.budget_page,
        _budget,
    ),
    Kind("cost", "costs.html", lambda register: spending.months(register, ""), links.cost_page, _costs),
    Kind(
        "approval",
        "approval.html",
        lambda register: register.approvals,
        links.approval_page,
        _approval,
    ),
    Kind("decided", "decided.html", approvals.names, approvals.path, approvals.past),
    Kind("log", "log.html", log.names, log.path, log.part),
    Kind("member", "member.html", lambda register: register.members, links.member_page, _member),
    Kind("agent-runs", "agent_runs.html", agent_runs.names, agent_runs.path, _agent_runs),
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
    *clockwork.EXTRAS,
    Extra("cost-file", lambda register: spending.months(register, ""), links.cost_file, sheets.costs),
    single(links.ORG_SVG, org_pictures.org_svg),
    single(links.ORG_PNG, org_pictures.org_png),
    single(links.SOCIAL, social_picture.social_png),
    *surfaces(KINDS),
)
"""Every kind of file that is no page."""
