"""What holds of every plan, whatever the company looks like and whatever happened in it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

import pytest
from hypothesis import given, settings

from gitcp.core.actions import Ask, InOrder, Plan, Reap, Stalled, Waiting
from gitcp.core.budgets import use
from gitcp.core.inbox import inbox
from gitcp.core.plan import plan
from gitcp.model.guards import Budget
from gitcp.model.members import Person
from gitcp.model.memory import Records
from gitcp.model.runs import Run
from gitcp.model.snapshot import agents
from gitcp.model.tasks import OPEN, TaskStatus
from tests.core.companies import World, worlds
from tests.helpers import carry_out, later, operation_in, run_in


@dataclass(frozen=True)
class Planned:
    """A world, its plan, and the world after it."""

    world: World

    @cached_property
    def plan(self) -> Plan:
        return plan(self.world.snapshot, self.world.observed, self.world.now)

    @cached_property
    def claimed(self) -> list[Run]:
        return [claim.run for claim in self.plan.claims]

    @cached_property
    def after(self) -> Records:
        snapshot = self.world.snapshot
        for action in self.plan.actions:
            operation = operation_in(snapshot, action)
            snapshot = carry_out(snapshot, operation, now=self.world.now) if operation else snapshot
        return snapshot


def the_same_world_has_the_same_plan(made: Planned) -> None:
    assert plan(made.world.snapshot, made.world.observed, made.world.now) == made.plan


def what_is_claimed_is_not_claimed_again(made: Planned) -> None:
    again = plan(made.after, made.world.observed, made.world.now)

    answered = {(run.agent, cause) for run in made.claimed for cause in run.answers}
    assert not answered & {(claim.run.agent, cause) for claim in again.claims for cause in claim.run.answers}
    if not any(isinstance(action, InOrder) for action in made.plan.actions):
        assert again.claims == ()


def a_claim_is_the_run_that_was_planned(made: Planned) -> None:
    for run in made.claimed:
        kept = run_in(made.after, run.id)
        assert (kept.reserved, kept.charges, kept.deadline) == (run.reserved, run.charges, run.deadline)


def nothing_but_an_unanswered_cause_starts_work(made: Planned) -> None:
    for run in made.claimed:
        assert run.answers
        assert not made.world.snapshot.answered(run.agent, run.answers)


def every_open_task_of_an_agent_is_spoken_of(made: Planned) -> None:
    snapshot = made.world.snapshot
    known = {run.task for run in (*snapshot.runs(active=True), *made.claimed)}
    known |= {action.task for action in made.plan.actions if isinstance(action, Waiting | Stalled | Ask)}
    for task in snapshot.tasks(statuses=OPEN - {TaskStatus.BACKLOG}):
        by_agent = task.assignee is not None and snapshot.get(Person, task.assignee) is None
        assert not by_agent or task.id in known


def what_is_stalled_is_in_somebodys_inbox(made: Planned) -> None:
    for stalled in made.plan.stalled:
        assert stalled.member is not None
        items = inbox(made.world.snapshot, stalled.member, made.plan.stalled)
        assert stalled.task in {item.task.id for item in items}


def claims_take_no_more_than_a_budget_has_left(made: Planned) -> None:
    for budget in made.world.snapshot.all(Budget):
        charged = [run for run in made.claimed if budget.id in run.charges]
        for line in use(made.world.snapshot, budget, made.world.now).lines:
            wanted = [run.reserved.of(line.metric) for run in charged]
            together = max(wanted, default=0) if budget.period == "run" else sum(wanted, Decimal(0))
            assert together == 0 or line.settled + line.reserved + together <= line.limit


def no_more_run_at_once_than_may(made: Planned) -> None:
    company = made.world.snapshot.company
    runs = [*made.world.snapshot.runs(active=True), *made.claimed]
    assert not made.claimed or (company is not None and len(runs) <= company.scheduler.concurrency)
    at_work = [run.task for run in runs if run.task]
    assert len(at_work) == len(set(at_work))
    for agent in agents(made.world.snapshot):
        mine = [run for run in runs if run.agent == agent.id]
        assert len(mine) <= agent.concurrency or not any(run in made.claimed for run in mine)


def the_next_look_is_later(made: Planned) -> None:
    assert made.plan.next_look is None or made.plan.next_look > made.world.now


def an_idle_plan_stays_idle_until_its_next_look(made: Planned) -> None:
    look = made.plan.next_look or later(60 * 24 * 400, made.world.now)
    moments = (made.world.now + (look - made.world.now) * part for part in (0.01, 0.5, 0.999))

    assert not made.plan.is_idle or all(
        plan(made.world.snapshot, made.world.observed, moment).is_idle for moment in moments
    )


def every_live_run_is_reaped_in_the_end(made: Planned) -> None:
    far = later(60 * 24 * 400, made.world.now)
    actions = plan(made.world.snapshot, made.world.observed, far).actions

    live = {run.id for run in made.world.snapshot.runs(active=True)}
    assert {action.run for action in actions if isinstance(action, Reap)} == live


def ticks_come_to_rest(made: Planned) -> None:
    snapshot = made.after
    for _ in range(3):
        again = Planned(World(snapshot, made.world.now, made.world.observed))
        snapshot = again.after

    assert snapshot == again.world.snapshot


RULES: Final[tuple[Callable[[Planned], None], ...]] = (
    the_same_world_has_the_same_plan,
    what_is_claimed_is_not_claimed_again,
    a_claim_is_the_run_that_was_planned,
    nothing_but_an_unanswered_cause_starts_work,
    every_open_task_of_an_agent_is_spoken_of,
    what_is_stalled_is_in_somebodys_inbox,
    claims_take_no_more_than_a_budget_has_left,
    no_more_run_at_once_than_may,
    the_next_look_is_later,
    an_idle_plan_stays_idle_until_its_next_look,
    every_live_run_is_reaped_in_the_end,
    ticks_come_to_rest,
)


@settings(max_examples=60)
@given(worlds())
def test_every_plan_keeps_every_rule(world: World) -> None:
    made = Planned(world)

    for rule in RULES:
        rule(made)


@pytest.mark.slow
@settings(max_examples=1000)
@given(worlds(steps=15))
def test_every_plan_keeps_every_rule_in_many_worlds(world: World) -> None:
    made = Planned(world)

    for rule in RULES:
        rule(made)
