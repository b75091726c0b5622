from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.costs import UNLIMITED, cost, cost_of_run
from gitcp.model.amounts import Amounts, BudgetLimits, RunLimits
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import TopUp
from gitcp.model.memory import Records
from gitcp.model.runtimes import Billing, ClaudeCodeRuntime
from tests.helpers import NOW, a_budget, a_company, a_run, a_wake, an_agent, later

KNOWN = Records.of([a_company(), an_agent("hugo", limits=RunLimits(usd=Decimal(7)))])


def _cost(operation: str, before: Record | None, after: Record | None) -> Decimal | None:
    record = after or before
    assert record is not None
    return cost(operation, RecordChange("a/file.yaml", record.kind, record.id, before, after, KNOWN))


def _agent(usd: Any = None, **fields: Any) -> Record:
    return an_agent(limits=RunLimits(usd=usd), **fields)


def test_an_agent_costs_what_a_run_of_it_may_cost() -> None:
    assert _cost("agent.hire", None, _agent("2.50")) == Decimal("2.50")
    assert _cost("agent.hire", None, an_agent()) == 1  # the default
    assert _cost("agent.resume", _agent(3), _agent(3)) == 3
    assert _cost("wake.request", None, a_wake("hugo")) == 7
    assert _cost("wake.request", None, a_wake("nobody")) is None


def test_an_agent_whose_runs_nobody_bills_costs_nothing() -> None:
    runtime = ClaudeCodeRuntime(type="claude-code", billing=Billing.SUBSCRIPTION)

    assert _cost("agent.hire", None, _agent(5, runtime=runtime)) is None


def test_an_agent_that_is_edited_costs_something_if_it_may_spend_more() -> None:
    assert _cost("agent.edit", _agent(2), _agent(3)) == 3
    assert _cost("agent.edit", _agent(3), _agent(2)) is None
    assert _cost("agent.edit", _agent(3), _agent(3, title="Scout")) is None
    assert _cost("agent.edit", _agent(3), None) is None  # nothing can be read


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, a_budget(usd=40), 40),
        (None, a_budget(tokens=40), None),
        # In small steps one gets no further.
        (a_budget(usd=95), a_budget(usd=105), 105),
        (a_budget(usd=105), a_budget(usd=95), None),
        (a_budget(usd=40, runs=1), a_budget(usd=40, runs=2), None),
        (a_budget(usd=40), a_budget(tokens=1), UNLIMITED),
        (a_budget(usd=40), None, UNLIMITED),
        (a_budget(tokens=1), None, None),
        (a_budget(tokens=1), a_budget(usd=40), 40),
        (a_budget(period="month", usd=40), a_budget(period="day", usd=40), 40),
        (a_budget(period="month", usd=40), a_budget(period="day", usd=2), 2),
        (a_budget(period="day", usd=40), a_budget(period="month", usd=40), None),
        (a_budget(usd=40, backfill=True), a_budget(usd=40), 40),
        (a_budget(usd=40), a_budget(usd=40, backfill=True), None),
        (
            a_budget(usd=40),
            a_budget(usd=40, extra=(TopUp(at=NOW, limits=BudgetLimits(usd=Decimal(30))),)),
            70,
        ),
    ],
)
def test_a_budget_costs_what_may_be_spent_if_that_is_more_than_before(
    before: Any, after: Any, expected: Any
) -> None:
    operation = "budget.create" if before is None else "budget.edit" if after else "budget.remove"

    assert _cost(operation, before, after) == expected


def test_what_was_added_for_another_period_costs_something_if_it_is_moved_into_this_one() -> None:
    past, now = (TopUp(at=at, limits=BudgetLimits(usd=Decimal(30))) for at in (later(-60 * 24 * 40), NOW))
    more = TopUp(at=NOW, limits=BudgetLimits(runs=5))
    before = a_budget(usd=40, extra=(past,))

    assert _cost("budget.edit", before, a_budget(usd=40, extra=(now,))) == 70
    assert (
        _cost("budget.edit", a_budget(usd=40, extra=(past, now)), a_budget(usd=40, extra=(now, now))) == 100
    )
    assert _cost("budget.edit", before, a_budget(usd=40, extra=(past, more))) is None


def test_the_company_s_limits_count_when_they_rise() -> None:
    def company(usd: Any) -> Record:
        return a_company(limits=RunLimits(usd=usd))

    assert _cost("company.edit", company(2), company(3)) == 3
    assert _cost("company.edit", company(3), company(2)) is None
    assert _cost("company.edit", company(3), company(None)) == UNLIMITED
    assert _cost("company.edit", company(3), a_company(limits=RunLimits(usd=3), name="Other")) is None


def test_a_run_costs_what_it_reserves_and_a_title_nothing() -> None:
    assert cost_of_run(a_run(reserved=Amounts(usd=Decimal(2)))) == 2
    assert cost_of_run(a_run(reserved=Amounts())) is None
    assert _cost("task.edit", None, an_agent()) is None
