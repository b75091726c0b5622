from collections.abc import Sequence

import pytest

from gitcp.dashboard.log import ReadLog
from gitcp.dashboard.register import Register
from gitcp.model.history import Entry
from tests.dashboard.company import NOW, a_bare_site, a_run, an_entry

RUN = "20261122T090000Z-riley"


NAMES = ("CI-0028", "CI-0030", RUN, "riley")


def about(*entries: Entry) -> dict[str, Sequence[Entry]]:
    """Say which commits are about each record of a company in which RUN was for CI-0028."""
    run = a_run("riley", NOW, task="CI-0028").model_copy(update={"id": RUN})
    register = Register(a_bare_site(run), log=ReadLog(entries))
    return {name: found for name in NAMES if (found := register.log_of(name))}


@pytest.mark.parametrize(
    "path",
    [
        "tasks/CI/CI-0028.yaml",
        "tasks/CI/1000/CI-0028.yaml",
        "comments/CI/CI-0028/20261122T090000000Z-riley-00ff.yaml",
        "documents/CI/CI-0028/plan.md",
        f"runs/2026/11/22/{RUN}.yaml",
        "archive/tasks/CI/CI-0028.yaml",
    ],
)
def test_a_commit_is_about_the_task_whose_file_it_changes(path: str) -> None:
    entry = an_entry(NOW, "Riley", "change", path)

    assert about(entry)["CI-0028"] == [entry]


def test_a_commit_is_about_what_its_trailers_name() -> None:
    entry = an_entry(NOW, "Riley", "comment", task="CI-0028", run=RUN)

    assert set(about(entry)) == {"CI-0028", RUN}


def test_a_commit_within_a_run_is_not_about_the_run_s_task() -> None:
    entry = an_entry(NOW, "Riley", "create task CI-0030", "tasks/CI/CI-0030.yaml", run=RUN)

    assert set(about(entry)) == {"CI-0030", RUN}


def test_a_commit_is_about_a_member_whose_file_it_changes() -> None:
    assert set(about(an_entry(NOW, "Ada Okafor", "hire", "org/riley.yaml"))) == {"riley"}


def test_other_files_are_about_nothing_that_has_a_page() -> None:
    assert (
        about(an_entry(NOW, "Ada Okafor", "write", "gitcp.yaml", "budgets/agent/riley.yaml", "README.md", ""))
        == {}
    )


def test_the_order_is_kept_and_nothing_comes_twice() -> None:
    new = an_entry(
        NOW, "Riley", "new", "tasks/CI/CI-0028.yaml", f"runs/2026/11/22/{RUN}.yaml", task="CI-0028"
    )
    old = an_entry(NOW, "Riley", "old", "tasks/CI/CI-0028.yaml")

    assert about(new, old)["CI-0028"] == [new, old]
