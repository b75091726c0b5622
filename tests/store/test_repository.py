"""Which repositories gitcp opens, and what it says of the others."""

from pathlib import Path

import pytest

from gitcp.errors import NotAControlRepositoryError
from gitcp.store.repository import find_repository
from tests.store.repositories import git


def test_a_repository_is_found_from_any_folder_in_its_checkout(checkout: Path) -> None:
    found = find_repository(checkout / "tasks" / "CI")

    assert (found.work_tree, found.git_dir, found.common_dir) == (
        checkout,
        checkout / ".git",
        checkout / ".git",
    )


def test_a_bare_repository_has_no_working_tree(bare: Path) -> None:
    found = find_repository(bare)

    assert (found.work_tree, found.git_dir, found.own_dir) == (None, bare, bare / "gitcp")


def test_worktrees_share_what_gitcp_keeps(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))

    found = find_repository(tmp_path / "linked")

    assert (found.work_tree, found.own_dir) == (tmp_path / "linked", checkout / ".git" / "gitcp")
    assert found.git_dir != found.common_dir


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_repository_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(NotAControlRepositoryError, match="no Git repository") as refused:
        find_repository(tmp_path / folder)
    assert "gitcp init" in str(refused.value.hint)


def test_a_repository_in_sha256_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "sha256")

    with pytest.raises(NotAControlRepositoryError, match="SHA-256"):
        find_repository(tmp_path / "sha256")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"core.repositoryFormatVersion": "1", "extensions.partialClone": "origin"}, "partial clone"),
        ({"remote.origin.promisor": "true"}, "partial clone"),
        ({"core.repositoryFormatVersion": "1", "extensions.refStorage": "reftable"}, "reftable"),
        ({"core.sparseCheckout": "true"}, "sparse"),
        ({"core.splitIndex": "true"}, "split index"),
        ({"core.repositoryFormatVersion": "1", "extensions.fromTheFuture": "true"}, "fromthefuture"),
    ],
)
def test_a_repository_that_libgit2_misreads_is_refused_by_name(
    checkout: Path, settings: dict[str, str], message: str
) -> None:
    for name, value in settings.items():
        git(checkout, "config", "--file", ".git/config", name, value)

    with pytest.raises(NotAControlRepositoryError, match=message):
        find_repository(checkout)


def test_a_sparse_checkout_is_refused_wherever_git_notes_it(checkout: Path) -> None:
    git(checkout, "sparse-checkout", "set", "tasks")

    with pytest.raises(NotAControlRepositoryError, match="sparse"):
        find_repository(checkout)


def test_an_index_that_is_split_already_is_refused(checkout: Path) -> None:
    git(checkout, "update-index", "--split-index")

    with pytest.raises(NotAControlRepositoryError, match="index"):
        find_repository(checkout)


@pytest.mark.parametrize("left", [b"", bytes(4096)])
def test_an_index_that_a_power_cut_left_behind_is_refused_and_comes_back_as_the_hint_says(
    checkout: Path, left: bytes
) -> None:
    index = checkout / ".git" / "index"
    index.write_bytes(left)

    with pytest.raises(NotAControlRepositoryError) as refused:
        find_repository(checkout)

    assert "deleting .git/index and `git reset`" in (refused.value.hint or "")
    index.unlink()
    git(checkout, "reset", "--quiet")
    assert find_repository(checkout).work_tree == checkout


def test_a_shallow_clone_is_fine(bare: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{bare}", "shallow")

    assert find_repository(tmp_path / "shallow").work_tree == tmp_path / "shallow"
