from dataclasses import replace
from decimal import Decimal

import pytest

from gitcp.dashboard import BudgetRow, BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.overview import HELD, LATELY, RUNNING, Figure, Overview, overview
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.guards import Budget, Period
from gitcp.model.memory import Records
from gitcp.model.problem import Problem
from gitcp.model.tasks import Paused
from tests.dashboard.company import (
    COMPANY,
    NOW,
    a_bare_site,
    a_person,
    a_run,
    a_site,
    a_task,
    ago,
    an_ended_run,
)


def shown(site: SiteInput) -> Overview:
    register = Register(site)
    return overview(register, Prose(register.find, ""))


def figures(site: SiteInput) -> dict[str, Figure]:
    return {figure.label: figure for figure in shown(site).figures}


@pytest.mark.parametrize(
    ("site", "headline"),
    [
        (a_site(), "Two runs are under way. Five things wait for a person."),
        (a_bare_site(), "Nobody works here yet."),
        (
            a_bare_site(COMPANY.evolve(paused=Paused(by="ada", at=NOW)), a_person()),
            "The company is paused. All is quiet.",
        ),
        (a_bare_site(a_person()), "All is quiet."),
        (a_bare_site(a_run("riley", NOW)), "One run is under way."),
        (a_bare_site(a_person(), inbox={"ada": (InboxItem(None, "x"),)}), "One thing waits for a person."),
        (
            a_bare_site(a_person(), inbox={"ada": (InboxItem(None, "x"),) * 1_300}),
            "1,300 things wait for a person.",
        ),
    ],
)
def test_the_headline_says_what_matters(site: SiteInput, headline: str) -> None:
    assert shown(site).headline == headline


def test_broken_files_are_told_first() -> None:
    def alert(site: SiteInput) -> str | None:
        found = shown(site).alert
        return found.text if found else None

    errors = [Problem(path="a"), Problem(path="b")]

    assert alert(a_bare_site(COMPANY)) is None
    assert alert(a_site()) == "1 file is broken, and its record is out of play until somebody mends it."
    assert alert(replace(a_site(), snapshot=Records.of([COMPANY], problems=errors))) == (
        "2 errors in files, and their records are out of play until somebody mends it."
    )
    assert alert(a_bare_site()) == "gitcp.yaml is missing or broken: no new run starts until it is mended."


def test_running_runs_show_the_money_that_they_hold() -> None:
    assert [(running.line.agent.text, running.holds) for running in shown(a_site()).running] == [
        ("Riley", "up to $2.00"),
        ("Mira", "up to $2.00"),
    ]
    assert figures(a_site())["Running"].detail == "of 4 places"
    assert figures(a_bare_site())["Running"].detail == "no places"


def test_today_and_this_month_begin_at_the_company_s_midnight() -> None:
    runs = [
        an_ended_run("riley", ago(hours=10), 3, "1"),  # 00:30 today in Madrid
        an_ended_run("riley", ago(hours=11), 3, "2"),  # 23:30 yesterday
        an_ended_run("riley", ago(days=21, hours=10), 3, "4"),  # 00:30 on the first
        an_ended_run("riley", ago(days=21, hours=11), 3, "8"),  # the month before
        a_run("iris", ago(minutes=1)),
    ]
    found = figures(a_bare_site(COMPANY, *runs))

    assert (found["Today"].value, found["Today"].detail) == ("$1.00", "and $2.00 reserved")
    assert (found["November 2026"].value, found["November 2026"].detail) == (
        "$7.00",
        "no cap for the company",
    )


@pytest.mark.parametrize(
    ("period", "value", "detail", "tone"),
    [
        (Period.MONTH, "$9.00", "of $10.00 this month", "warn"),
        (Period.TOTAL, "$0.00", "of $10.00 in total", "warn"),
        (Period.DAY, "$0.00", "of $10.00 a day", "warn"),
    ],
)
def test_the_month_is_held_against_the_company_s_budget(
    period: Period, value: str, detail: str, tone: str
) -> None:
    budget = Budget(id="company", period=period, limits=BudgetLimits())
    use = BudgetUse(budget, NOW, (BudgetRow(Metric.USD, Decimal(10), Decimal(9), Decimal(0)),))

    found = figures(a_bare_site(budgets=(use,)))["November 2026"]

    assert (found.value, found.detail, found.tone) == (value, detail, tone)


def test_a_company_budget_without_money_is_no_cap_of_money() -> None:
    use = BudgetUse(Budget(id="company", period=Period.MONTH, limits=BudgetLimits()), NOW, ())

    assert figures(a_bare_site(budgets=(use,)))["November 2026"].detail == "no cap for the company"


def test_a_calm_budget_has_no_colour() -> None:
    assert figures(a_site())["November 2026"].tone == "plain"


def test_many_reasons_that_hold_agents_back_are_cut() -> None:
    waiting = tuple(WaitingItem("riley", None, f"reason {number}") for number in range(HELD + 2))
    found = shown(a_bare_site(waiting=waiting))

    assert len(found.held) == HELD
    assert found.more_held == "2 more, each on the page of its task or agent."
    assert shown(a_site()).more_held is None


def test_many_runs_are_cut() -> None:
    runs = [a_run(f"r{number}", ago(minutes=number)) for number in range(RUNNING + 2)]
    found = shown(a_bare_site(COMPANY, *runs))

    assert len(found.running) == RUNNING
    assert found.more_running is not None
    assert (found.more_running.text, found.more_running.href) == ("2 more", "runs.html")
    assert shown(a_site()).more_running is None


def test_problems_are_told_in_short_errors_first() -> None:
    found = shown(a_site())

    assert [(trouble.place, trouble.tone) for trouble in found.problems] == [
        ("org/rook.yaml", "bad"),
        ("tasks/CI/CI-0031.yaml", "warn"),
    ]
    assert found.more_problems == "1 error, 1 warning"
    assert (shown(a_bare_site()).problems, shown(a_bare_site()).more_problems) == ((), None)


def test_a_company_that_worked_is_not_told_how_to_begin() -> None:
    assert shown(a_site()).steps == ()
    assert shown(a_bare_site()).steps != ()


def test_only_the_latest_commits_are_shown() -> None:
    assert sum(len(day.events) for day in shown(a_site()).days) == LATELY


def test_open_and_closed_tasks_are_counted() -> None:
    found = figures(a_bare_site(a_task("CI-0001"), a_task("CI-0002").evolve(status="done")))

    assert (found["Open tasks"].value, found["Open tasks"].detail) == ("1", "1 closed")
