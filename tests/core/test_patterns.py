import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.core.patterns import fits, path_fits


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("budget.edit", "budget.edit", True),
        ("budget.edit", "budget.edits", False),
        ("budget.*", "budget.edit", True),
        ("budget.*", "budgets.edit", False),
        ("*.edit", "budget.edit", True),
        ("*", "task.start", True),
        ("t*k.*t", "task.start", True),
        ("t*k.*p", "task.start", False),
        ("task.?dit", "task.edit", True),
        ("[bt]ask.edit", "task.edit", False),
        ("", "task.edit", False),
    ],
)
def test_an_operation_fits_its_name_or_a_pattern(pattern: str, name: str, expected: bool) -> None:
    assert fits(pattern, name) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("gitcp.yaml", "gitcp.yaml", True),
        ("gitcp.yaml", "org/gitcp.yaml", False),
        ("/gitcp.yaml", "gitcp.yaml", True),
        ("./gitcp.yaml", "gitcp.yaml", True),
        # Within one folder.
        ("org/*", "org/riley.yaml", True),
        ("tasks/*", "tasks/CI/CI-0001.yaml", False),
        ("tasks/*/CI-0001.yaml", "tasks/CI/CI-0001.yaml", True),
        ("budgets/a*/riley.yaml", "budgets/agent/riley.yaml", True),
        # Any folders, none too.
        ("tasks/**", "tasks/CI/1000/CI-1044.yaml", True),
        ("**/CI-1044.yaml", "tasks/CI/1000/CI-1044.yaml", True),
        ("**/gitcp.yaml", "gitcp.yaml", True),
        ("tasks/**/CI-1044.yaml", "tasks/CI-1044.yaml", True),
        ("tasks/**/x.yaml", "tasks/CI/1000/CI-1044.yaml", False),
        ("a**b/c", "axb/c", True),
        ("a**b/c", "ax/yb/c", False),
        # A folder stands for all that is in it.
        ("budgets", "budgets/agent/riley.yaml", True),
        ("budgets/", "budgets/agent/riley.yaml", True),
        ("budgets/agent", "budgets/agent/riley.yaml", True),
        ("budget", "budgets/agent/riley.yaml", False),
        ("budgets/a*", "budgets/agent/riley.yaml", False),
        # Nothing else is special.
        ("org/[a-z]*.yaml", "org/riley.yaml", False),
        ("org/{a,b}.yaml", "org/a.yaml", False),
        ("org/riley.ya.l", "org/riley.yaml", False),
        ("org/rile?.yaml", "org/riley.yaml", True),
        ("org?riley.yaml", "org/riley.yaml", False),
    ],
)
def test_a_path_fits_its_name_its_folder_or_a_pattern(pattern: str, path: str, expected: bool) -> None:
    assert path_fits(pattern, path) is expected


@pytest.mark.parametrize("pattern", ["a*" * 150, "**/" * 100 + "b", "*" * 300])
def test_no_pattern_takes_long_for_what_it_does_not_fit(pattern: str) -> None:
    # One that tried every way would not come back.
    assert not path_fits(pattern, "a" * 1_000 + "/c" * 100)
    assert fits(pattern, "a" * 299 + "c") is (set(pattern) <= {"*"} or pattern.startswith("a*"))


@given(st.text("ab/*", max_size=12), st.text("ab/", min_size=1, max_size=12))
def test_a_wildcard_more_never_fits_less(pattern: str, path: str) -> None:
    if path_fits(pattern, path):
        assert path_fits(f"**/{pattern.lstrip('/')}", path) or pattern.startswith("./")
    if fits(pattern, path):
        assert fits(f"*{pattern}*", path)
