"""Ticks whose runs are started by jobs."""

from pathlib import Path

import pytest

from gitcp.control.github import ticking
from gitcp.control.github.ticking import tick_for_jobs, variables_of
from gitcp.core.operations.create_task import CreateTask
from tests.stories.company import a_company


def test_no_more_runs_are_claimed_than_a_matrix_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "MOST_RUNS", 2)
    company = a_company(tmp_path, agents=("ada", "bob", "cyd"))
    for agent in ("ada", "bob", "cyd"):
        company.does(CreateTask(project="CI", title="Write it", assignee=agent))

    with company.plane() as plane:
        first, second, third = (tick_for_jobs(plane) for _ in range(3))

    assert [len(handed.errands) for handed in (first, second, third)] == [2, 1, 0]
    assert [handed.has_changed for handed in (first, second, third)] == [True, True, False]
    assert len({run.id for run in company.runs()}) == 3


def test_a_run_of_an_agent_that_is_gone_needs_no_variables() -> None:
    assert variables_of(None) == ()
