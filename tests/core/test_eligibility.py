from decimal import Decimal

import pytest

from gitcp.core.actions import Observed
from gitcp.core.plan import plan
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.planning import ProjectStatus
from gitcp.model.problem import Problem
from tests.core.waking import planned, why_not
from tests.helpers import (
    NOW,
    a_budget,
    a_goal,
    a_problem,
    a_project,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_ended_run,
    at,
    later,
    snapshot_of,
)


@pytest.mark.parametrize(
    ("records", "problems", "reason"),
    [
        ([a_project(status=status)], [], "project CI is not active")
        for status in (ProjectStatus.PLANNED, ProjectStatus.PAUSED)
    ]
    + [
        ([an_agent(status="paused")], [], "agent riley is paused"),
        ([], [a_problem("agent", "riley")], "agent riley cannot be read"),
        ([], [a_problem("company", "gitcp")], "gitcp.yaml cannot be read: no new run starts"),
        ([], [Problem("policies/rules.yaml", 3, record=("policy", "rules"))], "policy rules cannot be read: no new run starts"),
        ([], [a_problem("project", "CI")], "project CI cannot be read"),
        ([], [a_problem("budget", "company")], "budget company cannot be read: nothing starts in its scope"),
        ([], [a_problem("budget", "agent/riley")], "budget agent/riley cannot be read: nothing starts in its scope"),
        ([], [a_problem("member", "clara")], "member clara cannot be read: the budgets above it are unknown"),
        ([a_project(goal="quality"), a_goal()], [a_problem("goal", "quality")], "goal quality cannot be read: the budgets above it are unknown"),
        ([a_project(repository="mill")], [], "repository mill is not in gitcp.yaml"),
        ([a_budget(usd=Decimal("0.5"))], [], "budget company: 0.5 usd left, the run would reserve 1"),
        ([an_ended_run("oscar", pending=True, claimed_at=later(-60))], [], "the result of run 20261123T080000Z-oscar has not reached CI-0001 yet"),
    ],
)  # fmt: skip
def test_a_plan_says_why_a_task_does_not_start(
    records: list[Record], problems: list[Problem], reason: str
) -> None:
    assert why_not(a_task(), *records, problems=problems) == [reason]


def test_without_a_company_nothing_starts() -> None:
    records = Records.of([an_agent(), a_project(), a_task()])
    told = plan(records, Observed(), NOW)

    assert [waiting.reason for waiting in told.waiting] == ["gitcp.yaml cannot be read: no new run starts"]


def test_a_project_that_does_not_exist_is_not_active() -> None:
    assert why_not(a_task("QA-0001")) == ["project QA is not active"]


def test_what_does_not_hold_one_agent_does_not_hold_another() -> None:
    told = planned(an_agent("oscar"), a_task("CI-0001"), a_task("CI-0002", assignee="oscar"), problems=[a_problem("budget", "agent/riley")])  # fmt: skip

    assert [claim.run.agent for claim in told.claims] == ["oscar"]


def test_a_broken_task_or_agent_does_not_hold_the_others() -> None:
    told = planned(a_task("CI-0001"), a_task("CI-0002"), problems=[a_problem("task", "CI-0001")])

    assert [claim.run.task for claim in told.claims] == ["CI-0002"]


def test_a_task_that_somebody_edits_waits() -> None:
    assert why_not(a_task(), observed=Observed(edited=frozenset({"CI-0001"}))) == [
        "the file of CI-0001 has uncommitted edits"
    ]


def test_a_runtime_that_is_not_here_waits() -> None:
    assert why_not(a_task(), observed=Observed(runtimes=frozenset({"codex"}))) == [
        "runtime process cannot be started from here"
    ]
    assert len(planned(a_task(), observed=Observed(runtimes=frozenset({"process"}))).claims) == 1


def test_claims_of_one_plan_share_a_budget() -> None:
    records = [
        a_budget(usd=Decimal("2.5")),
        an_agent(concurrency=9),
        *(a_task(f"CI-000{n}") for n in range(1, 5)),
    ]
    told = planned(*records)

    assert [claim.run.task for claim in told.claims] == ["CI-0001", "CI-0002"]
    assert {waiting.reason for waiting in told.waiting} == {
        "budget company: 0.5 usd left, the run would reserve 1"
    }
    assert {waiting.until for waiting in told.waiting} == {at("2026-12-01T00:00:00Z")}


def test_the_day_after_the_budget_has_room_again() -> None:
    spent = an_ended_run(task=None, charges=("company",))
    snapshot = snapshot_of(a_task(), a_budget(period="day", usd=1), spent)
    told = plan(snapshot, Observed(), NOW)
    assert told.claims == ()
    assert told.next_look == at("2026-11-24T00:00:00Z")

    assert len(plan(snapshot, Observed(), at("2026-11-24T00:00:00Z")).claims) == 1


def test_runs_without_a_task_are_in_nobodys_way_but_their_agents() -> None:
    busy = a_run("oscar", None)

    assert len(planned(busy, a_project(concurrency=1), a_task()).claims) == 1
    assert len(planned(a_run(task=None), an_agent(concurrency=2), a_wake()).claims) == 1
