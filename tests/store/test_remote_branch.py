"""The branch of a remote: races, refusals and answers that are lost."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gitcp.errors import ConflictError, NotAControlRepositoryError, RemoteError
from gitcp.model.operation import Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.git_store import GitStore
from gitcp.store.remote import Outcome, Remote
from gitcp.store.remote_branch import RemoteBranch
from tests.store.repositories import (
    children_environment,
    commit_files,
    commit_records,
    git,
    new_bare,
    subjects,
    tip,
)
from tests.store.steps import Count, a_call, a_task, asking, put, receipt, title

FIRST = "tasks/CI/CI-0001.yaml"

WORK = """
import sys
from pathlib import Path
from gitcp.store.git_store import GitStore
from tests.store.steps import Count, a_call, asking, receipt
folder, number, turns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with GitStore.open(Path(folder)) as store:
    for turn in range(turns):
        receipt(store.apply(asking((Count(task="CI-0001"), a_call(1000 * number + turn)))))
"""


def work(folders: Sequence[Path], turns: int) -> None:
    """Let a process count in each folder, all at once."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, str(folder), str(number), str(turns)], env=children_environment()
        )
        for number, folder in enumerate(folders, 1)
    ]
    assert [process.wait(timeout=120) for process in running] == [0] * len(running)


def counted(folder: Path) -> tuple[int, int]:
    """Return what was counted, and in how many commits."""
    with GitStore.open(folder) as store:
        (task,) = store.snapshot().tasks()
        requests = [
            e.trailers["Gitcp-Request"] for e in store.history().entries() if "Gitcp-Request" in e.trailers
        ]
        assert len(requests) == len(set(requests))
        return task.attempts, len(requests)


def test_processes_with_clones_of_one_remote_lose_nothing_and_do_nothing_twice(
    bare: Path, tmp_path: Path
) -> None:
    clones = [tmp_path / f"clone{number}.git" for number in range(3)]
    for clone in clones:
        GitStore.clone(str(bare), clone).close()

    work([*clones, clones[0]], 5)

    assert counted(bare) == (20, 20)
    assert "error" not in git(bare, "fsck")


def test_processes_in_one_repository_lose_nothing_and_do_nothing_twice(bare: Path) -> None:
    work([bare] * 3, 10)

    assert counted(bare) == (30, 30)


@pytest.mark.slow
def test_four_processes_with_twenty_operations_each(bare: Path, tmp_path: Path) -> None:
    clones = [tmp_path / f"clone{number}.git" for number in range(4)]
    for clone in clones:
        GitStore.clone(str(bare), clone).close()

    work(clones, 20)

    assert counted(bare) == (80, 80)


def test_when_others_are_always_first_the_store_gives_up_after_its_patience(clone: Path, bare: Path) -> None:
    asked: list[str] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        asked.append(snapshot.revision)
        commit_records(bare, a_task("CI-0002", title=f"Turn {len(asked)}"))
        return [(Count(task="CI-0001"), a_call(1))]

    with (
        GitStore.open(clone, patience=0.3) as store,
        pytest.raises(ConflictError, match="nothing was written"),
    ):
        store.apply(decide)

    assert len(asked) == len(set(asked))
    assert "count task CI-0001" not in subjects(bare)


def test_a_push_whose_answer_is_lost_is_found_at_once(
    clone: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = Remote.push

    def push(remote: Remote, moves: object) -> Outcome:
        pushed(remote, moves)  # type: ignore[arg-type]
        return Outcome(128, "", "the connection broke")

    monkeypatch.setattr(Remote, "push", push)
    with GitStore.open(clone) as store:
        done = put(store, 1, a_task("CI-0002"))

        assert (done.repeated, done.revision) == (False, tip(bare))
        assert store.snapshot().revision == tip(bare)
    assert subjects(bare) == ["put record things", "found the company"]


def test_a_push_whose_answer_is_lost_is_found_although_others_went_on(
    clone: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = Remote.push

    def push(remote: Remote, moves: object) -> Outcome:
        pushed(remote, moves)  # type: ignore[arg-type]
        commit_files(bare, {"notes": "x"})
        return Outcome(128, "", "the connection broke")

    monkeypatch.setattr(Remote, "push", push)
    with GitStore.open(clone) as store:
        done = put(store, 1, a_task("CI-0002"))

        assert not done.repeated
        assert store.snapshot().revision == tip(bare) != done.revision


DIE = """
import os, sys
from pathlib import Path
from gitcp.store import remote_branch
from gitcp.store.git_store import GitStore
from gitcp.store.remote import Remote
from tests.store.steps import title
where, folder = sys.argv[1:]
pushed = Remote.push
def push(remote, moves):
    if where == "after":
        pushed(remote, moves)
    os._exit(9)
Remote.push = push
with GitStore.open(Path(folder)) as store:
    title(store, 1, "CI-0002", "Second")
"""


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_process_that_dies_around_the_push_is_repeated_without_harm(
    clone: Path, bare: Path, where: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIE, where, str(clone)], env=children_environment(), check=False
    )
    assert done.returncode == 9

    with GitStore.open(clone) as store:
        again = title(store, 1, "CI-0002", "Second")

    assert again.repeated is (where == "after")
    assert subjects(bare) == ["title task CI-0002", "found the company"]
    assert git(clone, "status", "--porcelain") == ""


def test_a_remote_that_refuses_for_another_reason_is_an_error(clone: Path, bare: Path) -> None:
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho protected branch >&2\nexit 1\n")
    hook.chmod(0o755)

    with GitStore.open(clone) as store:
        with pytest.raises(RemoteError, match="protected branch"):
            title(store, 1, "CI-0002", "Second")
        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]
        hook.unlink()
        assert not title(store, 1, "CI-0002", "Second").repeated


