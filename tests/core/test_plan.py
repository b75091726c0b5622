from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.operations.registry import FinishTask
from gitcp.core.plan import plan
from gitcp.errors import ConflictError
from gitcp.model.amounts import Amounts, RunLimits
from gitcp.model.base import Record
from gitcp.model.memory import Records
from tests.core.waking import planned, why_not
from tests.helpers import (
    NOW,
    a_budget,
    a_comment,
    a_company,
    a_heartbeat,
    a_project,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
    at,
    carry_out,
    later,
    operation_of,
    person,
    snapshot_of,
)


def test_a_claim_says_all_that_the_run_will_be() -> None:
    agent = an_agent(limits=RunLimits(usd=Decimal(2), tokens=400_000, minutes=Decimal(40), turns=40))
    budgets = [a_budget(), a_budget("agent/riley"), a_budget("agent/oscar"), a_budget("project/CI")]
    (claim,) = planned(agent, a_task(), *budgets).claims
    run = claim.run

    assert (run.id, run.agent, run.task, run.attempt) == ("20261123T090000Z-riley", "riley", "CI-0001", 1)
    assert (run.runtime, run.repository, run.claimed_by) == ("process", "factory", "machine")
    assert run.limits.turns == 40
    assert run.reserved == Amounts(
        usd=Decimal(2), usd_imputed=Decimal(1), tokens=400_000, runs=1, minutes=Decimal(40)
    )
    assert run.charges == ("company", "agent/riley", "project/CI")
    assert (run.claimed_at, run.deadline) == (NOW, later(45))
    assert claim.reason == "assignment"


def test_a_run_without_a_task_works_in_the_agents_own_repository() -> None:
    agent = an_agent(repository="factory")

    assert [claim.run.repository for claim in planned(agent, a_wake()).claims] == ["factory"]
    assert [claim.run.repository for claim in planned(a_wake()).claims] == [None]


def test_the_deadline_allows_the_companys_grace() -> None:
    company = a_company(scheduler={"grace_minutes": 10})

    assert [claim.run.deadline for claim in planned(company, a_task()).claims] == [later(40)]


def test_runs_of_one_agent_within_a_second_have_names_of_their_own() -> None:
    agent = an_agent(concurrency=3)
    before = an_ended_run(task=None)
    claims = planned(agent, a_task("CI-0001"), a_task("CI-0002"), before).claims

    assert [claim.run.id for claim in claims] == ["20261123T090000Z-riley.2", "20261123T090000Z-riley.3"]


def test_a_claim_is_dated_to_the_second() -> None:
    (claim,) = plan(snapshot_of(a_task()), Observed(), at("2026-11-23T09:00:00.750Z")).claims

    assert claim.run.claimed_at == NOW


def test_prompts_are_joined_and_cut_where_a_record_ends() -> None:
    wakes = [a_wake(request="1", prompt="one"), a_wake(request="2", prompt="two"), a_wake(request="3")]
    (claim,) = planned(*wakes).claims
    assert claim.run.prompt == "one\n\ntwo"

    long = [a_wake(request="1", prompt="x" * 150_000), a_wake(request="2", prompt="y" * 150_000)]
    (claim,) = planned(*long).claims
    assert len(claim.run.prompt or "") == 200_000


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([a_wake(task="CI-0001"), a_comment("@riley")], "manual"),
        ([a_comment("@riley")], "mention"),
        ([an_approval(status="approved", task="CI-0001")], "approval"),
        ([an_agent(heartbeat=a_heartbeat())], "heartbeat"),
        ([an_ended_run(outcome="failed", claimed_at=later(-60))], "retry"),
        ([an_ended_run(declared="continue", claimed_at=later(-60))], "continue"),
        ([], "assignment"),
    ],
)
def test_a_run_is_known_by_the_first_of_its_reasons(records: list[Record], expected: str) -> None:
    assert [claim.reason for claim in planned(a_task(), *records).claims] == [expected]


def test_the_plan_fills_places_in_inbox_order() -> None:
    tasks = [
        a_task("CI-0001", priority="low"),
        a_task("CI-0002"),
        a_task("CI-0003", created=later(-5000)),
        a_task("CI-0004", due=later(60)),
        a_task("CI-0005", priority="critical"),
        a_task("CI-0006", priority="low", status="in_progress"),
    ]
    claims = planned(a_company(scheduler={"concurrency": 9}), an_agent(concurrency=9), *tasks).claims

    assert [claim.run.task for claim in claims] == [f"CI-000{n}" for n in (6, 5, 4, 3, 2, 1)]


