"""A budget that asks: the request holds the budget's file as it is to become, and what a person brings in lets the work go on."""

from pathlib import Path

from gitcp.core.budgets.asking import file_of
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.decide_approval import Answer, DecideApproval
from gitcp.model.guards import Approval, Budget
from tests.stories.company import Company, a_company, commit_all

BUDGET = """\
# riley may not be too keen
period: month   # by the calendar
limits: {usd: 1.5}
on_exceed: ask
"""
GROWN = """\
# riley may not be too keen
period: month   # by the calendar
limits: {usd: 1.5}
on_exceed: ask
extra:
  - at: 2026-11-16T08:00:00Z
    limits: {usd: 1.00}
    approval: AP-1
"""


def a_poor_company(folder: Path) -> Company:
    company = a_company(folder, files={"budgets/agent/riley.yaml": BUDGET})
    company.program("riley", 'client.cost("c", usd=1)\nclient.finish("done")\n')
    for number in range(3):
        company.does(CreateTask(project="CI", title=f"Task {number}", assignee="riley"))
    return company


def requests(company: Company) -> list[Approval]:
    with company.plane() as plane:
        return list(plane.snapshot().all(Approval))


def test_a_run_that_does_not_fit_waits_for_the_money_that_was_asked_for(tmp_path: Path) -> None:
    company = a_poor_company(tmp_path)

    for _ in range(4):
        last = company.tick()

    [asked] = requests(company)
    [file] = asked.change
    assert (file.path, file.text) == (file_of("agent/riley"), GROWN)
    assert asked.approvers == ("alex",)
    assert len(company.runs()) == 1
    [waiting] = last.plan.waiting
    assert waiting.reason == "budget agent/riley: 0.5 usd left, the run would reserve 1; asked: AP-1"
    assert [entry.subject for entry in company.log() if "budget" in entry.subject] == [
        "request approval AP-1: more for budget agent/riley"
    ]


def test_what_was_asked_for_lets_the_next_run_start(tmp_path: Path) -> None:
    company = a_poor_company(tmp_path)
    for _ in range(3):
        company.tick()

    [file] = requests(company)[0].change
    company.does(DecideApproval(approval="AP-1", verdict=Answer.APPROVE))
    (company.control / file.path).write_text(file.text or "")
    commit_all(company.control, "apply AP-1")
    company.tick()

    assert len(company.runs()) == 2
    with company.plane() as plane:
        budget = plane.snapshot().get(Budget, "agent/riley")
    assert budget is not None
    assert [(str(more.limits.usd), more.approval) for more in budget.extra] == [("1.00", "AP-1")]


def test_a_no_holds_until_the_next_month(tmp_path: Path) -> None:
    company = a_poor_company(tmp_path)
    for _ in range(3):
        company.tick()

    company.does(DecideApproval(approval="AP-1", verdict=Answer.REJECT, comment="Enough."))
    refused = company.tick()
    company.passes(days=15)

    assert [w.reason for w in refused.plan.waiting] == [
        "budget agent/riley: 0.5 usd left, the run would reserve 1; AP-1 was rejected"
    ]
    assert len(requests(company)) == 1
    assert len(company.tick().started) == 1
