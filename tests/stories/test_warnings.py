"""A budget that is nearly used up is told of once, by whoever ticks."""

from pathlib import Path

from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.raise_budget import RaiseBudget
from gitcp.model.amounts import BudgetLimits
from tests.stories.company import Company, a_company

BUDGET = "period: month\nlimits: {runs: 4}\nwarn_at: [0.5]\n"
HALF = "budget company: 50% of its runs used or reserved (warns at 50%)"
GONE = "budget company: no runs left (100% of its limit)"


def told(company: Company) -> list[str]:
    return [note for note in company.tick().notes if note.startswith("budget")]


def test_a_threshold_is_told_of_once_in_a_period(tmp_path: Path) -> None:
    company = a_company(tmp_path, files={"budgets/company.yaml": BUDGET})
    for number in range(5):
        company.does(CreateTask(project="CI", title=f"Task {number}", assignee="riley"))

    assert [told(company) for _ in range(5)] == [[], [HALF], [], [GONE], []]
    company.passes(days=15)
    company.does(CreateTask(project="CI", title="Another", assignee="riley"))
    company.tick()
    assert told(company) == [HALF]


def test_what_was_told_of_before_a_budget_grew_is_not_told_of_again(tmp_path: Path) -> None:
    company = a_company(tmp_path, files={"budgets/company.yaml": BUDGET})
    for number in range(4):
        company.does(CreateTask(project="CI", title=f"Task {number}", assignee="riley"))

    first = [told(company) for _ in range(2)]
    company.does(RaiseBudget(budget="company", limits=BudgetLimits(runs=1)))

    assert [*first, told(company), told(company)] == [[], [HALF], [], []]
