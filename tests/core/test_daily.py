"""How often an agent may run in a day of its company."""

from typing import Any

import pytest
from hypothesis import given, settings

from gitcp.core.actions import Observed
from gitcp.core.budgets import company_zone, period_start
from gitcp.core.daily import is_wake
from gitcp.core.operations.registry import ClaimRun
from gitcp.core.plan import plan
from gitcp.errors import ConflictError
from gitcp.model.base import Record
from gitcp.model.guards import Period
from gitcp.model.memory import Records
from tests.core.companies import World, worlds
from tests.core.waking import claims_of, why_not
from tests.helpers import (
    NOW,
    a_cause,
    a_company,
    a_heartbeat,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_ended_run,
    at,
    carry_out,
    later,
    snapshot_of,
)

MENTION = an_ended_run("riley", None, claimed_at=later(-120), answers=(a_cause("mention"),))
BEAT = an_ended_run("riley", None, claimed_at=later(-60), answers=(a_cause("heartbeat"), a_cause("mention")))
ASKED = an_ended_run("riley", None, claimed_at=later(-30), answers=(a_cause("manual"),))


def _limited(records: list[Record], company: dict[str, int], agent: dict[str, int]) -> list[Record]:
    return [a_company(scheduler={"daily": company}), an_agent(daily=agent), a_task(), *records]


@pytest.mark.parametrize(
    ("company", "agent", "reason"),
    [
        ({"runs": 3}, {}, "riley had 3 of 3 runs today"),
        ({}, {"runs": 2}, "riley had 3 of 2 runs today"),
        ({"runs": 9}, {"runs": 3}, "riley had 3 of 3 runs today"),
        ({"wakes": 1}, {}, "riley had 1 of 1 wakes today"),
        ({"wakes": 4}, {"wakes": 1}, "riley had 1 of 1 wakes today"),
    ],
)
def test_an_agent_that_had_its_runs_or_wakes_of_today_waits_for_tomorrow(
    company: dict[str, int], agent: dict[str, int], reason: str
) -> None:
    records = _limited([MENTION, BEAT, ASKED], company, agent)

    assert why_not(*records) == [reason]
    (waiting,) = plan(snapshot_of(*records), Observed(), NOW).waiting
    assert waiting.until == at("2026-11-24T00:00:00Z")
    assert len(claims_of(snapshot_of(*records), at("2026-11-24T00:00:00Z"))) == 1


@pytest.mark.parametrize(("company", "agent"), [({"runs": 4, "wakes": 2}, {}), ({}, {"runs": 4, "wakes": 2})])
def test_an_agent_that_has_some_left_runs(company: dict[str, int], agent: dict[str, int]) -> None:
    assert len(claims_of(snapshot_of(*_limited([MENTION, BEAT, ASKED], company, agent)))) == 1


@pytest.mark.parametrize(
    "record", [a_wake(task="CI-0001"), an_agent(heartbeat=a_heartbeat(), daily={"wakes": 1})]
)
def test_what_the_clock_or_a_hand_starts_is_no_wake(record: Any) -> None:
    snapshot = snapshot_of(*_limited([MENTION], {"wakes": 1}, {}), record)

    assert len(claims_of(snapshot)) == 1


def test_a_day_is_one_of_the_companys_zone() -> None:
    madrid = a_company(timezone="Europe/Madrid", scheduler={"daily": {"runs": 1}})
    before = a_run(task=None, claimed_at=at("2026-11-22T22:59:00Z"), status="ended", outcome="succeeded")
    after = before.evolve(id="20261122T230000Z-riley", claimed_at=at("2026-11-22T23:00:00Z"))

    assert len(claims_of(snapshot_of(madrid, a_task(), before))) == 1
    assert claims_of(snapshot_of(madrid, a_task(), after)) == []


def test_what_starts_together_counts_together_and_other_agents_do_not() -> None:
    company = a_company(scheduler={"daily": {"runs": 1}})
    riley = an_agent(concurrency=3)
    tasks = [a_task(), a_task("CI-0002"), a_task("CI-0003", assignee="oscar")]

    assert sorted(
        claim[0] for claim in claims_of(snapshot_of(company, riley, an_agent("oscar"), *tasks))
    ) == [
        "oscar",
        "riley",
    ]


def test_a_claim_looks_again() -> None:
    snapshot = snapshot_of(a_company(scheduler={"daily": {"runs": 1}}), a_task())
    (claim,) = plan(snapshot, Observed(), NOW).claims
    meanwhile = Records.of([*snapshot.by_key.values(), ASKED])

    with pytest.raises(ConflictError, match="riley had 1 of 1 runs today"):
        carry_out(meanwhile, ClaimRun(run=claim.run))


def test_a_retry_of_a_wake_is_a_wake() -> None:
    assert is_wake(an_ended_run(answers=(a_cause("retry"), a_cause("mention"))))
    assert not is_wake(an_ended_run(answers=(a_cause("retry"), a_cause("heartbeat"))))


@pytest.mark.parametrize("reason", ["manual", "routine"])
def test_what_an_agent_asked_for_is_a_wake_whatever_it_is_called(reason: str) -> None:
    by_an_agent = an_ended_run("riley", None, claimed_at=later(-30), answers=(a_cause(reason),), hops=1)

    assert is_wake(by_an_agent)
    assert not is_wake(by_an_agent.evolve(hops=0))
    assert why_not(*_limited([by_an_agent], {"wakes": 1}, {})) == ["riley had 1 of 1 wakes today"]


def test_a_wake_that_an_agent_asks_for_waits_when_there_were_enough() -> None:
    world = [*_limited([an_agent("oscar"), MENTION], {"wakes": 1}, {}), a_task(status="done")]

    assert why_not(*world, a_wake(by="oscar")) == ["riley had 1 of 1 wakes today"]
    assert len(claims_of(snapshot_of(*world, a_wake()))) == 1


def test_no_more_runs_of_a_runtime_at_once_than_the_company_lets() -> None:
    company = a_company(scheduler={"runtimes": {"process": 1, "codex": 9}})
    other = a_run("oscar", None, claimed_at=later(-1))
    tasks = [a_task(), a_task("CI-0002", assignee="oscar")]

    assert why_not(company, a_task(), other) == ["runtime process has 1 of 1 runs"]
    assert why_not(company, a_task(), other.evolve(runtime="codex"), a_run("hugo", None)) == [
        "runtime process has 1 of 1 runs"
    ]
    assert len(claims_of(snapshot_of(company, an_agent("oscar"), *tasks))) == 1
    assert len(claims_of(snapshot_of(company, a_task(), other.evolve(runtime="codex")))) == 1


@settings(max_examples=40)
@given(worlds(steps=10))
def test_no_agent_is_started_more_often_than_its_day_lets(world: World) -> None:
    told = plan(world.snapshot, world.observed, world.now)
    company = world.snapshot.company
    assert company is not None
    midnight = period_start(Period.DAY, world.now, company_zone(company))

    for claim in told.claims:
        mine = [other.run for other in told.claims if other.run.agent == claim.run.agent]
        today = [*world.snapshot.runs(agent=claim.run.agent, claimed_from=midnight), *mine]
        assert len(today) <= (company.scheduler.daily.runs or len(today))
        wakes = sum(map(is_wake, today))
        assert not is_wake(claim.run) or wakes <= (company.scheduler.daily.wakes or wakes)
    if told.claims and company.scheduler.runtimes:
        assert len([*world.snapshot.runs(active=True), *told.claims]) == 1
