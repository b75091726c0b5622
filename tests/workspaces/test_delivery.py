from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration
from gitcp.workspaces import Delivered, Delivery, Nothing, Obstacle, Undelivered, Workspaces
from tests.workspaces.origin import BRANCH, LATER, RUN, Agent, Origin, git, prepare, write

RESCUE = f"refs/gitcp/rescue/{RUN}"


def deliver(workspaces: Workspaces, agent: Agent, integrate: Integration) -> Delivery:
    return workspaces.deliver(agent.workspace, workspaces.collect(agent.workspace), integrate, "main")


def refused(delivery: Delivery) -> Undelivered:
    assert isinstance(delivery, Undelivered)
    return delivery


@pytest.fixture
def detached(origin: Origin) -> Origin:
    """Nobody is on the target branch, so that it can be pushed to."""
    origin.git("checkout", "--quiet", "--detach")
    return origin


@pytest.mark.parametrize("integrate", [Integration.BRANCH, Integration.PULL_REQUEST])
def test_commits_are_delivered_on_the_agents_branch(
    workspaces: Workspaces, agent: Agent, origin: Origin, integrate: Integration
) -> None:
    main, made = origin.tip("main"), agent.commit({"a": "1"})

    assert deliver(workspaces, agent, integrate) == Delivered(made, BRANCH, integrated=False, commits=(made,))
    assert (origin.tip(BRANCH), origin.tip("main")) == (made, main)


