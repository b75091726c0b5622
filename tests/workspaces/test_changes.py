import subprocess
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import Change, changes, made


def git(folder: Path, *argv: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *argv], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def committed(repository: Path, message: str, **files: str | None) -> str:
    for name, text in files.items():
        path = repository / f"{name}.txt"
        path.unlink() if text is None else path.write_text(text)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", message)
    return git(repository, "rev-parse", "HEAD")


def test_a_first_commit_brings_all_that_is_in_it(repository: Path) -> None:
    first = committed(repository, "begin", a="1\n")

    assert list(changes(repository, [first])) == [
        Change(first, None, b"", b"begin\n"),
        Change(first, "a.txt", b"", b"1\n"),
    ]


def test_a_later_one_brings_what_differs_from_its_parent(repository: Path) -> None:
    committed(repository, "begin", a="1\n", b="2\n", same="same\n")
    second = committed(repository, "go on", a="one\n", b=None)

    assert list(changes(repository, [second])) == [
        Change(second, None, b"", b"go on\n"),
        Change(second, "a.txt", b"1\n", b"one\n"),
        Change(second, "b.txt", b"2\n", b""),
    ]


def test_a_commit_that_is_not_there_is_told(repository: Path) -> None:
    with pytest.raises(WorkspaceError, match="a commit of the run cannot be read"):
        list(changes(repository, ["0" * 40]))


def test_what_was_made_is_all_that_a_tip_has_and_its_base_has_not_the_oldest_first(repository: Path) -> None:
    base = committed(repository, "begin", a="1\n")
    first = committed(repository, "on one branch", b="2\n")
    git(repository, "checkout", "-qb", "other", base)
    second = committed(repository, "on another", c="3\n")
    git(repository, "merge", "-q", "--no-edit", first)
    git(repository, "update-ref", "refs/gitcp/rescue/r1", "HEAD")
    merge = git(repository, "rev-parse", "HEAD")

    found = made(repository, "refs/gitcp/rescue/r1", base)

    assert {*found} == {first, second, merge}
    assert found[-1] == merge
    assert made(repository, base, base) == ()


def test_what_was_made_of_a_commit_that_is_not_there_is_an_expected_error(repository: Path) -> None:
    base = committed(repository, "begin", a="1\n")

    with pytest.raises(WorkspaceError, match="a commit of the run cannot be read"):
        made(repository, "f" * 40, base)
