"""Blobs, trees and commits: what is written is what git reads, and differences cost what changed."""

import os
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcp.errors import RecordError
from gitcp.store.objects import Objects, Signature
from gitcp.store.trees import EXECUTABLE, FILE, SYMLINK, FileChange, Leaf
from tests.store.repositories import commit_files, git, new_bare, tip

WHO = Signature("Oscar", "oscar@example.org", datetime(2026, 11, 22, 9, tzinfo=UTC))
PATHS = ["a", "b/a", "b/c/a", "b/c/d", "b.yaml", "b-x/a", "bb/a", "z"]
trees = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["one", "two", "three"]))


@pytest.fixture
def objects(bare: Path) -> Objects:
    return Objects(bare)


def tree_of(objects: Objects, files: dict[str, str]) -> str:
    return objects.edit(None, {path: Leaf(objects.write(text.encode())) for path, text in files.items()})


@given(old=trees, new=trees)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_editing_a_tree_by_its_difference_gives_the_other_tree(
    objects: Objects, old: dict[str, str], new: dict[str, str]
) -> None:
    before, after = tree_of(objects, old), tree_of(objects, new)

    changes = list(objects.diff(before, after))

    assert sorted(change.path for change in changes) == sorted(
        p for p in {*old, *new} if old.get(p) != new.get(p)
    )
    assert objects.edit(before, {change.path: change.after for change in changes}) == after
    assert {path for path, _ in objects.leaves(after)} == new.keys()


def test_git_sees_the_tree_that_was_written(objects: Objects, bare: Path) -> None:
    script = Leaf(objects.write(b"#!/bin/sh\n"), EXECUTABLE)
    tree = objects.edit(None, {"bin/run": script, "tasks/CI/CI-0001.yaml": Leaf(objects.write(b"x"))})

    listed = git(bare, "ls-tree", "-r", tree)

    assert [line.split()[0] + " " + line.split()[-1] for line in listed.splitlines()] == [
        "100755 bin/run",
        "100644 tasks/CI/CI-0001.yaml",
    ]
    assert "error" not in git(bare, "fsck", "--strict")


def test_a_folder_without_files_is_no_longer_in_the_tree(objects: Objects) -> None:
    tree = tree_of(objects, {"wakes/riley/1f.yaml": "x", "z": "z"})

    assert objects.edit(tree, {"wakes/riley/1f.yaml": None}) == tree_of(objects, {"z": "z"})
    assert objects.edit(tree, {"wakes/riley/1f.yaml": None, "z": None}) == tree_of(objects, {})


@pytest.mark.parametrize(
    ("path", "message"), [("b", "a folder is in the way"), ("b/a/c", "a file is in the way")]
)
def test_a_path_through_something_else_is_refused(objects: Objects, path: str, message: str) -> None:
    tree = tree_of(objects, {"b/a": "x"})

    with pytest.raises(RecordError, match=message):
        objects.edit(tree, {path: Leaf(objects.write(b"y"))})


def test_a_file_that_becomes_a_folder_is_both_in_the_difference(objects: Objects) -> None:
    before, after = tree_of(objects, {"b": "x"}), tree_of(objects, {"b/a": "x"})

    assert {(c.path, c.before is None, c.after is None) for c in objects.diff(before, after)} == {
        ("b", False, True),
        ("b/a", True, False),
    }


def test_links_and_submodules_are_leaves_with_a_mode(tmp_path: Path) -> None:
    repository = new_bare(tmp_path / "strange.git")
    submodule = "1" * 40
    commit_files(repository, {"plain": "x", "link": "plain"}, modes={"link": SYMLINK})
    objects = Objects(repository)
    tree = objects.edit(objects.commit(tip(repository)).tree, {"sub": Leaf(submodule, 0o160000)})

    assert {path: leaf.mode for path, leaf in objects.leaves(tree)} == {
        "plain": FILE,
        "link": SYMLINK,
        "sub": 0o160000,
    }
    assert objects.leaf(tree, "sub") == Leaf(submodule, 0o160000)
    assert objects.leaf(tree, "sub/inner") is None


def test_a_name_that_is_not_utf8_can_be_told(objects: Objects, bare: Path) -> None:
    entry = b"100644 blob " + objects.write(b"x").encode() + b"\tcaf\xe9\0"
    made = subprocess.run(["git", "mktree", "-z"], cwd=bare, input=entry, capture_output=True, check=True)

    assert [path for path, _ in objects.leaves(made.stdout.decode().strip())] == ["caf\\xe9"]


