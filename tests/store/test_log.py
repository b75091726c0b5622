"""The log of the branch: the story of the company, its merges told as one step."""

from pathlib import Path

from gitcp.store.git_store import GitStore
from tests.store.repositories import MAIN, commit_files, git, tip


def test_a_merge_is_one_entry_with_all_that_it_brought(bare: Path, store: GitStore) -> None:
    root = tip(bare)
    commit_files(bare, {"org/riley.yaml": "x", "notes": "x"}, message="on a branch\n")
    commit_files(bare, {"notes": "y"}, message="on a branch again\n")
    side = tip(bare)
    merge = git(
        bare, "commit-tree", "-p", root, "-p", side, "-m", "Merge pull request #1", f"{side}^{{tree}}"
    ).strip()
    git(bare, "update-ref", MAIN, merge)

    first, second = store.history().entries()

    assert (first.subject, first.paths, second.subject) == (
        "Merge pull request #1",
        ("notes", "org/riley.yaml"),
        "found the company",
    )


def test_members_are_found_whatever_kind_they_are_asked_by(bare: Path, store: GitStore) -> None:
    commit_files(bare, {"org/riley.yaml": "x"}, message="hire\n")
    commit_files(bare, {"org/clara.yaml": "x"}, message="hire another\n")

    assert [
        [e.subject for e in store.history().entries_of(kind, "riley")] for kind in ("agent", "person", "task")
    ] == [
        ["hire"],
        ["hire"],
        [],
    ]


def test_where_a_shallow_clone_ends_the_log_ends_without_paths(bare: Path, tmp_path: Path) -> None:
    commit_files(bare, {"notes": "x"}, message="second\n")
    with GitStore.clone(f"file://{bare}", tmp_path / "shallow.git", depth=1) as store:
        entries = list(store.history().entries())

    assert [(entry.subject, entry.paths) for entry in entries] == [("second", ())]
