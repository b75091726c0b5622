import pytest

from gitcp.core.readiness import (
    goal_ancestry,
    goal_of,
    is_ready,
    is_workable,
    open_blockers,
    project_is_active,
)
from gitcp.model.tasks import TaskStatus
from tests.helpers import a_goal, a_problem, a_project, a_task, snapshot_of


@pytest.mark.parametrize("status", list(TaskStatus))
def test_a_blocker_satisfies_when_it_is_done_and_not_when_it_is_cancelled(status: TaskStatus) -> None:
    task = a_task(blocked_by=("CI-0002",))
    snapshot = snapshot_of(task, a_task("CI-0002", status=status))

    assert is_ready(snapshot, task) is (status == "done")
    assert open_blockers(snapshot, task) == ([] if status == "done" else ["CI-0002"])


def test_a_blocker_that_is_missing_or_has_a_problem_is_open() -> None:
    task = a_task(blocked_by=("CI-0002", "CI-0003"))
    snapshot = snapshot_of(task, a_task("CI-0002", status="done"), problems=[a_problem("task", "CI-0002")])

    assert open_blockers(snapshot, task) == ["CI-0002", "CI-0003"]


@pytest.mark.parametrize("status", list(TaskStatus))
def test_work_is_done_on_what_is_todo_or_in_progress(status: TaskStatus) -> None:
    task = a_task(status=status)

    assert is_workable(snapshot_of(task), task) is (status in {"todo", "in_progress"})


def test_the_goals_above_a_goal_are_told_the_nearest_first_and_cycles_end() -> None:
    snapshot = snapshot_of(
        a_goal("a", parent="b"), a_goal("b", parent="c"), a_goal("c", parent="a"), a_goal("d", parent="gone")
    )

    assert [goal.id for goal in goal_ancestry(snapshot, "a")] == ["a", "b", "c"]
    assert [goal.id for goal in goal_ancestry(snapshot, "d")] == ["d"]
    assert goal_ancestry(snapshot, None) == []


@pytest.mark.parametrize(
    ("own", "project", "expected"),
    [("speed", "quality", "speed"), (None, "quality", "quality"), (None, None, None)],
)
def test_a_task_serves_its_own_goal_or_else_its_projects(
    own: str | None, project: str | None, expected: str | None
) -> None:
    assert goal_of(snapshot_of(a_project(goal=project)), a_task(goal=own)) == expected
    assert goal_of(snapshot_of(), a_task("QA-0001")) is None


def test_a_project_is_active_if_it_exists_and_says_so() -> None:
    assert project_is_active(snapshot_of(), a_task())
    assert not project_is_active(snapshot_of(a_project(status="paused")), a_task())
    assert not project_is_active(snapshot_of(), a_task("QA-0001"))
