"""A simulation is the scheduler on another clock: what it starts, a real one would start at the same moments."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.control.simulation.draws import Draws, Given
from gitcp.control.simulation.history import History
from gitcp.model.base import Record
from tests.control.simulation.virtual import simulated, story, ticked_through
from tests.core.companies import World, worlds
from tests.helpers import (
    NOW,
    a_budget,
    a_comment,
    a_company,
    a_counter,
    a_heartbeat,
    a_new_task,
    a_project,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    later,
    snapshot_of,
)

TINY: Final[dict[str, list[Record]]] = {
    "a heartbeat": [an_agent(heartbeat=a_heartbeat("0 */6 * * *", prompt="/look"))],
    "one place, three agents": [
        a_company(scheduler={"concurrency": 1}),
        *(an_agent(name, heartbeat=a_heartbeat("0 9 * * *", prompt="/look")) for name in ("riley", "oscar", "hugo")),
        *(a_task(f"CI-000{n}", assignee=name) for n, name in enumerate(("hugo", "oscar", "hugo", "riley"), 1)),
    ],
    "a project with one place": [
        a_project(concurrency=1),
        a_project("QA"),
        *(an_agent(name) for name in ("riley", "oscar")),
        a_task("CI-0001", assignee="oscar", priority="low"),
        a_task("CI-0002", assignee="riley"),
        a_task("QA-0001", assignee="oscar"),
    ],
    "blockers, parents and reviews": [
        an_agent("oscar"),
        a_task("CI-0001", review=("oscar", "clara")),
        a_task("CI-0002", assignee="oscar", blocked_by=("CI-0003",)),
        a_task("CI-0003", review=("oscar",), verify=(("make",),)),
        a_task("CI-0004", assignee="oscar"),
        a_task("CI-0005", parent="CI-0004"),
    ],
    "a budget that fills up again": [
        a_budget("company", "day", usd=Decimal("1.2")),
        an_agent(heartbeat=a_heartbeat("0 * * * *", prompt="/look")),
        an_agent("oscar", heartbeat=a_heartbeat("30 * * * *", prompt="/look")),
    ],
    "what is asked for": [
        an_agent("oscar", wake_on=("heartbeat",), heartbeat=a_heartbeat("0 12 * * *")),
        a_task("CI-0001", assignee="oscar"),
        a_comment("@riley and @oscar?"),
        a_wake(prompt="look"),
        a_new_task(),
        a_counter(),
    ],
    "questions that nobody decides": [
        an_agent("oscar"),
        an_approval(expires=later(600)),
        an_approval("AP-2", requested_by="oscar", expires=later(-600)),
        a_task(status="in_progress"),
    ],
    "a run that is at work already": [a_task(status="in_progress"), a_run()],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TINY))
@pytest.mark.parametrize("success", [1.0, 0.5])
def test_a_simulation_starts_what_real_ticks_start(name: str, success: float) -> None:
    snapshot = snapshot_of(*TINY[name])
    draws = Draws(7, History(), Given(minutes=Decimal("7.5"), success=success))

    real = ticked_through(snapshot, draws, NOW + timedelta(days=2))
    world = simulated(snapshot, 2, 7, minutes=Decimal("7.5"), success=success).world

    assert story(world.runs()) == story(real.runs())
    assert [task.status for task in world.tasks()] == [task.status for task in real.tasks()]


@given(world=worlds(), seed=st.integers(0, 99))
@settings(max_examples=15)
def test_a_simulation_of_any_company_starts_what_real_ticks_start(world: World, seed: int) -> None:
    draws = Draws(seed, History(), Given(success=0.7))

    real = ticked_through(world.snapshot, draws, world.now + timedelta(days=3), world.now)
    found = simulated(world.snapshot, 3, seed, world.now, success=0.7).world

    assert story(found.runs()) == story(real.runs())


def test_the_same_seed_tells_the_same_story() -> None:
    snapshot = snapshot_of(*TINY["one place, three agents"])

    first, second = (story(simulated(snapshot, 5, 3).world.runs()) for _ in range(2))

    assert first == second


def test_another_seed_tells_another_story() -> None:
    snapshot = snapshot_of(*TINY["a heartbeat"])

    told = {str([each[4] for each in story(simulated(snapshot, 10, seed).world.runs())]) for seed in (1, 2)}

    assert len(told) == 2
