"""The plan for some agents beside the whole plan."""

from hypothesis import given, settings

from gitcp.core.actions import Observed, Stalled, Waiting
from gitcp.core.partial_plan import plan_for
from gitcp.core.plan import plan
from gitcp.model.snapshot import agents
from tests.core.companies import World, worlds
from tests.helpers import NOW, a_company, a_heartbeat, a_task, an_agent, snapshot_of


@given(world=worlds())
@settings(max_examples=25)
def test_the_plan_for_all_agents_claims_and_holds_back_what_the_whole_plan_does(world: World) -> None:
    whole = plan(world.snapshot, world.observed, world.now)
    names = {agent.id for agent in agents(world.snapshot)}

    part = plan_for(world.snapshot, world.observed, world.now, names)

    assert part.claims == whole.claims
    assert part.waiting == tuple(w for w in whole.waiting if w.causes)
    assert set(part.stalled) <= set(whole.stalled)


@given(world=worlds())
@settings(max_examples=15)
def test_what_one_agent_starts_alone_it_starts_unless_another_takes_what_they_share(world: World) -> None:
    whole = {claim.run.id: claim for claim in plan(world.snapshot, world.observed, world.now).claims}

    for agent in agents(world.snapshot):
        alone = plan_for(world.snapshot, world.observed, world.now, [agent.id])
        mine = [claim for claim in whole.values() if claim.run.agent == agent.id]
        assert {(c.run.task, c.run.answers) for c in mine} <= {
            (c.run.task, c.run.answers) for c in alone.claims
        }
        assert {action.agent for action in alone.actions if isinstance(action, Waiting)} <= {agent.id}


def test_agents_that_are_not_asked_about_are_not_spoken_of() -> None:
    beat = a_heartbeat(prompt="/look")
    snapshot = snapshot_of(an_agent(heartbeat=beat), an_agent("oscar", heartbeat=beat), a_task())

    told = plan_for(snapshot, Observed(), NOW, ["oscar"])

    assert [claim.run.agent for claim in told.claims] == ["oscar"]
    assert not any(isinstance(action, Waiting | Stalled) for action in told.actions)


def test_agents_that_share_a_place_are_told_apart_by_the_order_of_the_plan() -> None:
    snapshot = snapshot_of(
        a_company(scheduler={"concurrency": 1}),
        an_agent("oscar"),
        a_task("CI-0001"),
        a_task("CI-0002", assignee="oscar", priority="critical"),
    )

    told = plan_for(snapshot, Observed(), NOW, ["riley", "oscar"])

    assert [claim.run.task for claim in told.claims] == ["CI-0002"]
    assert [waiting.task for waiting in told.waiting] == ["CI-0001"]


def test_an_agent_that_does_not_exist_has_no_plan() -> None:
    assert plan_for(snapshot_of(), Observed(), NOW, ["ghost"]).actions == ()
