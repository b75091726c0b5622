"""What a tick carries out: what the whole plan starts, and a look at no more than that takes."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from gitcp.core.actions import Observed, Plan, Stalled, Waiting
from gitcp.core.causes import Candidate
from gitcp.core.plan import groups as finding
from gitcp.core.plan import plan, to_do
from gitcp.model.base import Record
from gitcp.model.members import Heartbeat, WakeReason
from gitcp.model.memory import Records
from gitcp.model.runs import Cause
from tests.core.companies import World, worlds
from tests.helpers import (
    NOW,
    a_budget,
    a_comment,
    a_company,
    a_heartbeat,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_ended_run,
    at,
    later,
    snapshot_of,
)


def tick_of(*records: Record) -> Plan:
    return to_do(snapshot_of(*records), Observed(), NOW)


@settings(max_examples=40)
@given(worlds())
def test_a_tick_does_what_the_plan_says(world: World) -> None:
    part = to_do(world.snapshot, world.observed, world.now)
    whole = plan(world.snapshot, world.observed, world.now)

    said = (Waiting, Stalled)
    assert [a for a in part.actions if not isinstance(a, said)] == [
        a for a in whole.actions if not isinstance(a, said)
    ]


@settings(max_examples=40)
@given(worlds())
def test_a_tick_with_nothing_to_do_has_nothing_to_do_until_its_next_look(world: World) -> None:
    told = to_do(world.snapshot, world.observed, world.now)
    look = told.next_look or later(60 * 24 * 400, world.now)

    assert told.next_look is None or told.next_look > world.now
    for part in (0.01, 0.5, 0.999):
        moment = world.now + (look - world.now) * part
        assert not told.is_idle or to_do(world.snapshot, world.observed, moment).is_idle


@pytest.mark.parametrize(
    ("records", "reasons", "next_look"),
    [
        ([a_company(scheduler={"concurrency": 1}), a_run("oscar", "CI-0009")], [], later(35)),
        ([an_agent(status="paused")], [], None),
        ([a_run(task="CI-0009")], [], later(35)),
        (
            [a_budget(period="day", usd=Decimal("0.5"))],
            ["budget company: 0.5 usd left, the run would reserve 1"],
            at("2026-11-24T00:00:00Z"),
        ),
        ([a_budget(period="run", usd=0)], ["budget company: 0 usd left, the run would reserve 1"], None),
    ],
)
def test_what_cannot_start_is_not_looked_at(
    records: list[Record], reasons: list[str], next_look: Any
) -> None:
    told = tick_of(a_task(), a_task("CI-0002"), *records)

    assert (told.claims, [waiting.reason for waiting in told.waiting]) == ((), reasons)
    assert told.next_look == next_look


def test_a_budget_that_the_first_run_empties_holds_all_others() -> None:
    agents = [an_agent(name) for name in ("hugo", "oscar", "riley")]
    tasks = [a_task(f"CI-000{n}", assignee=agent.id) for n, agent in enumerate(agents, 1)]
    told = tick_of(*agents, *tasks, a_budget(usd=1))

    assert [claim.run.agent for claim in told.claims] == ["hugo"]
    assert [waiting.agent for waiting in told.waiting] == ["oscar", "riley"]


def test_a_run_that_reserves_nothing_is_not_held_by_an_overspent_budget() -> None:
    free = an_agent(limits={"usd": 0})
    spent = an_ended_run(task="CI-0009", charges=("company",), usage={"usd": 5}, claimed_at=later(-60))

    assert len(tick_of(free, a_task(), spent, a_budget(usd=1)).claims) == 1


@pytest.mark.parametrize("asked", [a_wake(), a_comment("@riley")])
def test_what_is_asked_beside_the_tasks_is_looked_at_whatever_wake_on_says(asked: Record) -> None:
    agent = an_agent(wake_on=("mention", "manual"))

    assert len(tick_of(agent, a_task(), asked).claims) == 1


def test_a_company_that_cannot_be_read_starts_nothing() -> None:
    assert to_do(Records.of([an_agent(), a_task()]), Observed(), NOW).actions == ()


@pytest.mark.parametrize("heartbeat", [None, a_heartbeat("0 12 * * *", window_minutes=60)])
def test_a_suppressed_wake_is_somebodys_to_decide_unless_a_heartbeat_brings_it_along(
    heartbeat: Heartbeat | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cause = Cause(reason=WakeReason.ASSIGNMENT, record="CI-0001", digest="a1")
    too_far = Candidate(cause, "CI-0001", suppressed="too far")
    monkeypatch.setattr(finding, "candidates", lambda *_: [too_far])
    told = plan(snapshot_of(an_agent(heartbeat=heartbeat), a_task()), Observed(), NOW)

    waiting = Waiting("riley", "CI-0001", "too far", later(180), ("assignment",))
    assert told.actions == ((waiting,) if heartbeat else (Stalled("CI-0001", "too far", "clara"),))