@pytest.mark.parametrize("integrate", list(Integration))
def test_a_run_without_commits_delivers_nothing(
    workspaces: Workspaces, agent: Agent, origin: Origin, integrate: Integration
) -> None:
    agent.write({"draft": "1"})

    assert deliver(workspaces, agent, integrate) == Nothing("the run made no commits", RESCUE)
    assert origin.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_a_project_that_delivers_nothing_keeps_the_commits(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    made = agent.commit({"a": "1"})

    delivery = deliver(workspaces, agent, Integration.NONE)

    assert isinstance(delivery, Nothing)
    assert delivery.rescue == RESCUE
    assert git(agent.workspace.clone, "rev-parse", RESCUE) == made
    assert origin.tip(BRANCH) is None


def test_delivering_twice_is_as_once(workspaces: Workspaces, agent: Agent, origin: Origin) -> None:
    agent.commit({"a": "1"})

    assert deliver(workspaces, agent, Integration.BRANCH) == deliver(workspaces, agent, Integration.BRANCH)
    assert origin.subjects(BRANCH) == ["work", "begin"]


def test_work_goes_on_from_what_was_delivered(workspaces: Workspaces, agent: Agent, origin: Origin) -> None:
    agent.commit({"a": "1"}, "first")
    deliver(workspaces, agent, Integration.BRANCH)
    workspaces.release(agent.workspace)

    again = Agent(prepare(workspaces, origin, run=LATER))
    made = again.commit({"a": "2"}, "second")

    assert again.workspace.continues
    assert workspaces.collect(again.workspace).commits == (made,)
    assert isinstance(deliver(workspaces, again, Integration.BRANCH), Delivered)
    assert origin.subjects(BRANCH) == ["second", "first", "begin"]


def test_commits_are_put_on_top_of_a_branch_that_somebody_else_moved(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    agent.commit({"a": "1"}, "first")
    deliver(workspaces, agent, Integration.BRANCH)
    made = agent.commit({"a": "2"}, "second")
    origin.commit({"b": "1"}, "a person helps", on=BRANCH)

    delivery = deliver(workspaces, agent, Integration.BRANCH)

    assert isinstance(delivery, Delivered)
    assert delivery.commit == origin.tip(BRANCH) != made
    assert delivery.commits == (delivery.commit,)
    assert origin.subjects(BRANCH) == ["second", "a person helps", "first", "begin"]


def test_a_branch_that_appeared_in_the_meantime_is_not_overwritten(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    origin.git("branch", BRANCH)
    origin.commit({"b": "1"}, "a person was first", on=BRANCH)
    agent.commit({"a": "1"})

    assert isinstance(deliver(workspaces, agent, Integration.BRANCH), Delivered)
    assert origin.subjects(BRANCH) == ["work", "a person was first", "begin"]


def test_a_branch_that_was_deleted_in_the_meantime_is_made_again(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    agent.commit({"a": "1"})
    deliver(workspaces, agent, Integration.BRANCH)
    workspaces.release(agent.workspace)
    again = Agent(prepare(workspaces, origin, run=LATER))
    origin.git("branch", "--quiet", "-D", BRANCH)
    made = again.commit({"a": "2"})

    assert isinstance(deliver(workspaces, again, Integration.BRANCH), Delivered)
    assert origin.tip(BRANCH) == made


def test_a_conflict_names_the_files_and_keeps_the_work(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    agent.commit({"a": "1"})
    deliver(workspaces, agent, Integration.BRANCH)
    workspaces.release(agent.workspace)
    again = Agent(prepare(workspaces, origin, run=LATER))
    made = again.commit({"a": "mine", "README.md": "mine"})
    theirs = origin.commit({"a": "theirs", "README.md": "theirs"}, on=BRANCH)

    delivery = refused(deliver(workspaces, again, Integration.BRANCH))

    assert delivery.obstacle is Obstacle.CONFLICT
    assert "conflicts with it in README.md, a" in delivery.reason
    assert delivery.rescue == f"refs/gitcp/rescue/{LATER}"
    assert git(again.workspace.clone, "rev-parse", delivery.rescue) == made
    assert origin.tip(BRANCH) == theirs


def test_an_agent_may_rewrite_its_branch_as_long_as_nobody_else_moved_it(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    agent.commit({"a": "1"}, "first")
    agent.commit({"a": "2"}, "second")
    deliver(workspaces, agent, Integration.BRANCH)
    workspaces.release(agent.workspace)
    again = Agent(prepare(workspaces, origin, run=LATER))
    again.git("reset", "--quiet", "--soft", "origin/main")
    again.git("commit", "--quiet", "-m", "squashed")

    assert isinstance(deliver(workspaces, again, Integration.BRANCH), Delivered)
    assert origin.subjects(BRANCH) == ["squashed", "begin"]


def test_the_target_is_fast_forwarded(workspaces: Workspaces, agent: Agent, detached: Origin) -> None:
    made = agent.commit({"a": "1"})

    assert deliver(workspaces, agent, Integration.FF) == Delivered(
        made, "main", integrated=True, commits=(made,)
    )
    assert detached.tip("main") == made
    assert detached.tip(BRANCH) is None


def test_a_target_that_moved_on_is_not_fast_forwarded(
    workspaces: Workspaces, agent: Agent, detached: Origin
) -> None:
    theirs = detached.commit({"b": "1"})
    agent.commit({"a": "1"})

    delivery = refused(deliver(workspaces, agent, Integration.FF))

    assert delivery.obstacle is Obstacle.MOVED
    assert "cannot be fast-forwarded" in delivery.reason
    assert delivery.rescue == RESCUE
    assert detached.tip("main") == theirs


def test_commits_are_rebased_on_a_target_that_moved_on(
    workspaces: Workspaces, agent: Agent, detached: Origin
) -> None:
    agent.commit({"a": "1"}, "one")
    agent.commit({"a": "2"}, "two")
    detached.commit({"b": "1"}, "theirs")

    delivery = deliver(workspaces, agent, Integration.REBASE)

    assert isinstance(delivery, Delivered)
    assert delivery.integrated
    assert len(delivery.commits) == 2
    assert detached.subjects("main") == ["two", "one", "theirs", "begin"]


def test_what_was_rebased_and_delivered_is_not_rescued_again(
    workspaces: Workspaces, agent: Agent, detached: Origin
) -> None:
    agent.commit({"a": "1"})
    detached.commit({"b": "1"})
    deliver(workspaces, agent, Integration.REBASE)

    assert workspaces.release(agent.workspace) is None


def test_a_target_that_never_rests_is_given_up_on(
    workspaces: Workspaces, agent: Agent, detached: Origin
) -> None:
    hook = detached.path / ".git" / "hooks" / "pre-receive"
    move = "commit-tree -p main -m busy main^{tree}"
    write(
        detached.path,
        {
            ".git/hooks/pre-receive": f'#!/bin/sh\nexec env -i PATH="$PATH" sh -c \'git="git -c user.name=x -c user.email=y"; $git update-ref refs/heads/main $($git {move})\'\n'
        },
    )
    hook.chmod(0o700)
    agent.commit({"a": "1"})

    delivery = refused(deliver(workspaces, agent, Integration.REBASE))

    assert delivery.obstacle is Obstacle.MOVED
    assert "main moved 5 times" in delivery.reason
    assert detached.subjects("main") == [*["busy"] * 5, "begin"]


@pytest.mark.parametrize("integrate", [Integration.FF, Integration.REBASE])
def test_a_target_that_is_checked_out_there_is_refused_with_a_next_step(
    workspaces: Workspaces, agent: Agent, origin: Origin, integrate: Integration
) -> None:
    main = origin.tip("main")
    agent.commit({"a": "1"})

    delivery = refused(deliver(workspaces, agent, integrate))

    assert delivery.obstacle is Obstacle.REFUSED
    assert "does not take main: branch is currently checked out" in delivery.reason
    assert "integrate: branch" in delivery.hint
    assert delivery.rescue == RESCUE
    assert origin.tip("main") == main


def test_a_rule_of_the_repository_is_told_in_its_words(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    write(origin.path, {".git/hooks/update": "#!/bin/sh\necho 'only Ada pushes here' >&2\nexit 1\n"})
    (origin.path / ".git" / "hooks" / "update").chmod(0o700)
    agent.commit({"a": "1"})

    delivery = refused(deliver(workspaces, agent, Integration.BRANCH))

    assert delivery.obstacle is Obstacle.REFUSED
    assert "hook declined; only Ada pushes here" in delivery.reason
    assert "a person" in delivery.hint


def test_a_branch_whose_name_is_taken_is_refused(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    origin.git("branch", "riley")
    agent.commit({"a": "1"})

    assert refused(deliver(workspaces, agent, Integration.BRANCH)).obstacle is Obstacle.REFUSED


def test_a_repository_that_is_gone_is_an_error_and_nothing_is_lost(
    workspaces: Workspaces, agent: Agent, origin: Origin, tmp_path: Path
) -> None:
    made = agent.commit({"a": "1"})
    origin.path.rename(tmp_path / "moved")

    with pytest.raises(WorkspaceError, match="repository factory: git push"):
        deliver(workspaces, agent, Integration.BRANCH)

    assert workspaces.release(agent.workspace) == RESCUE
    assert git(agent.workspace.clone, "rev-parse", RESCUE) == made


def test_a_target_that_is_no_branch_is_refused(workspaces: Workspaces, agent: Agent) -> None:
    collected = workspaces.collect(agent.workspace)

    with pytest.raises(WorkspaceError, match="expected the name of a branch"):
        workspaces.deliver(agent.workspace, collected, Integration.FF, "--mirror")
