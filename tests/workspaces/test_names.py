from collections.abc import Callable

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import names


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (names.repository, "factory-2"),
        (names.agent, "riley"),
        (names.task, "CI-0028"),
        (names.run, "20261122T090000Z-riley.2"),
        (names.commit, "0" * 40),
        (names.branch, "feature/a.b"),
    ],
)
def test_a_name_that_fits_stays_as_it_is(check: Callable[[str], str], good: str) -> None:
    assert check(good) == good


@pytest.mark.parametrize(
    "bad", ["", "-x", "--all", "a b", "a..b", "../a", "/a", "a\n", "a\0", "a:b", "a~1", "@{-1}", "x" * 101]
)
@pytest.mark.parametrize("check", [names.repository, names.agent, names.task, names.run, names.commit])
def test_nothing_that_git_or_the_disk_could_take_for_something_else_passes(
    check: Callable[[str], str], bad: str
) -> None:
    with pytest.raises(WorkspaceError, match="expected"):
        check(bad)


@pytest.mark.parametrize(
    "bad", ["", "-x", "a b", "a..b", "a/", "/a", "a.lock", "a:b", "a~1", "a@{1}", "a\n", "+a", "a^"]
)
def test_a_branch_is_one_for_git(bad: str) -> None:
    if bad == "+a":
        assert names.branch(bad) == bad  # git takes it, and in a refspec it stands behind refs/heads/
        return
    with pytest.raises(WorkspaceError, match="expected the name of a branch"):
        names.branch(bad)


def test_an_identity_loses_what_would_break_a_commit() -> None:
    assert names.identity(("Riley <x>\n", " riley@example.org\0")) == ("Riley x", "riley@example.org")


def test_an_identity_needs_both_parts() -> None:
    with pytest.raises(WorkspaceError, match="expected a name and an email"):
        names.identity(("Riley", "<>"))


@pytest.mark.parametrize(
    "bad", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "a\\..\\b", "a\0"]
)
def test_a_path_that_leads_out_is_refused(bad: str) -> None:
    with pytest.raises(WorkspaceError, match="expected a path within the repository"):
        names.path(bad)
