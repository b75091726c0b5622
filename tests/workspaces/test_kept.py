"""Checkouts that stay from one run of a task to the next."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration, WorkspaceMode
from gitcp.workspaces import Delivered, Workspace, Workspaces
from gitcp.workspaces.places import Place
from gitcp.workspaces.program import Git
from tests.workspaces.origin import BRANCH, LATER, RUN, Agent, Origin, git, prepare, write

RESCUE = f"refs/gitcp/rescue/{RUN}"
THIRD = "20261122T110000Z-riley"


def status(workspace: Workspace, *options: str) -> str:
    return git(workspace.path, "status", "--porcelain", *options)


def branch_of(workspace: Workspace) -> str:
    return git(workspace.path, "branch", "--show-current")


def again(workspaces: Workspaces, origin: Origin, agent: Agent) -> Workspace:
    workspaces.release(agent.workspace)
    return prepare(workspaces, origin, run=LATER)


def test_the_next_run_of_a_task_has_the_same_place_with_its_ignored_files(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"node_modules.log": "built", "cache/deep.log": "built"})

    later = again(workspaces, origin, agent)

    assert later.path == agent.workspace.path
    assert (later.path / "node_modules.log").read_text() == "built"
    assert (later.path / "cache" / "deep.log").read_text() == "built"
    assert status(later) == ""
    assert (later.rescued, later.restored) == (None, None)


def test_files_that_did_not_change_are_not_written_again(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    file = agent.workspace.path / "README.md"
    before = file.stat()

    again(workspaces, origin, agent)
    after = file.stat()

    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_next_run_starts_from_what_was_delivered(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    made = agent.commit({"a": "1"})
    workspaces.deliver(agent.workspace, workspaces.collect(agent.workspace), Integration.BRANCH, "main")
    origin.commit({"elsewhere": "1"})

    later = again(workspaces, origin, agent)

    assert (later.base, later.continues) == (made, True)
    assert git(later.path, "rev-parse", "HEAD") == made
    assert branch_of(later) == BRANCH
    assert workspaces.collect(later).commits == ()


def test_the_next_run_starts_from_the_target_branch_where_nothing_was_delivered(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    tip = origin.commit({"README.md": "changed\n", "b": "1"})

    later = again(workspaces, origin, agent)

    assert later.base == tip == git(later.path, "rev-parse", "HEAD")
    assert (later.path / "README.md").read_text() == "changed\n"
    assert status(later) == ""


def test_uncommitted_edits_are_saved_and_are_there_again(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"README.md": "half\n", "new/file": "1"})
    (agent.workspace.path / "roles" / "riley" / "role.md").unlink()

    rescue = workspaces.release(agent.workspace)
    later = prepare(workspaces, origin, run=LATER)

    assert rescue == RESCUE
    assert (later.rescued, later.restored) == (None, RESCUE)
    assert status(later).split("\n") == ["M README.md", " D roles/riley/role.md", "?? new/"]
    assert git(later.clone, "show", f"{RESCUE}:new/file") == "1"


def test_uncommitted_edits_are_put_on_top_of_what_came_meanwhile(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"README.md": "half\n"})
    origin.commit({"other": "1"})

    later = again(workspaces, origin, agent)

    assert status(later) == "M README.md"
    assert (later.path / "other").exists()
    assert later.restored == RESCUE


def test_uncommitted_edits_that_conflict_stay_under_the_rescue_ref_and_are_named(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"README.md": "half\n"})
    origin.commit({"README.md": "theirs\n"})

    later = again(workspaces, origin, agent)

    assert status(later) == ""
    assert (later.path / "README.md").read_text() == "theirs\n"
    assert (later.rescued, later.restored) == (RESCUE, None)
    assert git(later.clone, "show", f"{RESCUE}:README.md") == "half"


def test_edits_that_cannot_be_written_are_named_and_left_out(
    workspaces: Workspaces, origin: Origin, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.write({"draft": "1"})
    workspaces.release(agent.workspace)
    whole = Git.local

    def full(git: Git, verb: str, *arguments: str, **places: Path) -> str:
        if verb == "read-tree" and "-m" in arguments:
            raise WorkspaceError("no space left on device")
        return whole(git, verb, *arguments, **places)

    monkeypatch.setattr(Git, "local", full)
    later = prepare(workspaces, origin, run=LATER)

    assert status(later) == ""
    assert (later.rescued, later.restored) == (RESCUE, None)


def test_commits_that_were_not_delivered_are_delivered_by_the_next_run(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.commit({"a": "1"}, "not delivered")
    origin.commit({"other": "1"})

    later = again(workspaces, origin, agent)
    collected = workspaces.collect(later)
    delivered = workspaces.deliver(later, collected, Integration.BRANCH, "main")

    assert later.restored == RESCUE
    assert isinstance(delivered, Delivered)
    assert origin.subjects(BRANCH) == ["not delivered", "change", "begin"]
    assert status(later) == ""


def test_what_was_rebased_and_delivered_does_not_come_back(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    origin.git("config", "receive.denyCurrentBranch", "ignore")
    agent.commit({"a": "1"}, "delivered")
    origin.commit({"other": "1"})
    workspaces.deliver(agent.workspace, workspaces.collect(agent.workspace), Integration.REBASE, "main")
    origin.commit({"a": "changed since"})

    later = again(workspaces, origin, agent)

    assert (later.rescued, later.restored) == (None, None)
    assert later.base == origin.tip("main") == git(later.path, "rev-parse", "HEAD")


def test_nothing_comes_back_to_a_run_that_does_not_want_it(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.commit({"a": "1"})
    agent.write({"draft": "1", "build.log": "1"})
    workspaces.release(agent.workspace)

    later = prepare(workspaces, origin, run=LATER, restores=False)

    assert status(later, "--ignored") == "!! build.log"
    assert (later.rescued, later.restored) == (RESCUE, None)


def test_what_a_person_changed_between_two_runs_is_saved_and_comes_along(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    workspaces.release(agent.workspace)
    path = agent.workspace.path
    git(path, "switch", "--quiet", "--create", "by-hand")
    write(path, {"by-hand": "1"})
    git(path, "add", "by-hand")
    git(path, "commit", "--quiet", "-m", "by hand")
    write(path, {"README.md": "edited by hand\n"})

    later = prepare(workspaces, origin, run=LATER)

    assert (later.rescued, later.restored) == (RESCUE, RESCUE)
    assert git(later.clone, "log", "--format=%s", "-2", RESCUE).split("\n") == [
        f"rescue run {RUN}",
        "by hand",
    ]
    assert git(path, "log", "--format=%s", "-1") == "by hand"
    assert status(later) == "M README.md"


def test_a_run_that_was_killed_is_gone_on_with(workspaces: Workspaces, state: Path, origin: Origin) -> None:
    dead = Agent(prepare(Workspaces(state), origin))  # which nobody holds any more
    dead.commit({"a": "1"}, "before the end")
    dead.write({"draft": "1"})

    later = prepare(workspaces, origin, run=LATER)

    assert (later.rescued, later.restored) == (RESCUE, RESCUE)
    assert git(later.path, "log", "--format=%s", "-1") == "before the end"
    assert status(later) == "?? draft"


def test_what_was_left_half_prepared_is_saved_and_does_not_come_back(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    note = agent.workspace.path.with_name(f"{agent.workspace.path.name}.json")
    workspaces.release(agent.workspace)
    note.write_text(json.dumps(json.loads(note.read_text()) | {"ready": False, "released": False}))
    agent.write({"README.md": "a mixture\n"})

    later = prepare(workspaces, origin, run=LATER)

    assert status(later) == ""
    assert (later.rescued, later.restored) == (RESCUE, None)
    assert git(later.clone, "show", f"{RESCUE}:README.md") == "a mixture"


def test_a_kept_place_is_no_leftover(workspaces: Workspaces, agent: Agent) -> None:
    workspaces.release(agent.workspace)

    assert workspaces.leftovers() == []
    assert workspaces.release(agent.workspace) is None


def test_a_kept_place_is_free_for_others_at_once(
    workspaces: Workspaces, origin: Origin, agent: Agent, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Place] = []  # so that no collector of garbage lets go of them
    whole = Place.give_back

    def give_back(place: Place) -> None:
        given.append(place)
        whole(place)

    monkeypatch.setattr(Place, "give_back", give_back)
    workspaces.release(agent.workspace)
    other = subprocess.run(
        [sys.executable, "-c", DIES, str(state), str(origin.path), LATER, "0"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert given
    assert other.stdout == "done\n"


def test_a_kept_checkout_holds_no_branch(workspaces: Workspaces, agent: Agent) -> None:
    agent.git("switch", "--quiet", "--create", "aside")
    agent.commit({"a": "1"})
    workspaces.release(agent.workspace)

    assert git(agent.workspace.clone, "for-each-ref", "refs/heads") == ""
    assert branch_of(agent.workspace) == ""


def test_tasks_that_share_a_branch_do_not_move_it_under_each_other(
    workspaces: Workspaces, origin: Origin
) -> None:
    first = Agent(prepare(workspaces, origin, branch="work/riley"))
    second = Agent(prepare(workspaces, origin, branch="work/riley", task="CI-0029", run=LATER))
    first.commit({"a": "1"}, "first")
    second.commit({"b": "1"}, "second")
    for agent in (first, second):
        workspaces.deliver(agent.workspace, workspaces.collect(agent.workspace), Integration.BRANCH, "main")

    assert sorted(origin.subjects("work/riley")) == ["begin", "first", "second"]
    assert sorted(origin.git("ls-tree", "--name-only", "work/riley", "a", "b").split()) == ["a", "b"]


def test_the_branch_is_that_of_the_purpose(workspaces: Workspaces, origin: Origin) -> None:
    agent = Agent(prepare(workspaces, origin, branch="agents/riley-CI-0028"))
    agent.commit({"a": "1"})
    delivery = workspaces.deliver(
        agent.workspace, workspaces.collect(agent.workspace), Integration.BRANCH, "main"
    )

    assert isinstance(delivery, Delivered)
    assert delivery.branch == "agents/riley-CI-0028" == branch_of(agent.workspace)


@pytest.mark.parametrize("branch", ["--upload-pack=id", "a..b", "a b", "main"])
def test_a_branch_that_must_not_be_is_refused(workspaces: Workspaces, origin: Origin, branch: str) -> None:
    with pytest.raises(WorkspaceError, match="expected"):
        prepare(workspaces, origin, branch=branch)


def test_runs_that_share_one_checkout_leave_nothing_but_ignored_files_to_each_other(
    workspaces: Workspaces, origin: Origin
) -> None:
    first = Agent(prepare(workspaces, origin, mode=WorkspaceMode.CHECKOUT))
    first.write({"draft": "1", "cache.log": "1"})
    workspaces.release(first.workspace)
    other = prepare(workspaces, origin, mode=WorkspaceMode.CHECKOUT, agent="mo", task="CI-0029", run=LATER)

    assert other.path == first.workspace.path
    assert branch_of(other) == "mo/CI-0029"
    assert status(other, "--ignored") == "!! cache.log"
    assert (other.rescued, other.restored) == (RESCUE, None)


def test_a_run_waits_for_the_one_checkout_and_says_who_has_it(
    workspaces: Workspaces, origin: Origin, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.workspaces.workspaces.ONE_AFTER_ANOTHER", 0)
    held = prepare(workspaces, origin, mode=WorkspaceMode.CHECKOUT)

    with pytest.raises(WorkspaceError, match=f"run {RUN} still works there"):
        prepare(Workspaces(state), origin, mode=WorkspaceMode.CHECKOUT, task="CI-0029", run=LATER)

    workspaces.release(held)
    assert prepare(Workspaces(state), origin, mode=WorkspaceMode.CHECKOUT, run=LATER).path == held.path


def test_a_run_without_a_task_keeps_nothing(workspaces: Workspaces, origin: Origin) -> None:
    workspace = prepare(workspaces, origin, task=None, mode=WorkspaceMode.CHECKOUT)
    workspaces.release(workspace)

    assert not workspace.path.exists()
    assert list(workspace.path.parent.iterdir()) == []


def test_a_project_that_keeps_no_more_finds_a_clean_place(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"draft": "1", "cache.log": "1"})
    workspaces.release(agent.workspace)

    later = prepare(workspaces, origin, run=LATER, mode=WorkspaceMode.RUN)

    assert status(later, "--ignored") == ""
    assert later.rescued == RESCUE
    workspaces.release(later)
    assert list(later.path.parent.iterdir()) == []


def break_index(workspace: Workspace) -> None:
    (workspace.clone / "worktrees" / workspace.path.name / "index").write_bytes(b"broken")


def break_own_index(workspace: Workspace) -> None:
    workspace.path.with_name(f"{workspace.path.name}.index").write_bytes(b"broken")


def break_link(workspace: Workspace) -> None:
    (workspace.path / ".git").write_text("gitdir: /nowhere\n")


def own_repository(workspace: Workspace) -> None:
    (workspace.path / ".git").unlink()
    git(workspace.path, "init", "--quiet")


def no_link(workspace: Workspace) -> None:
    (workspace.path / ".git").unlink()


def unregistered(workspace: Workspace) -> None:
    shutil.rmtree(workspace.clone / "worktrees")


def other_head(workspace: Workspace) -> None:
    (workspace.clone / "worktrees" / workspace.path.name / "HEAD").write_text("ref: ../../../etc\n")


def locked_index(workspace: Workspace) -> None:
    for name in ("index.lock", "HEAD.lock"):
        (workspace.clone / "worktrees" / workspace.path.name / name).touch()
    workspace.path.with_name(f"{workspace.path.name}.index.part.lock").touch()


def hidden_change(workspace: Workspace) -> None:
    git(workspace.path, "update-index", "--assume-unchanged", "README.md")
    git(workspace.path, "update-index", "--skip-worktree", "roles/riley/role.md")


def excluded(workspace: Workspace) -> None:
    write(workspace.clone, {"info/exclude": "*\n", "info/attributes": "* filter=evil\n"})


def read_only(workspace: Workspace) -> None:
    (workspace.path / "roles" / "riley").chmod(0o500)


def rebasing(workspace: Workspace) -> None:
    write(
        workspace.clone / "worktrees" / workspace.path.name,
        {"rebase-merge/head-name": "x", "MERGE_HEAD": "x"},
    )


def gone(workspace: Workspace) -> None:
    shutil.rmtree(workspace.path)


def sparse(workspace: Workspace) -> None:
    git(workspace.path, "sparse-checkout", "set", "roles")


HARMS: Final[list[Callable[[Workspace], None]]] = [
    break_index, break_own_index, break_link, own_repository, no_link, unregistered, other_head, locked_index,
    hidden_change, excluded, read_only, rebasing, sparse,
]  # fmt: skip


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("when", ["in the run", "after it"])
def test_whatever_was_done_to_a_checkout_the_work_in_it_is_saved_and_the_next_run_is_sound(
    workspaces: Workspaces, origin: Origin, agent: Agent, harm: Callable[[Workspace], None], when: str
) -> None:
    agent.write({"README.md": "edited\n", "draft": "1"})
    if when == "after it":
        workspaces.release(agent.workspace)
    harm(agent.workspace)

    workspaces.release(agent.workspace)
    later = prepare(workspaces, origin, run=LATER, restores=False)

    assert git(later.clone, "show", f"{RESCUE}:draft") == "1"
    assert git(later.clone, "show", f"{RESCUE}:roles/riley/role.md") == "You scan."
    if harm is not sparse:
        assert git(later.clone, "show", f"{RESCUE}:README.md") == "edited"
    assert status(later) == ""
    assert branch_of(later) == BRANCH
    assert (later.path / "README.md").read_text() == "a factory\n"
    assert git(later.path, "fsck", "--no-progress", "--connectivity-only") == ""
    assert Agent(later).commit({"next": "1"}) == workspaces.collect(later).head


def test_a_checkout_that_somebody_deleted_is_made_again(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.commit({"a": "1"})
    workspaces.release(agent.workspace)
    gone(agent.workspace)

    later = prepare(workspaces, origin, run=LATER)

    assert (later.path / "a").exists()
    assert status(later) == ""


def test_a_link_that_leads_out_of_the_tree_is_saved_as_a_link_and_nothing_there_is_touched(
    workspaces: Workspaces, origin: Origin, agent: Agent, tmp_path: Path
) -> None:
    write(tmp_path / "outside", {"precious": "1", "attributes": "1", "exclude": "1"})
    shutil.rmtree(agent.workspace.path / "roles")
    (agent.workspace.path / "roles").symlink_to(tmp_path / "outside")
    shutil.rmtree(agent.workspace.clone / "info", ignore_errors=True)
    (agent.workspace.clone / "info").symlink_to(tmp_path / "outside")
    workspaces.release(agent.workspace)

    later = prepare(workspaces, origin, run=LATER, restores=False)

    assert sorted(path.name for path in (tmp_path / "outside").iterdir()) == [
        "attributes",
        "exclude",
        "precious",
    ]
    assert (later.path / "roles" / "riley" / "role.md").is_file()
    assert git(later.clone, "ls-tree", RESCUE, "roles").startswith("120000 blob")


def test_a_checkout_that_became_a_link_is_not_followed(
    workspaces: Workspaces, origin: Origin, agent: Agent, tmp_path: Path
) -> None:
    write(tmp_path / "outside", {"precious": "1"})
    workspaces.release(agent.workspace)
    shutil.rmtree(agent.workspace.path)
    agent.workspace.path.symlink_to(tmp_path / "outside")

    later = prepare(workspaces, origin, run=LATER)

    assert not later.path.is_symlink()
    assert status(later) == ""
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["precious"]


def with_submodule(agent: Agent, tmp_path: Path) -> Path:
    library = Origin(tmp_path / "library")
    library.path.mkdir()
    library.git("init", "--quiet", "--initial-branch=main")
    write(library.path, {"f": "1"})
    library.git("add", "--all")
    library.git("commit", "--quiet", "-m", "library")
    agent.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.path), "library")
    agent.commit({}, "add a submodule")
    return agent.workspace.path / "library"


def test_no_command_that_an_agent_has_configured_in_a_submodule_runs(
    workspaces: Workspaces, origin: Origin, agent: Agent, tmp_path: Path
) -> None:
    library = with_submodule(agent, tmp_path)
    mark = tmp_path / "ran"
    git(library, "config", "core.fsmonitor", f"touch {mark}; false")
    write(library, {"f": "changed"})

    workspaces.collect(agent.workspace)
    write(library, {"f": "changed again"})
    collected = workspaces.collect(agent.workspace)
    workspaces.deliver(agent.workspace, collected, Integration.BRANCH, "main")
    workspaces.release(agent.workspace)
    later = prepare(workspaces, origin, run=LATER)
    workspaces.collect(later)

    assert not collected.dirty
    assert (library / "f").read_text() == "changed again"
    assert git(library, "-c", "core.fsmonitor=false", "rev-parse", "HEAD")
    assert not mark.exists()


def test_a_submodule_whose_repository_is_gone_is_in_nobodys_way(
    workspaces: Workspaces, origin: Origin, agent: Agent, tmp_path: Path
) -> None:
    with_submodule(agent, tmp_path)
    workspaces.collect(agent.workspace)
    shutil.rmtree(agent.workspace.clone / "worktrees" / agent.workspace.path.name / "modules")
    agent.write({"draft": "1"})

    later = again(workspaces, origin, agent)

    assert later.restored == RESCUE
    assert git(later.clone, "show", f"{RESCUE}:draft") == "1"


def test_a_submodule_that_became_a_folder_is_saved_as_one(
    workspaces: Workspaces, agent: Agent, tmp_path: Path
) -> None:
    library = with_submodule(agent, tmp_path)
    workspaces.collect(agent.workspace)
    (library / ".git").unlink()

    workspaces.collect(agent.workspace)

    assert git(agent.workspace.clone, "show", f"{RESCUE}:library/f") == "1"


def test_a_repository_that_an_agent_made_inside_stays_and_is_no_work_of_the_task(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    inner = agent.workspace.path / "inner"
    write(inner, {"f": "1"})
    git(inner, "init", "--quiet")
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "-m", "inner")

    collected = workspaces.collect(agent.workspace)
    later = again(workspaces, origin, agent)

    assert not collected.dirty
    assert (later.path / "inner" / "f").read_text() == "1"


def test_a_repository_that_was_made_anew_gets_a_fresh_checkout_in_the_same_place(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"draft": "1"})
    workspaces.release(agent.workspace)
    shutil.rmtree(origin.path / ".git")
    origin.git("init", "--quiet", "--initial-branch=main")
    origin.git("add", "--all")
    origin.git("commit", "--quiet", "-m", "anew")

    later = prepare(workspaces, origin, run=LATER)

    assert later.path == agent.workspace.path
    assert later.clone != agent.workspace.clone
    assert status(later) == ""
    assert later.rescued == RESCUE
    assert git(agent.workspace.clone, "show", f"{RESCUE}:draft") == "1"


DIES = """
import os, signal, sys
from pathlib import Path
from gitcp.workspaces import Purpose, RepositorySpec, Workspaces
from gitcp.workspaces.program import Git