def test_what_somebody_asked_for_by_hand_comes_before_all_tasks() -> None:
    company = a_company(scheduler={"concurrency": 1})
    records = [an_agent("oscar"), a_task("CI-0001", priority="critical"), a_wake("oscar")]

    assert [claim.run.agent for claim in planned(company, *records).claims] == ["oscar"]


def test_an_agent_runs_as_often_at_once_as_it_may() -> None:
    tasks = [a_task("CI-0001"), a_task("CI-0002"), a_task("CI-0003")]
    told = planned(an_agent(concurrency=2), *tasks)

    assert [claim.run.task for claim in told.claims] == ["CI-0001", "CI-0002"]
    assert [(w.task, w.reason) for w in told.waiting] == [("CI-0003", "riley has 2 of 2 runs")]


def test_the_company_runs_as_often_at_once_as_it_may() -> None:
    records = [
        a_company(scheduler={"concurrency": 1}),
        an_agent("oscar"),
        a_task("CI-0001", assignee="oscar", priority="high"),
        a_task("CI-0002"),
    ]
    told = planned(*records)

    assert [claim.run.agent for claim in told.claims] == ["oscar"]
    assert [(w.agent, w.reason) for w in told.waiting] == [("riley", "the company has 1 of 1 runs")]


def test_a_project_runs_as_often_at_once_as_it_may() -> None:
    records = [
        an_agent("oscar"),
        a_project("CI", concurrency=1),
        a_project("QA"),
        a_task("CI-0001", assignee="oscar"),
        a_task("CI-0002"),
        a_run("hugo", "QA-0009"),
    ]

    told = planned(*records)

    assert [claim.run.agent for claim in told.claims] == ["oscar"]
    assert [(w.agent, w.reason) for w in told.waiting] == [("riley", "project CI has 1 of 1 runs")]


def test_live_runs_take_places() -> None:
    assert why_not(a_run(task=None), a_task()) == ["riley has 1 of 1 runs"]
    assert why_not(a_company(scheduler={"concurrency": 1}), a_run("oscar", None), a_task()) == [
        "the company has 1 of 1 runs"
    ]


def test_a_task_has_one_live_run_and_what_is_new_waits_for_its_end() -> None:
    told = planned(an_agent(concurrency=2), a_task(), a_run("oscar"), a_comment("@riley"))

    assert told.claims == ()
    assert [(w.reason, w.until) for w in told.waiting] == [
        ("run 20261123T090000Z-oscar works on CI-0001", later(35))
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], None),
        ([a_run(deadline=later(35))], later(35)),
        ([an_agent(heartbeat=a_heartbeat("0 10 * * *"))], later(60)),
        ([an_agent(heartbeat=a_heartbeat("0 10 * * *")), a_run(deadline=later(35))], later(35)),
        ([a_run(deadline=later(-35))], None),
        ([a_task(), a_budget(period="day", usd=0)], at("2026-11-24T00:00:00Z")),
    ],
)
def test_a_plan_says_when_to_look_again(records: list[Record], expected: Any) -> None:
    assert planned(*records).next_look == expected


def test_a_claim_that_came_too_late_is_refused() -> None:
    snapshot = snapshot_of(a_task(), a_budget(usd=1), an_agent("oscar"), a_task("CI-0002", assignee="oscar"))
    (claim,) = plan(snapshot, Observed(), NOW).claims
    operation = operation_of(claim)
    assert operation is not None

    other = Records.of([*snapshot.by_key.values(), a_run("oscar", "CI-0002", charges=("company",))])
    with pytest.raises(ConflictError, match="budget company: 0 usd left"):
        carry_out(other, operation)
    with pytest.raises(ConflictError, match="is done and not for riley"):
        carry_out(carry_out(snapshot, FinishTask(task="CI-0001"), person()), operation)
    claimed = carry_out(snapshot, operation)
    with pytest.raises(ConflictError, match="exists already"):
        carry_out(claimed, operation)
    assert plan(claimed, Observed(), NOW).claims == ()
