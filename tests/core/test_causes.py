"""What wakes an agent by the state of its tasks, told by the reasons of the runs that a plan claims."""

from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import assignment, decision, digest
from gitcp.core.operations.registry import (
    AssignTask,
    FinishTask,
)
from gitcp.core.plan import plan
from gitcp.model.guards import ApprovalStatus, Decision
from gitcp.model.memory import Records
from gitcp.model.tasks import Task
from tests.core.waking import answered, at_rest, claims_of
from tests.helpers import (
    NOW,
    a_comment,
    a_person,
    a_problem,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
    carry_out,
    later,
    person,
    snapshot_of,
    task_in,
    ticked,
)


@pytest.mark.parametrize("status", ["todo", "in_progress"])
def test_a_ready_task_wakes_its_agent(status: str) -> None:
    assert claims_of(snapshot_of(a_task(status=status))) == [("riley", "CI-0001", ["assignment"])]


@pytest.mark.parametrize(
    "task",
    [
        a_task(status="backlog"),
        a_task(status="blocked"),
        a_task(status="done"),
        a_task(status="cancelled"),
        a_task(status="in_review", review=("clara",)),
        a_task(assignee="clara"),
        a_task(assignee=None),
        a_task(blocked_by=("CI-0009",)),
    ],
    ids=lambda task: f"{task.status}-{task.assignee}-{len(task.blocked_by)}",
)
def test_no_other_task_wakes_anybody(task: Task) -> None:
    assert claims_of(snapshot_of(task)) == []


def test_a_cause_wakes_only_once() -> None:
    snapshot = ticked(snapshot_of(a_task()))

    assert len(snapshot.runs()) == 1
    assert claims_of(snapshot) == []


@pytest.mark.parametrize(
    ("fields", "wakes"),
    [
        ({"title": "Other"}, True),
        ({"description": "More"}, True),
        ({"priority": "high"}, True),
        ({"reopened": 1}, True),
        ({"status": "todo"}, False),
        ({"attempts": 1}, False),
        ({"labels": ("x",)}, False),
        ({"due": NOW}, False),
        ({"verify": (("true",),)}, False),
        ({"review": ("clara",)}, False),
        ({"goal": "quality"}, False),
    ],
)
def test_a_persons_edit_wakes_if_it_changes_what_the_agent_acts_on(
    fields: dict[str, Any], wakes: bool
) -> None:
    # Its children are open, so nothing but an edit can wake it.
    snapshot = at_rest(a_task(status="in_progress")).edited([])
    snapshot = Records.of([*snapshot.by_key.values(), a_task("CI-0002", assignee="clara", parent="CI-0001")])
    assert claims_of(snapshot) == []

    edited = Records.of([*snapshot.by_key.values(), task_in(snapshot).evolve(**fields)])

    assert bool(claims_of(edited)) is wakes


def test_readiness_that_comes_back_wakes() -> None:
    task = a_task(blocked_by=("CI-0002",))
    waiting = snapshot_of(task, a_task("CI-0002", assignee="clara"))
    ready = snapshot_of(task, a_task("CI-0002", assignee="clara", status="done"))

    assert claims_of(waiting) == []
    assert claims_of(ready) == [("riley", "CI-0001", ["assignment"])]
    assert assignment(waiting, task) != assignment(ready, task)


def test_a_task_that_is_given_back_and_forth_wakes_each_time() -> None:
    snapshot = ticked(snapshot_of(a_task(), an_agent("oscar")))
    assert [run.agent for run in snapshot.runs()] == ["riley"]
    ended = Records.of([*snapshot.by_key.values(), snapshot.runs()[0].evolve(status="ended", outcome="succeeded", declared="block", ended_at=NOW)])  # fmt: skip

    to_oscar = carry_out(ended, AssignTask(task="CI-0001", assignee="oscar"), person())
    assert claims_of(to_oscar) == [("oscar", "CI-0001", ["assignment"])]
    back = carry_out(to_oscar, AssignTask(task="CI-0001", assignee="riley"), person())
    assert [claim[:2] for claim in claims_of(back)] == [("riley", "CI-0001")]


def test_a_task_wakes_when_its_last_blocker_is_done_also_if_it_was_ready_before() -> None:
    blockers = ("CI-0002", "CI-0003")
    started = at_rest(a_task(status="in_progress"), declared="block", blocked=None)
    task = a_task(status="in_progress", blocked_by=blockers)
    one = a_task("CI-0002", assignee="clara", status="done", closed=later(-5))
    two = a_task("CI-0003", assignee="clara")
    waiting = Records.of([*started.by_key.values(), task, one, two])
    assert claims_of(waiting) == []

    ready = carry_out(waiting, FinishTask(task="CI-0003"), person())

    assert [claim[2] for claim in claims_of(ready)] == [["continue", "unblocked"]]


def test_blockers_that_were_closed_before_the_task_existed_are_no_news() -> None:
    done = a_task("CI-0002", status="done", assignee="clara", closed=later(-60 * 48))

    assert claims_of(snapshot_of(a_task(blocked_by=("CI-0002",)), done)) == [
        ("riley", "CI-0001", ["assignment"])
    ]


