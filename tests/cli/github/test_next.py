"""`gitcp github next`."""

import pytest

from tests.cli.conftest import Shell
from tests.cli.github.jobs import AJob, obeyed
from tests.github.fake import FakeGitHub, Holder


def test_what_comes_next_is_started_on_the_branch_of_the_record(shell: Shell, github: FakeGitHub) -> None:
    done = shell("github", "next", "tick", "pages.yml", "tick.yml", "--json")

    assert (done.code, done.json) == (0, {"branch": "main", "started": ["tick.yml", "pages.yml"]})
    assert github.dispatched == [("tick.yml", "main", {}), ("pages.yml", "main", {})]
    assert done.err.splitlines() == ["started tick.yml on main", "started pages.yml on main"]


def test_what_cannot_be_started_comes_later_and_stops_nothing_in_a_job(
    shell: Shell, job: AJob, github: FakeGitHub
) -> None:
    github.workflows["pages.yml"] = "disabled_manually"

    done = shell("github", "next", "pages", "none", "tick")

    assert done.code == 0
    assert github.dispatched == [("tick.yml", "main", {})]
    assert [line.partition("::GitHub")[0] for line in obeyed(done.err)] == [
        "::warning title=pages.yml was not started",
        "::warning title=none.yml was not started",
    ]


def test_who_may_not_is_told_what_is_needed_and_by_hand_that_is_a_failure(
    shell: Shell, github: FakeGitHub
) -> None:
    github.tokens["job-token"] = Holder(rights=frozenset())

    done = shell("github", "next", "tick")

    assert (done.code, github.dispatched) == (1, [])
    assert "permissions: actions: write" in done.err


@pytest.mark.parametrize("name", ["", "../x", "a/b", "tick.sh", "x y"])
def test_what_is_no_name_of_a_workflow_is_refused(shell: Shell, github: FakeGitHub, name: str) -> None:
    assert shell("github", "next", name).code == 2
    assert shell("github", "next").code == 2


def test_without_a_repository_or_a_token_it_says_what_to_set(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    assert "set GITHUB_REPOSITORY to OWNER/NAME" in shell("github", "next", "tick").err
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/control")
    assert "set GITHUB_TOKEN, or sign in" in shell("github", "next", "tick").err
