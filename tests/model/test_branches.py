import subprocess

import pytest
from pydantic import ValidationError

from gitcp.model.branches import LONGEST, fill, is_branch, names_in
from tests.helpers import a_project


@pytest.mark.parametrize(
    "name",
    ["main", "release/2.1", "a-b_c", "über/ß", "x@y", "a.b", "@x", "a" * LONGEST, "feature/{x}"],
)  # fmt: skip
def test_a_branch_is_what_git_takes(name: str) -> None:
    assert is_branch(name)
    assert subprocess.run(["git", "check-ref-format", "--branch", name], check=False).returncode == 0


@pytest.mark.parametrize(
    "name",
    ["", "-x", "--upload-pack=id", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a@{1}", "HEAD",
     ".a", "a/.b", "a.lock", "a.lock/b", "a//b", "/a", "a/", "a.", "a\x7f", "a\nb"],
)  # fmt: skip
def test_a_branch_is_not_what_git_refuses(name: str) -> None:
    assert not is_branch(name)
    refused = subprocess.run(["git", "check-ref-format", "--branch", name], check=False, capture_output=True)
    assert refused.returncode != 0


def test_a_branch_is_of_bounded_length() -> None:
    assert not is_branch("a" * (LONGEST + 1))


def test_a_pattern_is_filled_in() -> None:
    assert (
        fill("agents/{agent}/{task}-{run}", agent="riley", task="CI-0001", run="R")
        == "agents/riley/CI-0001-R"
    )
    assert names_in("x/{agent}/{run}") == {"agent", "run"}


@pytest.mark.parametrize("pattern", ["{agent}/{task}", "bots/{run}", "wip", "a{task}b"])
def test_a_project_takes_a_pattern(pattern: str) -> None:
    assert a_project(branch=pattern).branch == pattern


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{agent}/{user}", "expected {agent}, {task} or {run} in braces, not {user}"),
        ("--{task}", "expected a name of branches, such as {agent}/{task}"),
        ("{agent}/{task}.lock", "expected a name of branches"),
        ("{agent", "expected a name of branches"),
        ("{{task}}", "expected a name of branches"),
        ("{}", "not {}"),
    ],
)
def test_a_project_takes_no_other_pattern(pattern: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_project(branch=pattern)

    assert said in str(refused.value)


def test_a_base_is_a_branch() -> None:
    assert a_project(base="release/2").base == "release/2"
    with pytest.raises(ValidationError, match="expected the name of a branch"):
        a_project(base="--force")
