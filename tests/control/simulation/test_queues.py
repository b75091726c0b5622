"""Who waits for what is short is asked again when it has room."""

from typing import Any

import pytest

from gitcp.control.simulation.queues import PLACES, Queues, Scarce, Sort
from gitcp.control.simulation.world import World
from gitcp.core.actions import Waiting
from gitcp.model.amounts import Metric
from gitcp.model.base import Record
from gitcp.model.operation import Put
from tests.helpers import (
    NOW,
    a_budget,
    a_company,
    a_project,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    snapshot_of,
)

WAITS = Waiting("oscar", "CI-0002", "held", None, ("assignment",))


@pytest.mark.parametrize(
    ("records", "short"),
    [
        ([a_company(scheduler={"concurrency": 1})], PLACES),
        ([a_company(scheduler={"runtimes": {"process": 1}})], Scarce(Sort.RUNTIME, "process")),
        ([a_project(concurrency=1)], Scarce(Sort.PROJECT, "CI")),
        ([a_budget("company", runs=1)], Scarce(Sort.BUDGET, "company", Metric.RUNS)),
    ],
)
def test_the_end_of_a_run_gives_back_what_it_held(records: list[Record], short: Scarce) -> None:
    fields: dict[str, Any] = {"charges": ("company",)}
    tasks = [a_task(), a_task("CI-0002", assignee="oscar")]
    world = World(snapshot_of(*records, *tasks, an_agent("oscar"), a_run(**fields)))
    queues = Queues(world)

    assert queues.join(WAITS, NOW) == short
    assert queues.further((), (), NOW) == set()
    refunded = {"runs": 0} if short.sort is Sort.BUDGET else {}
    ended = an_ended_run(**fields)
    ended = ended.evolve(usage=ended.usage.evolve(**refunded)) if ended.usage else ended
    world.apply([Put(ended)])
    queues.free(ended)

    assert queues.further((), (), NOW) == {"oscar"}
    assert queues.further((), ("oscar",), NOW) == set()
    queues.leave("oscar")
    assert queues.freed == set()


def test_who_is_busy_waits_for_nothing_that_is_shared() -> None:
    world = World(snapshot_of(a_company(scheduler={"concurrency": 1}), a_task(), a_run()))

    assert Queues(world).join(Waiting("riley", "CI-0001", "held"), NOW) is None


def test_who_waits_for_something_else_is_in_no_queue() -> None:
    world = World(snapshot_of(a_task("CI-0002", assignee="oscar"), an_agent("oscar")))

    assert Queues(world).join(WAITS, NOW) is None