def test_a_hook_of_the_user_is_asked(clone: Path, bare: Path) -> None:
    hook = clone / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    with GitStore.open(clone) as store, pytest.raises(RemoteError, match="push"):
        title(store, 1, "CI-0002", "Second")
    assert subjects(bare) == ["found the company"]


def test_offline_the_last_known_records_are_there_and_nothing_can_be_changed(
    clone: Path, bare: Path, tmp_path: Path
) -> None:
    bare.rename(tmp_path / "away.git")

    with GitStore.open(clone) as store:
        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]
        with pytest.raises(RemoteError):
            title(store, 1, "CI-0002", "Second")
        with pytest.raises(RemoteError):
            store.fetch()


def test_fetch_brings_what_others_did_and_lets_the_checkout_follow(clone: Path, bare: Path) -> None:
    with GitStore.open(clone) as store:
        commit_records(bare, a_task("CI-0002"), seconds=1_700_000_001)
        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]

        assert store.fetch() == ()

        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001", "CI-0002"]
        assert tip(clone) == tip(bare)


def test_an_empty_remote_is_filled_by_the_first_operation(tmp_path: Path) -> None:
    upstream = new_bare(tmp_path / "upstream.git")
    git(tmp_path, "clone", "--quiet", str(upstream), "clone")
    with GitStore.open(tmp_path / "clone") as store:
        title(store, 1, "CI-0001", "First")

    assert subjects(upstream) == ["title task CI-0001"]


def test_a_remote_that_was_never_pushed_to_is_not_filled_behind_its_owners_back(
    checkout: Path, tmp_path: Path
) -> None:
    upstream = new_bare(tmp_path / "upstream.git")
    git(checkout, "remote", "add", "origin", str(upstream))

    with GitStore.open(checkout) as store:
        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]
        with pytest.raises(RemoteError, match="has no branch main") as refused:
            title(store, 1, "CI-0002", "Second")
    assert "git push" in str(refused.value.hint)
    assert subjects(upstream) == []


def test_the_record_branch_is_the_one_that_the_configuration_names(clone: Path, bare: Path) -> None:
    git(bare, "branch", "records", "main")
    git(clone, "config", "gitcp.branch", "records")
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Second")
        assert store.branch == "records"

    assert (len(subjects(bare, "records")), len(subjects(bare))) == (2, 1)


def test_the_record_branch_is_the_head_of_the_remote_whatever_is_checked_out(clone: Path, bare: Path) -> None:
    git(clone, "remote", "set-head", "origin", "--delete")
    git(clone, "checkout", "--quiet", "-b", "feature")
    with GitStore.open(clone) as store:
        assert store.branch == "main"

    assert git(clone, "symbolic-ref", "refs/remotes/origin/HEAD").strip() == "refs/remotes/origin/main"


def test_another_remote_can_be_named_and_must_exist(clone: Path, bare: Path) -> None:
    git(clone, "remote", "rename", "origin", "upstream")
    git(clone, "config", "gitcp.remote", "upstream")
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Second")
    assert len(subjects(bare)) == 2

    git(clone, "config", "gitcp.remote", "nowhere")
    with pytest.raises(NotAControlRepositoryError, match="no remote 'nowhere'"):
        GitStore.open(clone)


@pytest.mark.parametrize("branch", ["--upload-pack=x", "a..b", "a:b", "a b", "a.lock", "/a", "a/"])
def test_a_name_that_is_no_branch_is_refused(clone: Path, branch: str) -> None:
    git(clone, "config", "gitcp.branch", branch)

    with pytest.raises(NotAControlRepositoryError, match="is not the name of a branch"):
        GitStore.open(clone)


def test_a_remote_with_a_url_that_is_not_allowed_is_refused(clone: Path) -> None:
    git(clone, "config", "remote.origin.pushurl", "ext::sh -c date")

    with pytest.raises(RemoteError, match="is not a URL that gitcp uses"):
        GitStore.open(clone)


def test_a_cache_that_cannot_follow_does_not_undo_what_is_in_the_branch(
    clone: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with GitStore.open(clone) as store:
        store.snapshot()
        moved = RemoteBranch.move

        def move_and_break(*arguments: object) -> bool:
            done = moved(*arguments)  # type: ignore[arg-type]
            store._cache.writer.execute("DROP TABLE meta")
            store._cache.writer.execute("ROLLBACK")
            return done

        monkeypatch.setattr(RemoteBranch, "move", move_and_break)
        done = receipt(store.apply(asking((Count(task="CI-0001"), a_call(1)))))

        assert done.revision == tip(bare) == store.snapshot().revision


def test_a_branch_that_somebody_deleted_from_the_remote_is_not_begun_anew(clone: Path, bare: Path) -> None:
    git(clone, "checkout", "--quiet", "-b", "feature")
    git(clone, "branch", "--quiet", "--delete", "--force", "main")
    git(bare, "update-ref", "-d", "refs/heads/main")

    with GitStore.open(clone) as store, pytest.raises(RemoteError, match="has no branch main"):
        title(store, 1, "CI-0002", "Second")
    assert subjects(bare) == []


def test_a_clone_of_a_relative_path_is_of_that_path(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bare.parent)

    with GitStore.clone(bare.name, tmp_path / "deep/er/clone.git") as store:
        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]
