"""A control repository that is named by its URL: gitcp works in a bare clone of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from gitcp.control.clones import is_url
from gitcp.store.git_store import GitStore
from tests.cli.conftest import Shell


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def url(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a bare repository; who asks is alex, as git knows everywhere."""
    assert shell.folder is not None
    git(tmp_path, "clone", "--quiet", "--bare", str(shell.folder), "company.git")
    (tmp_path / ".gitconfig").write_text("[user]\nname = Alex Example\nemail = alex@example.com\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return f"file://{tmp_path}/company.git"


def test_a_company_is_read_and_changed_where_it_is_hosted(url: str, tmp_path: Path) -> None:
    # In a process of its own, which learns anew who asks.
    program = [
        sys.executable,
        "-m",
        "gitcp",
        "-C",
        url,
        "task",
        "new",
        "--title",
        "From afar",
        "--project",
        "CI",
    ]
    subprocess.run(program, check=True, capture_output=True)

    assert "From afar" in Shell()("-C", url, "task").out
    assert "From afar" in git(tmp_path / "company.git", "log", "-1", "--format=%B")


def test_one_clone_is_made_and_used_again(url: str, tmp_path: Path) -> None:
    for _ in range(2):
        assert Shell()("-C", url, "tick").code == 0

    [clone] = (tmp_path / "state" / "gitcp" / "clones").glob("*.git")
    assert clone.name.startswith("company-")


def test_what_an_interrupted_clone_left_behind_is_in_nobodys_way(url: str, tmp_path: Path) -> None:
    assert Shell()("-C", url, "tick").code == 0
    [clone] = (tmp_path / "state" / "gitcp" / "clones").glob("*.git")
    clone.rename(clone.with_suffix(".new"))

    assert Shell()("-C", url, "tick").code == 0


def test_the_clone_packs_itself_and_the_repository_of_a_person_is_left_as_it_is(
    url: str, tmp_path: Path
) -> None:
    assert Shell()("-C", url, "tick").code == 0
    [own] = (tmp_path / "state" / "gitcp" / "clones").glob("*.git")
    git(tmp_path, "clone", "--quiet", "--bare", url, "mine.git")

    for folder in (own, tmp_path / "mine.git"):
        for number in range(6):
            loose = subprocess.run(
                ["git", "hash-object", "-w", "--stdin"], cwd=folder, input=b"%d" % number, check=True
            )
            assert loose.returncode == 0
        git(folder, "config", "gc.auto", "1")
        # git guesses from one folder of loose objects; what is in the branch is packed at once.
        git(folder, "config", "maintenance.loose-objects.auto", "1")
        git(folder, "config", "maintenance.loose-objects.enabled", "true")
        with GitStore.open(folder) as store:
            store.maintain()

    packs = [
        len(list((folder / "objects" / "pack").glob("loose-*.pack")))
        for folder in (own, tmp_path / "mine.git")
    ]
    assert packs == [1, 0]


def test_what_cannot_be_cloned_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    ran = Shell()("-C", f"file://{tmp_path}/nowhere.git", "status")

    assert ran.code == 1
    assert "nowhere.git" in ran.err
    assert not list((tmp_path / "state" / "gitcp" / "clones").glob("*.git"))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("https://example.org/a.git", True),
        ("ssh://git@example.org/a.git", True),
        ("git@example.org:acme/control.git", True),
        ("file:///srv/control.git", True),
        ("../control", False),
        ("/srv/a:b", False),
        ("odd:name", False),
    ],
)
def test_a_url_is_told_from_a_folder(place: str, expected: bool) -> None:
    assert is_url(place) is expected
