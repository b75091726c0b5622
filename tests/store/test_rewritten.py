"""Rewritten history: noticed, told once, nothing lost, and on the list of problems until a person has settled it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gitcp.errors import RewrittenError
from gitcp.store.git_store import GitStore
from tests.store.repositories import commit_files, git, subjects, tip
from tests.store.steps import title

REWRITTEN = "refs/gitcp/rewritten/"


def kept(repository: Path) -> list[str]:
    return git(repository, "for-each-ref", "--format=%(refname)", REWRITTEN).split()


def move_back(bare: Path, commits: int = 1) -> str:
    """Move the branch back as a forced push does, and return where it was."""
    old = tip(bare)
    git(bare, "update-ref", "refs/heads/main", git(bare, "rev-parse", f"main~{commits}").strip())
    return old


def test_a_branch_that_was_pushed_back_is_told_once_and_then_followed(clone: Path, bare: Path) -> None:
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Gone")
        title(store, 2, "CI-0002", "Gone too")
        old = move_back(bare, 2)

        with pytest.raises(RewrittenError) as told:
            title(store, 3, "CI-0003", "Third")
        title(store, 3, "CI-0003", "Third")

    assert f"main: its history was rewritten from {old[:12]} to" in told.value.message
    assert "2 commits fell out of it" in told.value.message
    assert kept(clone) == [REWRITTEN + old]
    assert subjects(bare) == ["title task CI-0003", "found the company"]


def test_a_history_that_was_replaced_is_noticed_by_a_fetch(clone: Path, bare: Path) -> None:
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Replaced")
        old = move_back(bare)
        commit_files(bare, {"notes": "x"})

        with pytest.raises(RewrittenError, match="1 commit fell out of it"):
            store.fetch()
        store.fetch()

        assert store.snapshot().revision == tip(bare)
    assert kept(clone) == [REWRITTEN + old]


def test_a_rewrite_that_the_user_fetched_is_noticed_all_the_same(clone: Path, bare: Path) -> None:
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Gone")
        move_back(bare)
        git(clone, "fetch", "--quiet", "origin")

        with pytest.raises(RewrittenError):
            store.fetch()


def test_what_was_seen_outlives_the_cache(clone: Path, bare: Path) -> None:
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Gone")
    for file in (clone / ".git" / "gitcp").glob("*.sqlite*"):
        file.unlink()
    old = move_back(bare)

    with GitStore.open(clone) as store, pytest.raises(RewrittenError):
        store.fetch()

    assert kept(clone) == [REWRITTEN + old]


def test_it_stays_a_problem_until_its_ref_is_deleted(clone: Path, bare: Path) -> None:
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Gone")
        old = move_back(bare)
        with pytest.raises(RewrittenError):
            store.fetch()

        (problem,) = store.snapshot().problems()
        assert problem.path == REWRITTEN + old
        assert old[:12] in problem.message
        assert "git update-ref -d" in problem.hint

        git(clone, "pack-refs", "--all")
        assert len(store.snapshot().problems()) == 1
        git(clone, "update-ref", "-d", problem.path)
        assert list(store.snapshot().problems()) == []


def test_what_fell_out_survives_git_gc(clone: Path, bare: Path) -> None:
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Gone")
        old = move_back(bare)
        with pytest.raises(RewrittenError):
            store.fetch()
    git(clone, "reset", "--quiet", "--hard", "origin/main")
    git(clone, "reflog", "expire", "--expire=now", "--all")
    git(clone, "gc", "--quiet", "--prune=now")

    assert git(clone, "show", f"{old}:tasks/CI/CI-0002.yaml").startswith("title: Gone")


def amend(checkout: Path) -> None:
    git(checkout, "commit", "--quiet", "--amend", "--allow-empty", "--message=said better")


def reset(checkout: Path) -> None:
    git(checkout, "reset", "--quiet", "--hard", "HEAD~1")


def reads(store: GitStore) -> None:
    store.snapshot()


def writes(store: GitStore) -> None:
    title(store, 2, "CI-0003", "Third")


@pytest.mark.parametrize("ask", [reads, writes])
@pytest.mark.parametrize("rewrite", [amend, reset])
def test_a_commit_that_was_the_record_and_is_taken_back_is_noticed_without_remote(
    checkout: Path, rewrite: Callable[[Path], None], ask: Callable[[GitStore], None]
) -> None:
    with GitStore.open(checkout) as store:
        title(store, 1, "CI-0002", "Gone")
        old = tip(checkout)
        rewrite(checkout)

        with pytest.raises(RewrittenError, match="1 commit fell out of it"):
            ask(store)
        ask(store)

        assert [problem.path for problem in store.snapshot().problems()] == [REWRITTEN + old]


def test_a_commit_that_nobody_saw_may_be_amended(checkout: Path) -> None:
    with GitStore.open(checkout) as store:
        store.snapshot()
        git(checkout, "commit", "--quiet", "--allow-empty", "--message=by hand")
        amend(checkout)

        title(store, 1, "CI-0002", "Second")

        assert list(store.snapshot().problems()) == []


def test_what_the_users_own_gitcp_moved_is_no_rewrite(clone: Path, bare: Path, tmp_path: Path) -> None:
    with (
        GitStore.open(clone) as one,
        GitStore.open(clone) as two,
        GitStore.clone(str(bare), tmp_path / "other.git") as elsewhere,
    ):
        for number, store in enumerate((one, two, elsewhere, one, elsewhere, two)):
            title(store, number, "CI-0002", f"Turn {number}")
        two.fetch()

        assert list(one.snapshot().problems()) == []
    assert kept(clone) == []


def test_a_branch_and_one_below_its_name_may_both_have_been_the_record(checkout: Path) -> None:
    for branch in ("side", "side/by"):
        git(checkout, "branch", "--quiet", "--move", branch)
        with GitStore.open(checkout) as store:
            store.snapshot()

    noted = git(checkout, "for-each-ref", "--format=%(refname)", "refs/gitcp/seen/").split()
    assert noted == ["refs/gitcp/seen/side", "refs/gitcp/seen/side%2Fby"]
