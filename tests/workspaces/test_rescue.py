import shutil
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import Workspace, Workspaces
from gitcp.workspaces.program import Output
from gitcp.workspaces.trees import Tree
from tests.workspaces.origin import LATER, RUN, Agent, Origin, git, prepare

RESCUE = f"refs/gitcp/rescue/{RUN}"


def test_a_run_that_did_nothing_left_nothing(workspaces: Workspaces, workspace: Workspace) -> None:
    collected = workspaces.collect(workspace)

    assert (collected.commits, collected.rescue, collected.dirty) == ((), None, False)
    assert collected.head == workspace.base


def test_commits_are_collected_oldest_first(workspaces: Workspaces, agent: Agent) -> None:
    made = [agent.commit({"a": text}, text) for text in ("one", "two", "three")]

    collected = workspaces.collect(agent.workspace)

    assert list(collected.commits) == made
    assert collected.head == made[-1]
    assert collected.rescue is None


def test_uncommitted_work_is_saved_and_the_checkout_stays_as_it_was(
    workspaces: Workspaces, agent: Agent
) -> None:
    agent.write({"README.md": "changed\n", "new/file": "new\n", "noise.log": "ignored\n", "staged": "1\n"})
    agent.git("add", "staged")
    (agent.workspace.path / "roles" / "riley" / "role.md").unlink()
    before = (agent.git("status", "--porcelain"), agent.git("rev-parse", "HEAD"), agent.git("write-tree"))

    collected = workspaces.collect(agent.workspace)

    assert collected.dirty
    assert collected.commits == ()
    assert collected.rescue == RESCUE
    assert agent.git("ls-tree", "-r", "--name-only", RESCUE).splitlines() == [
        ".gitignore",
        "README.md",
        "new/file",
        "staged",
    ]
    assert agent.git("show", f"{RESCUE}:README.md") == "changed"
    assert agent.git("log", "--format=%an %cn %s", "-1", RESCUE) == f"Riley gitcp rescue run {RUN}"
    assert before == (
        agent.git("status", "--porcelain"),
        agent.git("rev-parse", "HEAD"),
        agent.git("write-tree"),
    )


def test_what_was_saved_is_saved_once(workspaces: Workspaces, agent: Agent) -> None:
    agent.write({"draft": "1"})
    workspaces.collect(agent.workspace)
    first = agent.git("rev-parse", RESCUE)
    workspaces.collect(agent.workspace)

    assert agent.git("rev-parse", RESCUE) == first


def test_what_is_saved_later_keeps_what_was_saved_before(workspaces: Workspaces, agent: Agent) -> None:
    agent.write({"draft": "first"})
    workspaces.collect(agent.workspace)
    agent.write({"draft": "second"})
    workspaces.collect(agent.workspace)

    assert agent.git("show", f"{RESCUE}:draft") == "second"
    assert agent.git("show", f"{RESCUE}^2:draft") == "first"


def test_commits_on_another_branch_are_saved(workspaces: Workspaces, agent: Agent) -> None:
    agent.git("switch", "--quiet", "-c", "experiment")
    aside = agent.commit({"aside": "1"})
    agent.git("switch", "--quiet", agent.workspace.branch)
    made = agent.commit({"a": "1"})

    collected = workspaces.collect(agent.workspace)

    assert collected.commits == (made,)
    assert collected.rescue == RESCUE
    assert not collected.dirty
    assert agent.git("merge-base", "--is-ancestor", aside, RESCUE) == ""


def test_commits_on_no_branch_are_saved(workspaces: Workspaces, agent: Agent) -> None:
    agent.git("switch", "--quiet", "--detach")
    aside = agent.commit({"aside": "1"})
    agent.git("switch", "--quiet", agent.workspace.branch)

    collected = workspaces.collect(agent.workspace)

    assert collected.commits == ()
    assert collected.rescue == RESCUE
    assert agent.git("merge-base", "--is-ancestor", aside, RESCUE) == ""


def test_an_agent_that_ends_on_its_own_branch_has_its_work_collected_from_there(
    workspaces: Workspaces, agent: Agent
) -> None:
    agent.git("switch", "--quiet", "-c", "fix/cadence")
    made = agent.commit({"a": "1"})

    collected = workspaces.collect(agent.workspace)

    assert (collected.commits, collected.head, collected.rescue) == ((made,), made, None)


def test_what_was_amended_away_is_not_saved(workspaces: Workspaces, agent: Agent) -> None:
    agent.commit({"a": "1"})
    agent.write({"a": "2"})
    agent.git("commit", "--quiet", "--all", "--amend", "-m", "better")

    assert workspaces.collect(agent.workspace).rescue is None


def test_a_worktree_that_an_agent_made_for_itself_is_looked_at_too(
    workspaces: Workspaces, agent: Agent, tmp_path: Path
) -> None:
    agent.git("worktree", "add", "--quiet", "-b", "feature", str(tmp_path / "feature"))
    (tmp_path / "feature" / "a").write_text("1")
    git(tmp_path / "feature", "add", "a")
    git(tmp_path / "feature", "commit", "--quiet", "-m", "aside", author=agent.workspace.author)

    collected = workspaces.collect(agent.workspace)

    assert collected.rescue == RESCUE
    assert agent.git("merge-base", "--is-ancestor", "feature", RESCUE) == ""


