import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration, WorkspaceMode
from gitcp.workspaces import Collected, Delivered, Purpose, RepositorySpec, Workspace, Workspaces
from tests.workspaces.origin import BRANCH, LATER, RUN, Agent, Origin, git, prepare, write


def test_the_execution_repository_learns_of_nothing_but_the_delivered_branch(
    workspaces: Workspaces, origin: Origin
) -> None:
    before = origin.fingerprint()

    agent = Agent(prepare(workspaces, origin))
    agent.commit({"a": "1"})
    agent.write({"draft": "1"})
    collected = workspaces.collect(agent.workspace)
    workspaces.file_at(origin.spec, "README.md")
    with workspaces.at_commit(origin.spec, collected.head):
        untouched = origin.fingerprint()
    workspaces.deliver(agent.workspace, collected, Integration.BRANCH, "main")
    workspaces.release(agent.workspace)
    after = origin.fingerprint()

    assert untouched == before
    assert {path for path in after if before.get(path) != after[path]} - {
        ".git/refs/heads", ".git/refs/heads/riley", ".git/logs/refs/heads", ".git/logs/refs/heads/riley"
    } == {f".git/refs/heads/{BRANCH}", f".git/logs/refs/heads/{BRANCH}"}  # fmt: skip
    assert set(before) <= set(after)


def test_a_workspace_is_a_plain_checkout_that_holds_nothing_of_gitcp(agent: Agent, state: Path) -> None:
    assert sorted(path.name for path in agent.workspace.path.iterdir()) == [
        ".git",
        ".gitignore",
        "README.md",
        "roles",
    ]
    assert agent.git("status", "--porcelain", "--branch") == f"## {BRANCH}"
    assert agent.git("log", "--format=%s", "-1") == "begin"
    assert agent.workspace.path.is_relative_to(state)


