"""A process that ticks again and again does not plan again what it planned; and whatever happens, it does at once."""

from pathlib import Path
from typing import Any

import pytest

from gitcp.control import tick as ticking
from gitcp.control.tick import LastLook, Ticked, tick
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.employ_agent import HireAgent
from gitcp.core.plan import to_do
from tests.stories.company import Company, a_company, git

ROUND_AT_NOON = {
    "name": "Oscar",
    "reports_to": "alex",
    "repository": "work",
    "runtime": {"type": "process", "command": ["true"]},
    "heartbeat": {"cron": "0 12 * * *", "prompt": "/scan"},
}


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what was planned so far."""
    plans: list[Any] = []

    def noting(*arguments: Any, **named: Any) -> Any:
        plans.append(to_do(*arguments, **named))
        return plans[-1]

    monkeypatch.setattr(ticking, "to_do", noting)
    return plans


def ticks(company: Company, last: LastLook) -> Ticked:
    with company.plane() as plane:
        return tick(plane, last)


def test_while_nothing_happens_nothing_is_planned_anew(tmp_path: Path, planned: list[Any]) -> None:
    company, last = a_company(tmp_path), LastLook()

    first = ticks(company, last)
    for _ in range(3):
        company.passes(minutes=1)
        assert ticks(company, last).plan is first.plan

    assert first.is_idle
    assert len(planned) == 1


def test_what_comes_in_is_planned_and_started_at_once(tmp_path: Path, planned: list[Any]) -> None:
    company, last = a_company(tmp_path), LastLook()
    ticks(company, last)

    company.does(CreateTask(project="CI", title="Look", assignee="riley"))
    company.passes(minutes=1)

    assert len(ticks(company, last).started) == 1
    assert len(planned) > 1


def test_a_time_that_comes_is_not_slept_through(tmp_path: Path, planned: list[Any]) -> None:
    company, last = a_company(tmp_path), LastLook()
    company.does(HireAgent(agent="oscar", fields=ROUND_AT_NOON))
    ticks(company, last)
    company.passes(hours=3)
    assert not ticks(company, last).started

    company.passes(hours=1)

    assert [item.run.agent for item in ticks(company, last).started] == ["oscar"]
    assert len(planned) > 1


def test_a_task_that_waits_for_its_editor_starts_when_the_file_is_free(tmp_path: Path) -> None:
    company, last = a_company(tmp_path), LastLook()
    company.does(CreateTask(project="CI", title="Look", assignee="riley"))
    task = company.control / "tasks/CI/CI-0001.yaml"
    task.write_text(task.read_text() + "# unsure\n")

    held = ticks(company, last)
    git(company.control, "checkout", "--", "tasks/CI/CI-0001.yaml")
    company.passes(minutes=1)
    free = ticks(company, last)

    assert [item.reason for item in held.plan.waiting] == ["the file of CI-0001 has uncommitted edits"]
    assert len(free.started) == 1


def test_only_the_files_that_a_plan_would_change_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Look", assignee="riley"))
    company.does(CreateTask(project="CI", title="Rest", assignee="alex"))
    asked: list[Any] = []

    with company.plane() as plane:
        whole = type(plane.store).edited_paths

        def noting(store: Any, paths: Any = None) -> Any:
            asked.append(None if paths is None else sorted(paths))
            return whole(store, paths)

        monkeypatch.setattr(type(plane.store), "edited_paths", noting)
        ticked = tick(plane)

    assert len(ticked.started) == 1
    assert asked == [["tasks/CI/CI-0001.yaml"]]
