from datetime import UTC, datetime
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration, WorkspaceMode
from gitcp.workspaces import Workspaces
from gitcp.workspaces.inventory import Holding, size_of
from tests.workspaces.origin import LATER, RUN, Agent, Origin, git, prepare, write

RESCUE = f"refs/gitcp/rescue/{RUN}"


def test_a_checkout_is_in_use_kept_or_left_over(workspaces: Workspaces, origin: Origin, state: Path) -> None:
    prepare(workspaces, origin, task="CI-0001")
    workspaces.release(prepare(workspaces, origin, task="CI-0002"))
    prepare(Workspaces(state), origin, task="CI-0003")  # which nobody holds any more
    shared = prepare(workspaces, origin, mode=WorkspaceMode.CHECKOUT, task="CI-0004")

    found = {each.task: each for each in workspaces.inventory.checkouts()}

    assert {task: each.holding for task, each in found.items()} == {
        "CI-0001": Holding.IN_USE,
        "CI-0002": Holding.KEPT,
        "CI-0003": Holding.LEFT_OVER,
        "CI-0004": Holding.IN_USE,
    }
    assert (found["CI-0001"].run, found["CI-0001"].agent, found["CI-0001"].repository) == (
        RUN,
        "riley",
        "factory",
    )
    assert {task for task, each in found.items() if each.shared} == {"CI-0004"}
    assert found["CI-0004"].path == shared.path
    assert abs((datetime.now(UTC) - found["CI-0002"].used_at).total_seconds()) < 3600


def test_what_is_freed_was_saved_and_leaves_nothing(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.commit({"a": "1"})
    workspaces.release(agent.workspace)
    agent.write({"by-hand": "1", "cache.log": "1"})
    (checkout,) = workspaces.inventory.checkouts()

    assert workspaces.inventory.free(checkout) == RESCUE
    assert git(agent.workspace.clone, "ls-tree", "--name-only", RESCUE, "a", "by-hand").split() == [
        "a",
        "by-hand",
    ]
    assert list(agent.workspace.path.parent.iterdir()) == []
    assert git(agent.workspace.clone, "worktree", "list").count("\n") == 0
    assert workspaces.inventory.checkouts() == []


def test_what_has_come_into_use_is_not_freed(workspaces: Workspaces, origin: Origin, agent: Agent) -> None:
    workspaces.release(agent.workspace)
    (checkout,) = workspaces.inventory.checkouts()
    later = prepare(workspaces, origin, run=LATER)
    with pytest.raises(WorkspaceError, match="somebody works there now"):
        workspaces.inventory.free(checkout)
    workspaces.release(later)

    with pytest.raises(WorkspaceError, match="not known whose"):
        workspaces.inventory.free(checkout)
    assert later.path.is_dir()


def test_the_checkout_of_a_check_that_was_killed_is_freed(workspaces: Workspaces, agent: Agent) -> None:
    left = agent.workspace.path.with_name("commit.1")
    write(left, {"a": "1"})
    (checkout,) = [each for each in workspaces.inventory.checkouts() if each.run is None]

    assert workspaces.inventory.free(checkout) is None
    assert not left.exists()


def test_a_folder_whose_owner_is_unknown_is_put_aside_and_never_freed(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"draft": "1"})
    workspaces.release(agent.workspace)
    agent.workspace.path.with_name(f"{agent.workspace.path.name}.json").write_text("{")

    later = prepare(workspaces, origin, run=LATER)
    (aside,) = [each for each in workspaces.inventory.checkouts() if each.unknown]

    assert later.path == agent.workspace.path
    assert (aside.path / "draft").read_text() == "1"
    with pytest.raises(WorkspaceError, match="not known whose"):
        workspaces.inventory.free(aside)
    assert (aside.path / "draft").exists()


def test_a_clone_says_what_is_nowhere_else(workspaces: Workspaces, origin: Origin, agent: Agent) -> None:
    agent.commit({"a": "1"})
    workspaces.deliver(agent.workspace, workspaces.collect(agent.workspace), Integration.BRANCH, "main")
    (before,) = workspaces.inventory.clones([origin.spec])
    agent.write({"draft": "1"})
    workspaces.collect(agent.workspace)
    git(agent.workspace.clone, "branch", "aside", agent.commit({"b": "1"}))

    (after,) = workspaces.inventory.clones([])

    assert (before.current, before.rescued) == (True, ())
    assert [each.run for each in after.rescued] == [RUN]
    assert set(after.unsaved) == {"refs/heads/aside", "refs/heads/riley/CI-0028"}
    assert not after.current


def test_a_clone_with_work_that_is_nowhere_else_is_not_removed(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    (held,) = workspaces.inventory.clones([])
    agent.write({"draft": "1"})
    workspaces.release(agent.workspace)
    workspaces.inventory.free(workspaces.inventory.checkouts()[0])

    with pytest.raises(WorkspaceError, match="used meanwhile"):
        workspaces.inventory.remove(held)

    (held,) = workspaces.inventory.clones([])
    workspaces.inventory.forget(held, held.rescued)
    workspaces.inventory.remove(held)
    assert not held.path.exists()
    assert prepare(workspaces, origin).path.is_dir()


def test_a_clone_with_a_checkout_is_not_removed(workspaces: Workspaces, agent: Agent) -> None:
    workspaces.release(agent.workspace)
    (held,) = workspaces.inventory.clones([])

    with pytest.raises(WorkspaceError, match="used meanwhile"):
        workspaces.inventory.remove(held)
    assert agent.workspace.path.is_dir()


def test_work_goes_on_in_a_clone_that_was_packed(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"draft": "1"})
    workspaces.release(agent.workspace)
    (held,) = workspaces.inventory.clones([origin.spec])

    workspaces.inventory.forget(held, held.rescued)
    workspaces.inventory.pack(held)
    git(held.path, "-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now")
    later = prepare(workspaces, origin, run=LATER)

    assert git(later.path, "status", "--porcelain") == "?? draft"
    assert git(later.clone, "show", f"{later.restored}:draft") == "1"


def test_a_folder_takes_what_its_files_take_and_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "folder", {"large": "x" * 100_000, "deep/small": "x"})
    (tmp_path / "folder" / "out").symlink_to("/usr")

    assert 100_000 <= size_of(tmp_path / "folder") < 200_000
    assert size_of(tmp_path / "missing") == 0


def test_nothing_is_there_before_anything_is_made(state: Path) -> None:
    workspaces = Workspaces(state)

    assert workspaces.inventory.checkouts() == []
    assert workspaces.inventory.clones([]) == []