def test_a_commit_reads_back_as_it_was_written(objects: Objects) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    author = Signature("Zoë 漢", "zoe@example.org", datetime(2026, 11, 22, 9, 0, 1, tzinfo=east))
    oid = objects.write_commit(tree_of(objects, {"a": "x"}), (), author, WHO, "subject\n\nbody\n")

    commit = objects.commit(oid)

    assert (commit.author, commit.committer, commit.message, commit.parents) == (
        author,
        WHO,
        "subject\n\nbody\n",
        (),
    )
    assert commit.author.at.utcoffset() == timedelta(hours=5, minutes=30)


def test_the_first_parents_leave_merged_branches_out(objects: Objects) -> None:
    tree = tree_of(objects, {"a": "x"})
    root = objects.write_commit(tree, (), WHO, WHO, "root")
    side = objects.write_commit(tree, (root,), WHO, WHO, "side")
    merge = objects.write_commit(tree, (root, side), WHO, WHO, "merge")

    assert [commit.message for commit in objects.first_parents(merge)] == ["merge", "root"]
    assert objects.is_ancestor(side, merge)
    assert not objects.is_ancestor(merge, side)


def test_a_missing_path_and_a_folder_are_no_leaf(objects: Objects) -> None:
    tree = tree_of(objects, {"b/a": "x"})

    assert [objects.leaf(tree, path) for path in ("b", "c", "b/c", "b/a/c")] == [None] * 4
    assert list(objects.diff(tree, tree)) == []
    assert list(objects.diff(tree, None)) == [FileChange("b/a", objects.leaf(tree, "b/a"), None)]


NAMES = ["a", "a-b", "a.b", "a0", "b", "ab", "Ä", "z"]
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)


@given(files=st.dictionaries(paths, st.sampled_from(["one", "two"]), max_size=12), data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_tree_is_the_one_that_git_would_write(
    objects: Objects, bare: Path, files: dict[str, str], data: st.DataObject
) -> None:
    whole = {
        path: text for path, text in files.items() if not any(other.startswith(f"{path}/") for other in files)
    }
    first = data.draw(st.sets(st.sampled_from(sorted(whole))) if whole else st.just(set()))
    leaves = {path: Leaf(objects.write(text.encode())) for path, text in whole.items()}

    begun = objects.edit(None, {path: leaves[path] for path in first})
    tree = objects.edit(begun, {path: leaf for path, leaf in leaves.items() if path not in first})

    index = {"GIT_INDEX_FILE": str(bare / "expected.index")}
    (bare / "expected.index").unlink(missing_ok=True)
    lines = "".join(f"100644 {leaf.oid}\t{path}\0" for path, leaf in leaves.items())
    for command, given_lines in ((["update-index", "-z", "--index-info"], lines), (["write-tree"], "")):
        done = subprocess.run(
            ["git", *command], cwd=bare, input=given_lines, env=os.environ | index, capture_output=True, text=True, check=True
        )  # fmt: skip
    assert tree == done.stdout.strip()
    assert {path: objects.leaf(tree, path) for path in whole} == leaves


def test_a_folder_says_how_much_is_in_it(objects: Objects) -> None:
    tree = tree_of(objects, {"b/a": "1", "b/c/a": "2", "b/c/d": "3", "z": "4"})

    assert [objects.count(tree, folder) for folder in ("b", "b/c", "nowhere", "z", "b/nowhere")] == [
        2,
        2,
        0,
        0,
        0,
    ]
    assert objects.count(None, "b") == 0


def test_what_was_looked_at_long_ago_is_read_again(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gitcp.store.trees._MOST_ENTRIES", 2)
    monkeypatch.setattr("gitcp.store.trees._MOST_BYTES", 2)
    objects = Objects(bare)
    grown = [tree_of(objects, {f"{name}/{n}": "x" for n in range(3)}) for name in "abcdef"]

    assert [objects.leaf(tree, f"{name}/2") for tree, name in zip(grown, "abcdef", strict=True)] == [
        Leaf(objects.write(b"x"))
    ] * 6
    for _ in range(2):
        assert [change.path for old, new in pairwise(grown) for change in objects.diff(old, new)] == [
            f"{name}/{n}" for pair in pairwise("abcdef") for name in pair for n in range(3)
        ]
