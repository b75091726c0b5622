from pathlib import Path

import pygit2
import pytest

from gitcp.workspaces.replay import Conflict, Replayed, replay
from tests.workspaces.origin import RILEY, git, write


@pytest.fixture
def repository(prepared_origin: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", str(prepared_origin), "copy")
    return tmp_path / "copy"


def commit(at: Path, files: dict[str, str], message: str = "change") -> str:
    write(at, files)
    git(at, "add", "--all")
    git(at, "commit", "--quiet", "-m", message)
    return git(at, "rev-parse", "HEAD")


def replayed(at: Path, onto: str, head: str) -> Replayed | Conflict:
    opened = pygit2.Repository(str(at))
    try:
        return replay(opened, onto, head, RILEY)
    finally:
        opened.free()


def two_sides(at: Path, ours: dict[str, str], theirs: dict[str, str]) -> tuple[str, str]:
    git(at, "switch", "--quiet", "-c", "theirs")
    onto = commit(at, theirs, "theirs")
    git(at, "switch", "--quiet", "-c", "ours", "main")
    return onto, commit(at, ours, "ours")


def test_commits_that_are_on_top_already_stay_as_they_are(repository: Path) -> None:
    onto = git(repository, "rev-parse", "HEAD")
    one, two = commit(repository, {"a": "1"}), commit(repository, {"a": "2"})

    assert replayed(repository, onto, two) == Replayed(two, (one, two))


def test_commits_are_put_on_top_with_their_authors_and_words(repository: Path) -> None:
    onto, head = two_sides(repository, {"README.md": "a factory\nours\n"}, {"b": "2"})

    result = replayed(repository, onto, head)

    assert isinstance(result, Replayed)
    assert git(repository, "rev-parse", f"{result.head}^") == onto
    assert git(repository, "show", f"{result.head}:b") == "2"
    assert git(repository, "log", "-1", "--format=%an|%cn|%s|%at", result.head) == git(
        repository, "log", "-1", "--format=%an|Riley|%s|%at", head
    )


def test_both_sides_of_a_conflict_are_named(repository: Path) -> None:
    onto, head = two_sides(
        repository,
        {"README.md": "ours\n", "roles/riley/role.md": "ours\n", "c": "1"},
        {"README.md": "theirs\n"},
    )
    (repository / "roles" / "riley" / "role.md").unlink()

    assert replayed(repository, onto, head) == Conflict(head, ("README.md",))


def test_a_file_changed_here_and_removed_there_is_a_conflict(repository: Path) -> None:
    git(repository, "switch", "--quiet", "-c", "theirs")
    git(repository, "rm", "--quiet", "README.md")
    git(repository, "commit", "--quiet", "-m", "remove")
    onto = git(repository, "rev-parse", "HEAD")
    git(repository, "switch", "--quiet", "main")
    head = commit(repository, {"README.md": "ours\n"})

    assert replayed(repository, onto, head) == Conflict(head, ("README.md",))


def test_a_change_that_is_there_already_is_left_out(repository: Path) -> None:
    onto, _ = two_sides(repository, {"a": "1"}, {"a": "1"})
    head = commit(repository, {"b": "2"}, "more")

    result = replayed(repository, onto, head)

    assert isinstance(result, Replayed)
    assert len(result.commits) == 1
    assert git(repository, "log", "--format=%s", f"{onto}..{result.head}") == "more"


def test_merges_are_left_out(repository: Path) -> None:
    onto, _ = two_sides(repository, {"a": "1"}, {"b": "2"})
    git(repository, "switch", "--quiet", "-c", "side", "main")
    commit(repository, {"c": "3"}, "side")
    git(repository, "switch", "--quiet", "ours")
    git(repository, "merge", "--quiet", "--no-edit", "side")

    result = replayed(repository, onto, git(repository, "rev-parse", "HEAD"))

    assert isinstance(result, Replayed)
    assert sorted(git(repository, "log", "--format=%s", f"{onto}..{result.head}").splitlines()) == [
        "ours",
        "side",
    ]
    assert git(repository, "ls-tree", "--name-only", result.head, "a", "b", "c").split() == ["a", "b", "c"]


def test_a_history_of_its_own_is_put_on_top_too(repository: Path) -> None:
    onto = git(repository, "rev-parse", "HEAD")
    git(repository, "switch", "--quiet", "--orphan", "own")
    head = commit(repository, {"z": "1"}, "own beginning")

    result = replayed(repository, onto, head)

    assert isinstance(result, Replayed)
    assert git(repository, "ls-tree", "--name-only", result.head, "README.md", "z").split() == [
        "README.md",
        "z",
    ]