@pytest.mark.parametrize("status", ["cancelled", "in_review", "blocked", "backlog"])
def test_a_blocker_that_is_not_done_does_not_satisfy(status: str) -> None:
    blocker = a_task("CI-0002", status=status, assignee="clara", closed=NOW)

    assert claims_of(snapshot_of(a_task(blocked_by=("CI-0002",)), blocker)) == []


def test_a_blocker_whose_file_has_a_problem_does_not_satisfy() -> None:
    blocker = a_task("CI-0002", status="done", assignee="clara")
    snapshot = snapshot_of(a_task(blocked_by=("CI-0002",)), blocker, problems=[a_problem("task", "CI-0002")])

    assert claims_of(snapshot) == []


def test_a_parent_waits_for_its_children_and_wakes_when_all_are_closed() -> None:
    started = at_rest(declared="continue")
    first = a_task("CI-0002", assignee="clara", parent="CI-0001", status="cancelled")
    second = a_task("CI-0003", assignee="clara", parent="CI-0001")
    waiting = Records.of([*started.by_key.values(), first, second])
    assert claims_of(waiting) == []

    closed = carry_out(waiting, FinishTask(task="CI-0003"), person())

    assert [claim[2] for claim in claims_of(closed)] == [["children_done", "continue"]]
    assert claims_of(ticked(closed)) == []


def test_a_parent_whose_checks_were_red_goes_on_although_a_child_is_open() -> None:
    started = at_rest(declared="finish")
    child = a_task("CI-0002", assignee="clara", parent="CI-0001")

    assert [claim[2] for claim in claims_of(Records.of([*started.by_key.values(), child]))] == [["continue"]]


@pytest.mark.parametrize(
    ("status", "wakes"),
    [("pending", False), ("approved", True), ("rejected", True), ("expired", True), ("withdrawn", True)],
)
def test_a_decision_wakes_the_agent_that_asked_for_it(status: str, wakes: bool) -> None:
    assert bool(claims_of(snapshot_of(an_approval(status=status)))) is wakes


def test_a_decision_joins_the_task_that_it_is_about_and_wakes_once() -> None:
    decision = Decision(by="clara", at=NOW, verdict="approve")
    asked = an_approval(status="approved", decisions=(decision,), task="CI-0001")
    snapshot = snapshot_of(a_task(), asked)

    assert claims_of(snapshot) == [("riley", "CI-0001", ["approval", "assignment"])]
    assert claims_of(ticked(snapshot)) == []


def test_a_decision_that_changes_wakes_again_and_one_for_another_does_not() -> None:
    snapshot = answered(snapshot_of(an_approval(status="rejected")), an_ended_run(task=None))
    assert claims_of(snapshot) == []

    reversed_ = Records.of([*snapshot.by_key.values(), an_approval(status=ApprovalStatus.APPROVED)])

    assert claims_of(reversed_) == [("riley", None, ["approval"])]
    assert claims_of(snapshot_of(an_approval(status="approved", requested_by="clara"))) == []


def test_a_decision_of_before_there_were_options_is_answered_by_the_same_digest() -> None:
    decisions = (Decision(by="clara", at=NOW, verdict="approve"),)
    cause = decision(an_approval(status="approved", decisions=decisions))

    assert cause is not None
    said = {
        "by": "clara",
        "at": "2026-11-23T09:00:00Z",
        "verdict": "approve",
        "comment": None,
        "content": None,
    }
    assert cause.digest == digest("approved", [said])


def test_a_wake_that_somebody_asked_for_brings_its_prompt_and_is_gone_with_the_claim() -> None:
    snapshot = snapshot_of(a_wake(prompt="look at it"))
    (claim,) = plan(snapshot, Observed(), NOW).claims

    assert (claim.run.task, claim.run.prompt, claim.reason) == (None, "look at it", "manual")
    assert claim.wakes == ("riley/1f3a",)
    after = ticked(snapshot)
    assert not [key for key in after.by_key if key[0] == "wake"]
    assert claims_of(after) == []


@pytest.mark.parametrize(
    ("task", "expected"), [("todo", "CI-0001"), ("done", None), ("blocked", None), ("in_review", None)]
)
def test_a_wake_for_a_task_joins_it_where_it_can_be_worked_on(task: str, expected: str | None) -> None:
    snapshot = snapshot_of(a_task(status=task), a_wake(task="CI-0001"))

    assert [claim[1] for claim in claims_of(snapshot)] == [expected]


def test_a_wake_of_one_agent_does_not_wake_another() -> None:
    assert [claim[0] for claim in claims_of(snapshot_of(a_wake("oscar"), an_agent("oscar")))] == ["oscar"]


def test_a_persons_tasks_are_never_scheduled() -> None:
    assert claims_of(snapshot_of(a_task(assignee="clara"), a_person("zoe"), a_comment("@clara"))) == []


def test_a_task_whose_file_has_a_problem_wakes_nobody() -> None:
    assert claims_of(snapshot_of(a_task(), problems=[a_problem("task", "CI-0001")])) == []
