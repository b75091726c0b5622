"""Budgets that ask: for what, whom, once, and only where money is all that a run lacks."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.actions import AskForBudget, Claim, Observed, Stalled
from gitcp.core.approvals import deciders
from gitcp.core.budgets import top_ups, use
from gitcp.core.budgets.asking import answerable
from gitcp.core.operations.request_top_up import topped_up
from gitcp.core.plan import plan
from gitcp.errors import ConflictError, NotAllowedError
from gitcp.model.amounts import BudgetLimits, Metric, Usage
from gitcp.model.base import Record
from gitcp.model.guards import Approval, Budget, Gate, Policy, TopUp, Verdict
from gitcp.model.memory import Records
from tests.helpers import (
    NOW,
    a_budget,
    a_company,
    a_goal,
    a_person,
    a_project,
    a_request,
    a_run,
    a_task,
    agent,
    an_agent,
    an_approval,
    an_ended_run,
    at,
    carry_out,
    edit_of,
    later,
    snapshot_of,
    ticked,
)


def asked(snapshot: Records, now: datetime = NOW) -> list[AskForBudget]:
    return [a for a in plan(snapshot, Observed(), now).actions if isinstance(a, AskForBudget)]


def reasons(snapshot: Records, now: datetime = NOW) -> list[str]:
    return [waiting.reason for waiting in plan(snapshot, Observed(), now).waiting]


def short_of_money(*records: Record, **fields: Any) -> Records:
    """riley has work, and less money than a run of it reserves."""
    values: dict[str, Any] = {"budget": "agent/riley", "on_exceed": "ask", "usd": Decimal("0.5")}
    budget = a_budget(**(values | fields))
    return snapshot_of(budget, a_task(), *records)


def approvals(snapshot: Records) -> list[Approval]:
    return list(snapshot.all(Approval))


def a_gate(**fields: Any) -> Policy:
    gate = {"operations": ("budget.*",), "verdict": Verdict.APPROVAL}
    return Policy(id="money", title="Money", gates=(Gate(**(gate | fields)),))


def test_a_budget_asks_for_enough_and_at_least_a_run_and_a_tenth_of_itself() -> None:
    spent = an_ended_run(charges=("agent/riley",))

    def usd(limit: Any) -> Decimal | None:
        [found] = asked(short_of_money(spent, usd=limit))
        return found.limits.usd

    assert usd(Decimal("0.5")) == 1
    assert usd(Decimal("0.1")) == Decimal("1.4")
    assert usd(Decimal("1.4")) == 1
    big = an_ended_run(charges=("agent/riley",), usage=Usage(usd=Decimal("99.9"), runs=1))
    [found] = asked(short_of_money(big, usd=100))
    assert found.limits.usd == 10


def test_it_asks_for_every_cap_that_the_run_does_not_fit_and_for_no_other() -> None:
    [found] = asked(short_of_money(usd=0, tokens=10, minutes=900, runs=0))

    assert found.limits == BudgetLimits(usd=Decimal(1), tokens=200_000, runs=1)
    assert (found.budget, found.agent, found.task) == ("agent/riley", "riley", "CI-0001")


def test_a_budget_that_stops_asks_nobody() -> None:
    assert asked(short_of_money(on_exceed="stop")) == []


def test_nobody_is_asked_for_money_that_would_not_let_the_run_start() -> None:
    stops = a_budget("company", usd=0)

    assert asked(short_of_money(stops)) == []
    assert asked(short_of_money(a_run("oscar", None), a_company(scheduler={"concurrency": 1}))) == []
    assert asked(short_of_money(a_task(blocked_by=("CI-0002",)), a_task("CI-0002", assignee=None))) == []
    assert asked(short_of_money(a_gate(verdict=Verdict.DENY))) == []


def test_nobody_is_asked_for_an_agent_without_work() -> None:
    snapshot = snapshot_of(a_budget("agent/riley", usd=0, on_exceed="ask"))

    assert asked(snapshot) == []


def test_all_budgets_that_a_run_lacks_ask_at_once() -> None:
    snapshot = short_of_money(a_budget("company", usd=0, on_exceed="ask"))

    after = ticked(snapshot)

    assert [approval.budget for approval in approvals(after)] == ["company", "agent/riley"]
    assert [approval.id for approval in approvals(after)] == ["AP-1", "AP-2"]


def test_a_request_says_what_for_whom_and_until_when() -> None:
    [approval] = approvals(ticked(short_of_money()))

    assert approval.title == "Add 1.00 USD to budget agent/riley for this month"
    assert approval.description == (
        "A run of riley for CI-0001 does not fit into what is left of budget agent/riley."
    )
    assert (approval.requested_by, approval.for_operation) == ("scheduler", "budget.edit")
    assert approval.expires == at("2026-12-01T00:00:00Z")
    assert [file.path for file in approval.change] == ["budgets/agent/riley.yaml"]


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("company", ()),
        ("agent/riley", ("clara",)),
        ("subtree/clara", ()),
        ("project/CI", ("bea",)),
        ("task/CI-0001", ("bea",)),
        ("goal/quality", ("bea",)),
    ],
)
def test_who_answers_for_what_a_budget_covers_is_asked(budget: str, expected: tuple[str, ...]) -> None:
    snapshot = snapshot_of(
        a_budget(budget, on_exceed="ask", usd=0),
        a_person("bea"),
        a_project(lead="bea", goal="quality"),
        a_goal("quality", owner="bea"),
        a_task(),
    )

    [approval] = approvals(ticked(snapshot))

    assert approval.approvers == expected
    assert deciders(snapshot, approval)


def test_a_gate_says_who_decides_and_each_gate_is_asked_for_itself() -> None:
    finance = a_person("bea", roles=("finance",))
    both = Policy(
        id="money",
        title="Money",
        gates=(
            Gate(
                operations=("budget.edit",), verdict=Verdict.APPROVAL, approvers=("finance",), expires_days=2
            ),
            Gate(operations=("*",), verdict=Verdict.APPROVAL, approvers=("clara", "bea"), quorum=2),
        ),
    )

    first, second = approvals(ticked(short_of_money(finance, both)))

    assert (first.approvers, first.quorum, first.expires) == (("finance",), 1, later(2 * 24 * 60))
    assert (second.approvers, second.quorum) == (("clara", "bea"), 2)
    assert first.change == second.change


def test_it_asks_once_and_says_what_it_waits_for() -> None:
    snapshot = ticked(short_of_money())

    assert asked(snapshot) == []
    assert reasons(snapshot) == [
        "budget agent/riley: 0.5 usd left, the run would reserve 1; asked: AP-1",
    ]
    assert approvals(ticked(snapshot)) == approvals(snapshot)


def test_what_nobody_may_grant_stalls_the_task_for_who_is_responsible() -> None:
    snapshot = ticked(short_of_money(a_gate(approvers=("ghost",))))

    [stalled] = plan(snapshot, Observed(), NOW).stalled

    assert approvals(snapshot)[0].approvers == ("ghost",)
    assert isinstance(stalled, Stalled)
    assert (stalled.task, stalled.member) == ("CI-0001", "clara")
    assert "asked: AP-1" in stalled.reason


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("rejected", "; AP-1 was rejected"),
        ("expired", "; nobody decided AP-1 in its time"),
        ("withdrawn", "; AP-1 was withdrawn"),
        ("approved", "; AP-1 is approved and not applied yet"),
    ],
)
def test_after_an_answer_it_does_not_ask_again_in_the_period(status: str, told: str) -> None:
    answered = an_approval(status=status, budget="agent/riley", requested_by="scheduler")
    snapshot = short_of_money(answered)

    assert asked(snapshot) == []
    assert reasons(snapshot)[0].endswith(told)
    assert asked(snapshot, at("2026-12-01T00:00:00Z")) != []


@pytest.mark.parametrize("status", ["applied", "void"])
def test_what_was_applied_or_void_is_no_reason_not_to_ask_again(status: str) -> None:
    answered = an_approval(status=status, budget="agent/riley", requested_by="scheduler")

    assert len(asked(short_of_money(answered))) == 1


@pytest.mark.parametrize("period", ["run", "total"])
def test_a_no_to_a_budget_without_periods_is_for_good(period: str) -> None:
    answered = an_approval(status="rejected", budget="agent/riley", requested_by="scheduler")

    assert asked(short_of_money(answered, period=period), later(60 * 24 * 400)) == []


def test_a_request_is_not_made_twice_nor_for_what_is_there_again() -> None:
    snapshot = short_of_money()
    [action] = asked(snapshot)
    after = carry_out(snapshot, a_request(action))
    budget = snapshot.get(Budget, "agent/riley")
    assert budget is not None
    raised = short_of_money(usd=10)

    assert edit_of(after, a_request(action, "AP-2")).changes == ()
    assert edit_of(raised, a_request(action)).changes == ()


def test_a_request_under_a_number_that_is_taken_is_refused() -> None:
    snapshot = short_of_money(an_approval("AP-1"))
    [action] = asked(snapshot)

    with pytest.raises(ConflictError):
        edit_of(snapshot, a_request(action, "AP-1"))


def test_an_agent_may_not_ask_in_the_schedulers_name() -> None:
    snapshot = short_of_money()
    [action] = asked(snapshot)

    with pytest.raises(NotAllowedError):
        edit_of(snapshot, a_request(action), agent())


def test_what_was_added_lets_the_run_start() -> None:
    snapshot = short_of_money()
    [action] = asked(snapshot)
    budget = snapshot.get(Budget, "agent/riley")
    assert budget is not None
    after = Records.of([*snapshot.by_key.values(), topped_up(budget, action.limits, NOW, "AP-1")])

    assert [a for a in plan(after, Observed(), NOW).actions if isinstance(a, Claim)]


@pytest.mark.parametrize(
    ("period", "expected"),
    [("day", 11), ("week", 13), ("month", 17), ("total", 25), ("run", 25)],
)
def test_what_was_added_counts_in_the_period_that_it_lies_in(period: str, expected: int) -> None:
    days = ("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "2026-11-01T00:00:00Z", "2026-10-31T23:59:59Z")
    extra = [
        TopUp(at=at(day), limits=BudgetLimits(usd=Decimal(2**number))) for number, day in enumerate(days)
    ]
    budget = a_budget(period=period, usd=10, extra=tuple(extra))

    [line] = use(snapshot_of(budget), budget, NOW).lines

    assert line.limit == expected
    assert line.extra == expected - 10
    assert sum((each.limits.usd or 0) for each in top_ups(snapshot_of(budget), budget, NOW)) == line.extra


def test_more_of_a_metric_without_a_cap_caps_nothing() -> None:
    budget = a_budget(usd=1, extra=(TopUp(at=NOW, limits=BudgetLimits(runs=1)),))

    assert [line.metric for line in use(snapshot_of(budget), budget, NOW).lines] == [Metric.USD]


def test_who_has_to_be_asked_is_found_also_where_the_target_is_gone() -> None:
    for budget in ("agent/ghost", "project/NO", "goal/none", "task/NO-1"):
        assert answerable(snapshot_of(), a_budget(budget, usd=1)) is None


def test_who_has_to_be_asked_for_an_agent_is_found_under_its_former_name() -> None:
    snapshot = snapshot_of(a_person("bea"), an_agent("riley", previously=("rick",), reports_to="bea"))

    assert answerable(snapshot, a_budget("agent/rick", usd=1)) == "bea"
