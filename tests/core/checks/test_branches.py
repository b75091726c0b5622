import pytest

from gitcp.core.checks import findings
from gitcp.model.problem import Severity
from tests.helpers import a_company, a_project, snapshot_of


def found(branch: str | None, base: str | None = None) -> list[tuple[str, Severity]]:
    project = a_project(branch=branch, base=base, lead=None)
    told = findings(snapshot_of(a_company(), project))
    return [(finding.message, finding.severity) for finding in told if finding.where == "branch"]


@pytest.mark.parametrize("branch", [None, "{agent}/{task}", "bots/{run}", "main-{task}"])
def test_a_pattern_with_the_task_or_the_run_is_sound(branch: str | None) -> None:
    assert found(branch) == []


def test_a_pattern_without_them_makes_tasks_share_a_branch() -> None:
    assert found("bots/{agent}") == [
        ("bots/{agent} names neither {task} nor {run}: its tasks share a branch", Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("branch", "base"),
    [("main", None), ("main/{task}", None), ("release", "release/2"), ("release/2", "release/2")],
)
def test_a_pattern_must_not_be_where_work_goes_nor_be_in_its_way(branch: str, base: str | None) -> None:
    (told,) = found(branch, base)

    assert told == (f"expected branches that can be beside {base or 'main'}, found {branch}", Severity.ERROR)