def test_an_agent_commits_without_any_configuration(agent: Agent, tmp_path: Path) -> None:
    who = {f"GIT_{role}_{part}": "riley" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    write(agent.workspace.path, {"a": "1"})

    for command in (["add", "a"], ["commit", "-m", "work"], ["log", "-1"], ["fetch", "origin"]):
        subprocess.run(
            ["git", *command], cwd=agent.workspace.path, env=bare | who, check=True, capture_output=True
        )

    assert agent.git("log", "--format=%an", "-1") == "riley"


def test_no_hook_of_the_person_or_of_the_repository_runs_for_what_gitcp_does(
    workspaces: Workspaces, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks, mark = tmp_path / "hooks", tmp_path / "ran"
    for name in (
        "post-checkout",
        "pre-push",
        "pre-commit",
        "post-commit",
        "pre-auto-gc",
        "post-rewrite",
        "post-index-change",
    ):
        for folder in (hooks, origin.path / ".git" / "hooks"):
            write(folder, {name: f"#!/bin/sh\necho {name} >>{mark}\n"})
            (folder / name).chmod(0o700)
    (tmp_path / "gitconfig").write_text(f"[core]\n\thooksPath = {hooks}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))

    workspace = prepare(workspaces, origin)
    write(workspace.path, {"a": "1"})
    made = str(git(workspace.path, "-c", "core.hooksPath=/dev/null", "rev-parse", "HEAD"))
    workspaces.deliver(workspace, Collected((made,), made), Integration.BRANCH, "main")
    with workspaces.at_commit(origin.spec, made):
        pass
    rescue = workspaces.release(workspace)

    assert rescue is not None
    assert origin.tip(BRANCH) == made
    assert not mark.exists()


def test_two_tasks_have_two_checkouts_of_one_clone(workspaces: Workspaces, origin: Origin) -> None:
    first = prepare(workspaces, origin)
    second = prepare(workspaces, origin, task="CI-0029", run=LATER)

    assert first.clone == second.clone
    assert first.path != second.path
    assert (first.branch, second.branch) == ("riley/CI-0028", "riley/CI-0029")


def test_a_run_without_a_task_has_a_checkout_of_its_own(workspaces: Workspaces, origin: Origin) -> None:
    workspace = prepare(workspaces, origin, task=None)

    assert workspace.branch == f"riley/{RUN}"
    assert workspace.path.name == f"riley.{RUN}"


def test_runs_start_at_once_from_threads(workspaces: Workspaces, origin: Origin) -> None:
    start = threading.Barrier(4)

    def one(number: int) -> Workspace:
        start.wait()
        return prepare(workspaces, origin, task=f"CI-{number:04}", run=f"20261122T09000{number}Z-riley")

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(one, range(4)))

    assert len({workspace.path for workspace in made}) == 4
    assert {workspace.base for workspace in made} == {origin.tip("main")}


PREPARE = """
import sys
from pathlib import Path
from gitcp.workspaces import Collected, Delivered, Purpose, RepositorySpec, Workspaces
state, url, task, run = sys.argv[1:]
workspaces = Workspaces(Path(state))
made = workspaces.prepare(
    RepositorySpec("factory", url, "main"), Purpose(run, "riley", task, ("Riley", "riley@example.org")))
(made.path / "draft").write_text(task)
print(made.path, flush=True)
sys.stdin.read()
"""


def start_run(state: Path, origin: Origin, task: str, run: str) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", PREPARE, str(state), str(origin.path), task, run]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_runs_start_at_once_from_processes(state: Path, origin: Origin) -> None:
    started = [
        start_run(state, origin, f"CI-000{number}", f"20261122T09000{number}Z-riley") for number in range(2)
    ]
    paths = [process.communicate("")[0].strip() for process in started]

    assert all(Path(path, "draft").exists() for path in paths)
    assert len(set(paths)) == 2


def test_work_of_a_run_that_was_killed_is_rescued_before_the_place_is_used_again(
    workspaces: Workspaces, state: Path, origin: Origin
) -> None:
    with start_run(state, origin, "CI-0028", RUN) as dead:
        assert dead.stdout is not None
        path = Path(dead.stdout.readline().strip())
        begun = git(path, "rev-parse", "HEAD")
        write(path, {"committed": "1"})
        git(path, "add", "committed")
        git(path, "commit", "--quiet", "-m", "not delivered")
        dead.kill()

    workspace = prepare(workspaces, origin, run=LATER, mode=WorkspaceMode.RUN)

    assert workspace.path == path
    assert workspace.rescued == f"refs/gitcp/rescue/{RUN}"
    assert git(path, "show", f"{workspace.rescued}:draft") == "CI-0028"
    assert git(path, "show", f"{workspace.rescued}:committed") == "1"
    assert workspace.base == begun
    assert git(path, "status", "--porcelain", "--ignored") == ""
    assert not (path / "draft").exists()


def test_what_a_dead_run_left_can_be_listed_and_released(
    workspaces: Workspaces, state: Path, origin: Origin
) -> None:
    prepare(workspaces, origin, task="CI-0001", run=LATER)
    with start_run(state, origin, "CI-0028", RUN) as dead:
        assert dead.stdout is not None
        dead.stdout.readline()
        alive = workspaces.leftovers()
        dead.kill()
    (left,) = workspaces.leftovers()

    assert alive == []
    assert left.run == RUN
    assert workspaces.release(left) == f"refs/gitcp/rescue/{RUN}"
    assert workspaces.leftovers() == []


def test_a_place_where_a_living_run_works_is_not_cleaned(
    workspaces: Workspaces, workspace: Workspace, state: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.workspaces.places.PATIENCE", 0)
    (workspace.path / "draft").write_text("1")

    with pytest.raises(WorkspaceError, match=f"run {RUN} still works there"):
        prepare(Workspaces(state), origin, run=LATER)

    assert (workspace.path / "draft").exists()


def test_a_checkout_that_could_not_be_made_can_be_made_later(
    workspaces: Workspaces, origin: Origin, state: Path
) -> None:
    with pytest.raises(WorkspaceError):
        workspaces.prepare(origin.spec, Purpose(RUN, "riley", "CI-0028", ("", "")))

    assert prepare(workspaces, origin).path.is_dir()


def test_release_leaves_the_clone_as_if_nothing_had_been(workspaces: Workspaces, origin: Origin) -> None:
    agent = Agent(prepare(workspaces, origin, mode=WorkspaceMode.RUN))
    agent.git("switch", "--quiet", "-c", "aside")
    agent.git("switch", "--quiet", agent.workspace.branch)
    agent.commit({"a": "1"})
    workspaces.deliver(agent.workspace, workspaces.collect(agent.workspace), Integration.BRANCH, "main")

    assert workspaces.release(agent.workspace) is None
    assert workspaces.release(agent.workspace) is None
    assert (
        git(agent.workspace.clone, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/gitcp/rescue")
        == ""
    )
    assert git(agent.workspace.clone, "worktree", "list").split() == [str(agent.workspace.clone), "(bare)"]
    assert list(agent.workspace.path.parent.iterdir()) == []


def test_release_saves_what_was_never_collected(workspaces: Workspaces, origin: Origin) -> None:
    agent = Agent(prepare(workspaces, origin, mode=WorkspaceMode.RUN))
    agent.commit({"a": "1"})
    agent.write({"draft": "1"})

    rescue = workspaces.release(agent.workspace)

    assert rescue == f"refs/gitcp/rescue/{RUN}"
    assert git(agent.workspace.clone, "ls-tree", "--name-only", rescue, "a", "draft").split() == [
        "a",
        "draft",
    ]
    assert not agent.workspace.path.exists()


def test_the_release_of_an_earlier_run_does_not_touch_a_later_one(
    workspaces: Workspaces, origin: Origin
) -> None:
    earlier = prepare(workspaces, origin)
    workspaces.release(earlier)
    later = prepare(workspaces, origin, run=LATER)

    assert workspaces.release(earlier) is None
    assert later.path.is_dir()


def test_a_commit_is_checked_out_clean_and_removed_afterwards(
    workspaces: Workspaces, agent: Agent, origin: Origin
) -> None:
    made = agent.commit({"a": "1"})
    agent.write({"draft": "1"})

    with workspaces.at_commit(origin.spec, made) as first, workspaces.at_commit(origin.spec, made) as second:
        assert first != second
        assert git(first, "rev-parse", "HEAD") == made
        assert not (first / "draft").exists()
        (first / "built").mkdir()
        (first / "built").chmod(0o500)

    assert not first.exists()
    assert not second.exists()


def test_what_a_killed_check_left_is_cleared_by_the_next(
    workspaces: Workspaces, workspace: Workspace, origin: Origin
) -> None:
    write(workspace.path.with_name("commit.1"), {"left": "1"})

    with workspaces.at_commit(origin.spec, workspace.base) as path:
        assert path.name == "commit.1"
        assert not (path / "left").exists()


def test_a_check_that_fails_leaves_no_checkout_either(workspaces: Workspaces, origin: Origin) -> None:
    def check() -> Path:
        with workspaces.at_commit(origin.spec, str(origin.tip("main"))) as path:
            assert path.is_dir()
            raise KeyboardInterrupt(path)

    with pytest.raises(KeyboardInterrupt) as caught:
        check()

    assert not caught.value.args[0].exists()


def test_a_commit_that_is_new_there_is_fetched(
    workspaces: Workspaces, workspace: Workspace, origin: Origin
) -> None:
    new = origin.commit({"b": "1"})

    with workspaces.at_commit(origin.spec, new) as path:
        assert (path / "b").exists()


@pytest.mark.parametrize("commit", ["f" * 40, "main", "--help", "HEAD~1"])
def test_a_commit_that_is_not_there_is_an_error(workspaces: Workspaces, origin: Origin, commit: str) -> None:
    with pytest.raises(WorkspaceError, match="commit"), workspaces.at_commit(origin.spec, commit):
        pass


def test_a_file_of_the_target_branch_is_read_without_a_checkout(
    workspaces: Workspaces, origin: Origin
) -> None:
    assert workspaces.file_at(origin.spec, "roles/riley/role.md") == "You scan.\n"
    assert workspaces.file_at(origin.spec, "roles/missing.md") is None


def test_a_file_that_is_new_there_is_found(workspaces: Workspaces, origin: Origin) -> None:
    workspaces.file_at(origin.spec, "README.md")
    origin.commit({"roles/clara/role.md": "You lead.\n"})

    assert workspaces.file_at(origin.spec, "roles/clara/role.md") == "You lead.\n"


@pytest.mark.parametrize("path", ["../factory/README.md", "/etc/passwd", "roles/../../x"])
def test_a_path_that_leads_out_is_refused(workspaces: Workspaces, origin: Origin, path: str) -> None:
    with pytest.raises(WorkspaceError, match="expected a path within the repository"):
        workspaces.file_at(origin.spec, path)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (RepositorySpec("../x", "/srv/x", "main"), "a repository's name"),
        (RepositorySpec("factory", "ext::sh -c id", "main"), "expected an absolute path"),
        (RepositorySpec("factory", "/srv/x", "--upload-pack=id"), "the name of a branch"),
    ],
)
def test_what_could_be_an_option_or_a_path_never_reaches_git(
    workspaces: Workspaces, spec: RepositorySpec, said: str
) -> None:
    with pytest.raises(WorkspaceError, match=said):
        workspaces.prepare(spec, Purpose(RUN, "riley", None, ("R", "r@x")))


def test_variables_that_lead_git_elsewhere_do_not_matter(
    workspaces: Workspaces, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"):
            patch.setenv(name, str(tmp_path / "elsewhere"))
        workspace = prepare(workspaces, origin)
        write(workspace.path, {"draft": "1"})
        collected = workspaces.collect(workspace)

    assert collected.dirty
    assert not (tmp_path / "elsewhere").exists()


def test_work_whose_clone_somebody_deleted_is_rescued_into_the_next(
    workspaces: Workspaces, state: Path, origin: Origin
) -> None:
    with start_run(state, origin, "CI-0028", RUN) as dead:
        assert dead.stdout is not None
        path = Path(dead.stdout.readline().strip())
        dead.kill()
    shutil.rmtree(state / "repositories")

    workspace = prepare(workspaces, origin, run=LATER)

    assert workspace.path == path
    assert git(path, "show", f"{workspace.rescued}:draft") == "CI-0028"


def test_a_disk_that_is_full_is_an_expected_failure(
    workspaces: Workspaces, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", str(path), len(content))

    monkeypatch.setattr(Path, "write_bytes", full)

    with pytest.raises(WorkspaceError, match="No space left on device"):
        prepare(workspaces, origin)


def test_many_runs_come_and_go_at_once(workspaces: Workspaces, origin: Origin) -> None:
    def one(number: int) -> str | None:
        agent = Agent(
            prepare(workspaces, origin, task=f"CI-{number:04}", run=f"20261122T0900{number:02}Z-riley")
        )
        agent.commit({f"file-{number}": "1"})
        agent.git("fetch", "--quiet", "origin")
        collected = workspaces.collect(agent.workspace)
        delivery = workspaces.deliver(agent.workspace, collected, Integration.BRANCH, "main")
        assert isinstance(delivery, Delivered)
        return workspaces.release(agent.workspace)

    with ThreadPoolExecutor(4) as pool:
        rescued = list(pool.map(one, range(8)))

    assert rescued == [None] * 8
    assert (
        origin.git("for-each-ref", "--count=20", "--format=%(refname)", "refs/heads/riley").count("\n") == 7
    )
