"""A commit that was delivered on its own branch, integrated later."""

import pytest

from gitcp.model.planning import Integration
from gitcp.workspaces import Delivered, HeldBack, Obstacle, Undelivered, Workspaces
from tests.workspaces.origin import BRANCH, RUN, Agent, Origin

AUTHOR = ("Riley", "riley@agents.invalid")
WAYS = [Integration.FF, Integration.REBASE]


def held(workspaces: Workspaces, agent: Agent, origin: Origin) -> HeldBack:
    """Deliver a commit on the agent's branch."""
    origin.git("checkout", "--quiet", "--detach")
    made = agent.commit({"a": "1"})
    workspaces.deliver(agent.workspace, workspaces.collect(agent.workspace), Integration.BRANCH, "main")
    workspaces.release(agent.workspace)
    return HeldBack(RUN, "riley", "CI-0001", AUTHOR, BRANCH, made)


@pytest.mark.parametrize("way", WAYS)
def test_it_is_integrated_as_it_is_and_its_branch_is_over(
    workspaces: Workspaces, agent: Agent, origin: Origin, way: Integration
) -> None:
    found = held(workspaces, agent, origin)

    done = workspaces.integrate(agent.workspace.repository, found, way)

    assert done == Delivered(found.commit, "main", integrated=True, commits=(found.commit,))
    assert (origin.tip("main"), origin.tip(BRANCH)) == (found.commit, None)


@pytest.mark.parametrize("way", WAYS)
def test_to_integrate_twice_is_as_once(
    workspaces: Workspaces, agent: Agent, origin: Origin, way: Integration
) -> None:
    found = held(workspaces, agent, origin)
    workspaces.integrate(agent.workspace.repository, found, way)

    again = workspaces.integrate(agent.workspace.repository, found, way)

    assert again == Delivered(found.commit, "main", integrated=True, commits=())


def test_a_branch_that_others_have_moved_since_stays(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    found = held(workspaces, agent, origin)
    main = origin.tip("main")
    origin.git("branch", "--force", BRANCH, main or "")

    workspaces.integrate(agent.workspace.repository, found, Integration.FF)

    assert (origin.tip("main"), origin.tip(BRANCH)) == (found.commit, main)


def test_a_commit_that_is_nowhere_is_told(workspaces: Workspaces, agent: Agent, origin: Origin) -> None:
    gone = HeldBack(RUN, "riley", "CI-0001", AUTHOR, BRANCH, "5f3a" * 10)

    done = workspaces.integrate(agent.workspace.repository, gone, Integration.FF)

    assert isinstance(done, Undelivered)
    assert done.obstacle is Obstacle.CONFLICT
    assert origin.tip(BRANCH) is None
