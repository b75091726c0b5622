"""Commits outside of the record branch: what they hold, what is wrong with how they came about, and that nothing of them is kept."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from gitcp.errors import GitcpError, NotAControlRepositoryError
from gitcp.model.change import RecordChange
from gitcp.model.history import Entry
from gitcp.model.problem import Problem
from gitcp.store.revisions import QUARANTINE, Revisions
from tests.store.repositories import commit_files, copy_of, git, tip

FIRST = "tasks/CI/CI-0001.yaml"
SHOUTED = "title: First!\ncreated: 2026-11-20T08:15:00Z\n"


def nobody_shouts(_: Entry, changes: Sequence[RecordChange]) -> list[Problem]:
    """Refuse a title that ends with an exclamation mark."""
    return [
        Problem(change.path, message="shouts")
        for change in changes
        if str(getattr(change.after, "title", "")).endswith("!")
    ]


def test_a_commit_is_read_by_any_name_whatever_the_branch_holds(bare: Path) -> None:
    first = tip(bare)
    commit_files(bare, {"goals/trust.yaml": "level: every\n"})

    with Revisions.open(bare, nobody_shouts) as revisions:
        before = revisions.read(first[:10])
        after = revisions.read("main")

    assert set(before.files) == {"gitcp.yaml", FIRST}
    assert before.problems == ()
    assert set(after.files) - set(before.files) == {"goals/trust.yaml"}
    assert {problem.path for problem in after.problems} == {"goals/trust.yaml"}


def test_what_lies_between_two_commits_is_judged_on_top_of_the_first(bare: Path) -> None:
    first = tip(bare)
    commit_files(bare, {FIRST: SHOUTED})
    commit_files(bare, {"notes": "harmless"})

    with Revisions.open(bare, nobody_shouts) as revisions:
        assert revisions.read(first).problems == ()
        assert [problem.message for problem in revisions.read("main").problems] == ["shouts"]


def test_nothing_is_left_behind(bare: Path) -> None:
    before = sorted(bare.rglob("*"))

    with Revisions.open(bare, nobody_shouts) as revisions:
        revisions.read("main")

    assert sorted(bare.rglob("*")) == before


@pytest.mark.parametrize("name", ["gone", "0" * 40, "main:gitcp.yaml", "--all", ""])
def test_what_is_no_commit_is_an_error(bare: Path, name: str) -> None:
    with Revisions.open(bare, nobody_shouts) as revisions, pytest.raises(GitcpError, match="is no commit"):
        revisions.read(name)


def test_a_commit_without_a_company_is_an_error(bare: Path) -> None:
    commit_files(bare, {"gitcp.yaml": None})

    with (
        Revisions.open(bare, nobody_shouts) as revisions,
        pytest.raises(NotAControlRepositoryError, match=r"found one without gitcp\.yaml"),
    ):
        revisions.read("main")


def test_objects_that_a_push_brings_are_seen_where_git_holds_them_and_nowhere_else(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pusher = copy_of(bare, tmp_path / "pusher.git")
    new = commit_files(pusher, {FIRST: SHOUTED})
    held = bare / "objects" / "incoming"
    copy_of(pusher / "objects", held)

    for place, is_seen in ((held, True), (pusher / "objects", False)):
        monkeypatch.setenv(QUARANTINE, str(place))
        with Revisions.open(bare, nobody_shouts) as revisions:
            if is_seen:
                assert [problem.message for problem in revisions.read(new).problems] == ["shouts"]
            else:
                with pytest.raises(GitcpError, match="is no commit"):
                    revisions.read(new)
    assert git(bare, "rev-parse", "main").strip() != new
