from gitcp.dashboard.register import Register
from gitcp.dashboard.views.beginning import steps
from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Record
from gitcp.model.guards import Budget, Period
from gitcp.model.planning import Project
from tests.dashboard.company import COMPANY, NOW, a_bare_site, a_person, a_run, a_task, an_agent


def undone(*records: Record) -> list[str]:
    return [step.command for step in steps(Register(a_bare_site(*records))) if not step.is_done]


def test_in_an_empty_repository_everything_is_still_to_do() -> None:
    found = undone()

    assert found[0] == "gitcp init ."
    assert found[-1] == "gitcp scheduler"
    assert len(found) == 7


def test_what_is_there_is_done_and_the_next_commands_name_it() -> None:
    project = Project(id="WEB", name="Web", repository="press")

    assert undone(COMPANY, a_person(), an_agent("mira"), project) == [
        "gitcp budget new company --period month --usd 100",
        'gitcp task new --project WEB --title "Say hello" --assignee mira',
        "gitcp scheduler",
    ]
    assert 'gitcp project new CI --name "First steps" --repository guides' in undone(COMPANY)


def test_only_the_first_run_is_missing_when_all_is_there_and_then_nothing() -> None:
    budget = Budget(id="company", period=Period.MONTH, limits=BudgetLimits())
    project = Project(id="CI", name="Checks", repository="guides")
    company = [COMPANY, a_person(), an_agent(), project, budget, a_task()]

    assert [step.command for step in steps(Register(a_bare_site(*company)))] == ["gitcp scheduler"]
    assert steps(Register(a_bare_site(*company, a_run("riley", NOW)))) == ()


def test_a_company_whose_file_is_broken_is_not_to_be_founded_again() -> None:
    assert undone(a_person(), an_agent()) == []