def test_branches_of_other_runs_are_left_alone(workspaces: Workspaces, agent: Agent, origin: Origin) -> None:
    other = Agent(prepare(workspaces, origin, task="CI-0029", run=LATER))
    other.commit({"b": "2"})

    assert workspaces.collect(agent.workspace).rescue is None


def test_a_rebase_that_was_cut_short_counts_as_what_was_there_before(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    made = agent.commit({"README.md": "mine\n"})
    origin.commit({"README.md": "theirs\n"})
    agent.git("fetch", "--quiet", "origin")
    with pytest.raises(AssertionError, match="could not apply"):
        agent.git("rebase", "origin/main")

    collected = workspaces.collect(agent.workspace)

    assert collected.head == made
    assert collected.commits == (made,)
    assert collected.dirty
    assert "<<<<<<<" in agent.git("show", f"{RESCUE}:README.md")


def test_commits_of_others_that_an_agent_rebased_on_are_not_its_own(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    agent.commit({"a": "1"})
    theirs = origin.commit({"b": "2"})
    agent.git("fetch", "--quiet", "origin")
    agent.git("rebase", "--quiet", "origin/main")
    mine = agent.git("rev-parse", "HEAD")

    collected = workspaces.collect(agent.workspace)

    assert collected.commits == (mine,)
    assert theirs not in collected.commits


def test_what_an_agent_pushed_by_itself_is_its_own(workspaces: Workspaces, agent: Agent) -> None:
    made = agent.commit({"a": "1"})
    agent.git("push", "--quiet", "origin", "HEAD:refs/heads/by-hand")

    assert workspaces.collect(agent.workspace).commits == (made,)


def test_a_broken_checkout_is_still_rescued(workspaces: Workspaces, agent: Agent) -> None:
    agent.write({"draft": "1"})
    (agent.workspace.path / ".git").unlink()
    registration = agent.workspace.clone / "worktrees" / agent.workspace.path.name
    (registration / "index").unlink()
    (registration / "index.lock").touch()

    collected = workspaces.collect(agent.workspace)

    assert collected.dirty
    assert git(agent.workspace.clone, "show", f"{RESCUE}:draft") == "1"


def test_a_checkout_that_points_elsewhere_cannot_make_gitcp_run_commands(
    workspaces: Workspaces, agent: Agent, tmp_path: Path
) -> None:
    hostile, mark = tmp_path / "hostile", tmp_path / "ran"
    git(tmp_path, "init", "--quiet", "hostile")
    git(hostile, "config", "core.fsmonitor", f"touch {mark}")
    for place in (hostile, agent.workspace.path):
        git(place, "config", "filter.x.clean", f"touch {mark}; cat")
    agent.write({".gitattributes": "* filter=x\n", "draft": "1", ".git-old": ""})
    (agent.workspace.path / ".git").write_text(f"gitdir: {hostile}/.git\n")

    collected = workspaces.collect(agent.workspace)
    workspaces.release(agent.workspace)

    assert collected.dirty
    assert not mark.exists()


def test_a_repository_begun_inside_does_not_hide_the_others(workspaces: Workspaces, agent: Agent) -> None:
    agent.write({"open": "1", "inner/file": "1"})
    git(agent.workspace.path / "inner", "init", "--quiet")

    workspaces.collect(agent.workspace)

    assert git(agent.workspace.clone, "show", f"{RESCUE}:open") == "1"


def test_an_index_that_is_broken_does_not_hide_the_work(workspaces: Workspaces, agent: Agent) -> None:
    agent.write({"draft": "1"})
    (agent.workspace.clone / "worktrees" / agent.workspace.path.name / "index").write_bytes(b"broken")

    workspaces.collect(agent.workspace)

    assert git(agent.workspace.clone, "show", f"{RESCUE}:draft") == "1"


def test_commits_made_after_something_was_saved_are_saved_too(workspaces: Workspaces, agent: Agent) -> None:
    agent.write({"draft": "1"})
    workspaces.collect(agent.workspace)
    made = agent.commit({"draft": "2"})

    workspaces.release(agent.workspace)

    assert git(agent.workspace.clone, "merge-base", "--is-ancestor", made, RESCUE) == ""


@pytest.mark.parametrize(
    "head", ["ref: refs/heads/no-such", "ref: ../../x", "--help", "", "0" * 40, "f" * 12]
)
def test_a_head_that_leads_nowhere_is_not_followed(workspaces: Workspaces, agent: Agent, head: str) -> None:
    made = agent.commit({"a": "1"})
    (agent.workspace.clone / "worktrees" / agent.workspace.path.name / "HEAD").write_text(head)

    assert workspaces.collect(agent.workspace).head == made


def test_a_checkout_that_was_removed_has_left_its_commits(workspaces: Workspaces, agent: Agent) -> None:
    made = agent.commit({"a": "1"})
    shutil.rmtree(agent.workspace.path)

    collected = workspaces.collect(agent.workspace)

    assert (collected.commits, collected.dirty) == ((made,), False)


def test_what_cannot_be_saved_is_an_error_and_not_forgotten(
    workspaces: Workspaces, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.write({"draft": "1"})
    with monkeypatch.context() as patch:
        patch.setattr(Tree, "_add", lambda *_: Output(128, "", "fatal: no space left"))
        with pytest.raises(WorkspaceError, match="git add: fatal: no space left"):
            workspaces.release(agent.workspace)

    assert (agent.workspace.path / "draft").exists()
    assert workspaces.release(agent.workspace) == RESCUE