state, url, run, at = sys.argv[1:]
whole, seen = Git._run, 0

def dies(self, arguments, *rest):
    global seen
    seen += 1
    if seen == int(at):
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(self, arguments, *rest)

Git._run = dies
workspaces = Workspaces(Path(state))
made = workspaces.prepare(
    RepositorySpec("factory", url, "main"), Purpose(run, "riley", "CI-0028", ("Riley", "riley@example.org")))
(made.path / "second").write_text("2")
workspaces.collect(made)
workspaces.release(made)
print("done")
"""


def test_whenever_gitcp_is_killed_no_work_is_lost_and_the_next_run_is_sound(
    workspaces: Workspaces, origin: Origin, agent: Agent, state: Path
) -> None:
    agent.commit({"first": "1"})
    agent.write({"draft": "1"})
    workspaces.release(agent.workspace)
    deaths = 0
    for at in range(1, 40):
        argv = [sys.executable, "-c", DIES, str(state), str(origin.path), LATER, str(at)]
        if "done" in subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60).stdout:
            break
        deaths += 1
    for left in workspaces.leftovers():
        workspaces.release(left)
    later = prepare(workspaces, origin, run=THIRD, restores=False)

    assert deaths > 5
    assert status(later) == ""
    assert git(later.clone, "show", f"{RESCUE}:draft") == "1"
    assert git(later.clone, "show", f"{RESCUE}:first") == "1"
    assert git(later.clone, "show", f"refs/gitcp/rescue/{LATER}:second") == "2"
    assert git(later.clone, "worktree", "list").count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_does_not_stop_the_next_run(
    workspaces: Workspaces, origin: Origin, agent: Agent
) -> None:
    agent.write({"locked/file": "1"})
    (agent.workspace.path / "locked").chmod(0o500)
    workspaces.release(agent.workspace)

    assert status(prepare(workspaces, origin, run=LATER, restores=False)) == ""
