"""`gitcp workspace …`."""

from pathlib import Path

import pytest

from gitcp.cli.workspace.rows import age, size
from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.model.base import format_instant
from gitcp.workspaces import Purpose, RepositorySpec
from tests.cli.conftest import Shell
from tests.workspaces.origin import git, write

RUN = "20261122T090000Z-riley"


@pytest.fixture
def worked(shell: Shell, tmp_path: Path) -> Shell:
    """Return the command on a company with one checkout that is kept, and work in it that was saved."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")
    write(origin, {"README.md": "a factory\n"})
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "-m", "begin")
    assert shell.folder is not None
    git(shell.folder, "config", "gitcp.state", str(tmp_path / "state"))
    with Plane.open(shell.folder, Clock()) as plane:
        purpose = Purpose(RUN, "riley", "CI-0004", ("Riley", "riley@example.org"))
        made = plane.workspaces.prepare(RepositorySpec("factory", str(origin), "main"), purpose)
        (made.path / "draft").write_text("1")
        plane.workspaces.release(made)
    return shell


def test_without_checkouts_there_are_none(shell: Shell) -> None:
    assert shell("workspace").err == "no checkouts\n"


def test_checkouts_are_listed_with_whose_they_are_and_how_large(worked: Shell) -> None:
    done = worked("workspace")
    (row,) = worked("workspace", "list", "--json").json

    assert done.out.splitlines()[0].split() == [
        "state",
        "task",
        "agent",
        "repository",
        "age",
        "size",
        "last",
        "run",
        "place",
    ]
    assert done.out.splitlines()[1].split()[:5] == ["kept", "CI-0004", "riley", "factory", "0m"]
    assert (row["state"], row["run"], row["place"].endswith("riley.CI-0004")) == ("kept", RUN, True)
    assert row["bytes"] > 0


def test_clones_are_listed_with_the_work_in_them(worked: Shell) -> None:
    (row,) = worked("workspace", "list", "--clones", "--json").json

    assert [each["ref"] for each in row["rescued"]] == [f"refs/gitcp/rescue/{RUN}"]
    assert f"refs/gitcp/rescue/{RUN}" in worked("workspace", "--clones").out


def test_prune_removes_nothing_where_there_is_nobody_to_ask(worked: Shell) -> None:
    done = worked("workspace", "prune", "--older-than", "0d")

    assert done.code == 2
    assert "Missing option '--yes'" in done.err
    assert len(worked("workspace", "--json").json) == 1


def test_prune_can_be_tried_dry(worked: Shell) -> None:
    done = worked("workspace", "prune", "--older-than", "0m", "--dry-run")
    view = worked("workspace", "prune", "--dry-run", "--json").json

    assert "Checkouts that go" in done.out
    assert "untouched for more than 0 days" in done.out
    assert view["checkouts"] == []
    assert {each["why"] for each in view["kept"]} == {
        "used less than 14 days ago", "1 rescue ref with work that is nowhere else"
    }  # fmt: skip
    assert len(worked("workspace", "--json").json) == 1


def test_prune_removes_what_it_said_and_names_the_work_that_it_keeps(worked: Shell) -> None:
    done = worked("workspace", "prune", "--older-than", "0d", "--yes")

    assert done.code == 0
    assert "gave back " in done.err
    assert f"work of run {RUN} is kept under refs/gitcp/rescue/{RUN}" in done.err
    assert worked("workspace").err == "no checkouts\n"
    assert worked("workspace", "prune", "--yes").err == "nothing to remove\n"


def test_prune_deletes_saved_work_only_when_it_is_told_to(worked: Shell) -> None:
    worked("workspace", "prune", "--older-than", "0d", "--yes")
    view = worked("workspace", "prune", "--older-than", "0d", "--rescued", "0d", "--yes", "--json").json

    assert [each["ref"] for each in view["deleted"]] == [f"refs/gitcp/rescue/{RUN}"]
    assert worked("workspace", "--clones").err == "no clones\n"


@pytest.mark.parametrize("text", ["x", "-1d", "3y", "1.5d", ""])
def test_an_age_that_is_none_is_told(shell: Shell, text: str) -> None:
    done = shell("workspace", "prune", f"--older-than={text}")

    assert done.code == 2
    assert "expected an age such as 14d, 36h or 2w" in done.err


def test_sizes_and_ages_are_short() -> None:
    assert [size(number) for number in (0, 900, 2_000, 5_000_000, 3 * 1024**3)] == [
        "0 B", "900 B", "2.0 KB", "4.8 MB", "3.0 GB"
    ]  # fmt: skip
    assert age(format_instant(Clock().now())) == "0m"
    assert age("2020-01-01T00:00:00Z").endswith("d")
