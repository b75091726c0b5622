"""Agents that give each other and themselves work for ever come to rest by themselves."""

from datetime import timedelta
from typing import Any

import pytest

from gitcp.core.operations.registry import (
    AssignTask,
    CreateComment,
    CreateTask,
    EditTask,
    ReopenTask,
    RequestWake,
    ReviewTask,
    UnblockTask,
)
from gitcp.model.memory import Records
from gitcp.model.operation import Operation
from gitcp.model.runs import Run
from gitcp.model.tasks import Given, Origin, TaskStatus
from tests.core.looping import Does, Loop
from tests.helpers import (
    NOW,
    a_block,
    a_run,
    a_task,
    agent,
    an_agent,
    an_ended_run,
    carry_out,
    person,
    snapshot_of,
    task_in,
)

RILEY = an_agent("riley")
OSCAR = an_agent("oscar", reports_to="riley")
HUGO = an_agent("hugo", reports_to="riley")


def _gives_itself_a_task(_: Records, run: Run) -> list[Operation]:
    return [CreateTask(project="CI", title="More", assignee=run.agent)]


def _gives_itself_a_part(_: Records, run: Run) -> list[Operation]:
    return [CreateTask(project="CI", title="More", assignee=run.agent, parent=run.task)]


def _hands_down_and_reports_up(_: Records, run: Run) -> list[Operation]:
    if run.agent == "riley":
        return [CreateTask(project="CI", title="Do it", assignee="oscar")]
    return [CreateComment(task="CI-0001", body="@riley done, what next?")]


def _hands_out_the_next_part(_: Records, run: Run) -> list[Operation]:
    if run.agent == "oscar":
        return []
    return [CreateTask(project="CI", title="A part", assignee="oscar", parent=run.task)]


def _passes_the_task_to_and_fro(snapshot: Records, run: Run) -> list[Operation]:
    if run.agent != "riley":
        return [CreateComment(task="CI-0002", body="@riley not mine")]
    to = "hugo" if task_in(snapshot, "CI-0002").assignee == "oscar" else "oscar"
    title = EditTask(task="CI-0002", fields={"title": f"As of {run.id}"})
    return [AssignTask(task="CI-0002", assignee=to), title]


def _rewords_and_asks_back(_: Records, run: Run) -> list[Operation]:
    if run.agent == "riley":
        return [EditTask(task="CI-0002", fields={"title": f"As of {run.id}"})]
    return [CreateComment(task="CI-0001", body="@riley like this?")]


def _wakes_and_reports(_: Records, run: Run) -> list[Operation]:
    if run.agent == "riley":
        return [RequestWake(agent="oscar", prompt="go")]
    return [CreateComment(task="CI-0001", body="@riley went")]


@pytest.mark.parametrize(
    "does",
    [
        _gives_itself_a_task,
        _hands_down_and_reports_up,
        _passes_the_task_to_and_fro,
        _rewords_and_asks_back,
        _wakes_and_reports,
    ],
)
def test_a_loop_of_agents_ends_by_itself(does: Does) -> None:
    begun = snapshot_of(RILEY, OSCAR, HUGO, a_task(), a_task("CI-0002", assignee="oscar"))
    loop = Loop(begun, does, lambda _: {"declared": "finish"}).goes_on(50)

    _is_at_rest(loop, most=16)


def test_a_routines_task_that_agents_reword_for_each_other_is_no_way_out() -> None:
    made = Origin(routine="scan", slot=NOW, number=1)
    begun = snapshot_of(RILEY, OSCAR, a_task(), a_task("CI-0002", assignee="oscar", routine=made))
    loop = Loop(begun, _rewords_and_asks_back, lambda _: {"declared": "finish"}).goes_on(50)

    _is_at_rest(loop, most=16)


@pytest.mark.parametrize("does", [_gives_itself_a_part, _hands_out_the_next_part])
def test_a_loop_of_parts_ends_by_itself(does: Does) -> None:
    begun = snapshot_of(RILEY, OSCAR, a_task(status="in_progress"))
    loop = Loop(begun, does, lambda _: {"declared": "finish"})
    loop.ends = lambda _: {"declared": "continue" if loop.claims % 2 == 0 else "finish"}

    _is_at_rest(loop.goes_on(50), most=16)


def _is_at_rest(loop: Loop, most: int) -> None:
    claims = loop.claims
    loop.goes_on(20, timedelta(hours=6))

    assert 2 < loop.claims == claims <= most
    assert loop.plan.claims == ()


def test_a_reviewer_who_is_never_content_ends_up_with_a_person() -> None:
    task = a_task(review=("oscar",))

    def works_or_refuses(_: Records, run: Run) -> list[Operation]:
        if run.agent == "riley":
            return [CreateComment(task="CI-0001", body="better now")]
        return [ReviewTask(task="CI-0001", verdict="request-changes", comment="no")]

    loop = Loop(
        snapshot_of(RILEY, an_agent("oscar"), task), works_or_refuses, lambda _: {"declared": "finish"}
    )
    loop.goes_on(30)

    assert loop.hops == [0, 1, 2, 3, 4, 5, 6]
    assert loop.plan.claims == ()


def test_a_person_who_edits_or_assigns_a_task_begins_anew() -> None:
    loop = Loop(snapshot_of(RILEY, a_task()), _gives_itself_a_task, lambda _: {"declared": "finish"}).goes_on(
        20
    )
    stuck = next(task.id for task in loop.snapshot.tasks(statuses={TaskStatus.TODO}))

    reworded = carry_out(loop.snapshot, EditTask(task=stuck, fields={"title": "Yes, do"}), person(), loop.now)

    assert task_in(loop.snapshot, stuck).given is not None
    assert task_in(reworded, stuck).given is None
    assert Loop(reworded, _gives_itself_a_task, now=loop.now).goes_on(1).claims == 1


def test_what_an_agent_edits_of_its_own_task_leaves_who_gave_it() -> None:
    given = carry_out(
        snapshot_of(RILEY, OSCAR), CreateTask(project="CI", title="x", assignee="riley"), person()
    )
    after = carry_out(given, EditTask(task="CI-0001", fields={"title": "y"}), agent("riley"))

    assert task_in(after).given is None


RUN = an_ended_run("riley", None).id
BY_RILEY = Given(by="riley", run=RUN)


@pytest.mark.parametrize(
    ("fields", "operation"),
    [
        ({"assignee": "hugo"}, AssignTask(task="CI-0001", assignee="oscar")),
        ({}, EditTask(task="CI-0001", fields={"title": "Do it well"})),
        ({"status": "done", "closed": NOW}, ReopenTask(task="CI-0001")),
        ({"status": "blocked", "blocked": a_block()}, UnblockTask(task="CI-0001")),
        ({"status": "in_review", "review": ("riley",)}, ReviewTask(task="CI-0001", verdict="request-changes", comment="no")),
    ],
)  # fmt: skip
def test_who_hands_a_task_back_in_any_way_is_who_gave_it(
    fields: dict[str, Any], operation: Operation
) -> None:
    task = a_task(**({"assignee": "oscar"} | fields))
    snapshot = snapshot_of(RILEY, OSCAR, HUGO, task, a_run("riley", None))
    by_agent = carry_out(snapshot, operation, agent("riley", RUN))

    assert task_in(by_agent).given == BY_RILEY
    given = Records.of([*snapshot.by_key.values(), task.evolve(given=BY_RILEY)])
    if not fields.get("review"):
        assert task_in(carry_out(given, operation, person())).given is None
