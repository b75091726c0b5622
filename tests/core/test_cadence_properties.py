"""How often somebody ticks changes when work starts, and not which."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.actions import Observed
from gitcp.model.amounts import Daily, RunLimits
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Budget
from gitcp.model.members import Agent
from gitcp.model.memory import Records
from gitcp.model.planning import Project, Routine
from tests.core.companies import Dice, World, worlds
from tests.helpers import carry_out, ticked

MINUTES = 25  # before the deadline of the first run that starts


def roomy(record: Record) -> Record:
    """Return a record with room for everything: who comes first into a narrow place, and which slot is still open, depends on when somebody looks."""
    if isinstance(record, Company):
        roomy = {"concurrency": 99, "runtimes": {}, "daily": {}}
        return record.evolve(scheduler={**record.scheduler.model_dump(), **roomy})
    if isinstance(record, Agent):
        return record.evolve(concurrency=99, limits=RunLimits(), daily=Daily())
    if isinstance(record, Routine):
        return record.evolve(window_minutes=Decimal(2 * MINUTES))
    return record.evolve(concurrency=None) if isinstance(record, Project) else record


def at_rest(world: World, seed: int) -> Records:
    """Return the world with room, its runs ended, and what can be done at once done."""
    dice, snapshot = Dice(Random(seed)), world.snapshot
    kept = [roomy(record) for record in snapshot.by_key.values() if not isinstance(record, Budget)]
    snapshot = Records.of(kept, archived=snapshot.put_away.values(), problems=snapshot.found)
    for run in snapshot.runs(active=True):
        snapshot = carry_out(snapshot, dice.an_ending(run), now=world.now)
    return twice(snapshot, world.now)


def twice(snapshot: Records, now: datetime) -> Records:
    """Return the snapshot after a tick, which looks again when it has put something in order."""
    for _ in range(2):
        snapshot = ticked(snapshot, now, Observed())
    return snapshot


def work(before: Records, after: Records) -> set[tuple[str, str | None]]:
    """Return who started on which task."""
    known = {run.id for run in before.runs()}
    return {(run.agent, run.task) for run in after.runs() if run.id not in known and run.task}


def hold_that_the_same_work_starts(world: World, seed: int) -> None:
    before, end = at_rest(world, seed), world.now + timedelta(minutes=MINUTES)
    often = before
    for minute in range(1, MINUTES + 1):
        often = twice(often, world.now + timedelta(minutes=minute))

    assert work(before, often) == work(before, twice(before, end))


@settings(max_examples=15)
@given(world=worlds(), seed=st.integers(0, 2**32))
def test_to_tick_every_minute_and_to_tick_rarely_start_the_same_work(world: World, seed: int) -> None:
    hold_that_the_same_work_starts(world, seed)


@pytest.mark.slow
@settings(max_examples=500)
@given(world=worlds(steps=15), seed=st.integers(0, 2**32))
def test_the_same_work_starts_in_many_worlds(world: World, seed: int) -> None:
    hold_that_the_same_work_starts(world, seed)
