"""How reviewers are woken."""

from typing import Any

import pytest
from pydantic import ValidationError

from gitcp.core.actions import Observed
from gitcp.core.inbox import inbox
from gitcp.core.operations.registry import EditTask, ReviewTask, SubmitTask
from gitcp.core.plan import plan
from gitcp.errors import NotAllowedError
from gitcp.model.memory import Records
from gitcp.model.operation import Actor
from gitcp.model.runs import Cancel, Declared, FailureClass, Outcome
from gitcp.model.tasks import Task
from tests.core.waking import answered, claims_of
from tests.helpers import (
    NOW,
    a_cause,
    a_company,
    a_task,
    agent,
    an_agent,
    an_ended_run,
    carry_out,
    later,
    person,
    snapshot_of,
    task_in,
    ticked,
)

RUN = "20261123T080000Z-riley"


def test_a_task_in_review_wakes_its_reviewer_and_not_its_assignee() -> None:
    snapshot = snapshot_of(a_task(status="in_review", review=("oscar", "clara")), an_agent("oscar"))

    assert claims_of(snapshot) == [("oscar", "CI-0001", ["review"])]
    assert claims_of(ticked(snapshot)) == []


def test_a_reviewer_is_woken_again_for_the_next_submission() -> None:
    task = a_task(status="in_review", review=("oscar",), submitted=later(-60))
    snapshot = answered(
        snapshot_of(task, an_agent("oscar")), an_ended_run("oscar", claimed_at=later(-50), declared="nothing")
    )
    returned = carry_out(
        snapshot, ReviewTask(task="CI-0001", verdict="request-changes", comment="no"), agent("oscar")
    )
    again = Records.of(
        [*returned.by_key.values(), task_in(returned).evolve(status="in_review", submitted=later(-60))]
    )

    assert ("oscar", "CI-0001") in [claim[:2] for claim in claims_of(again)]
    assert "review" in claims_of(again)[0][2]


@pytest.mark.parametrize(
    ("ended", "after", "expected"),
    [
        ({"outcome": Outcome.SUCCEEDED, "declared": Declared.NOTHING}, 0, ["continue"]),
        ({"outcome": Outcome.FAILED, "failure": FailureClass.TRANSIENT}, 0, []),
        ({"outcome": Outcome.FAILED, "failure": FailureClass.TRANSIENT}, 10, ["retry"]),
        ({"outcome": Outcome.ABANDONED}, 10, ["retry"]),
        ({"outcome": Outcome.CANCELLED}, 10, []),
        ({"outcome": Outcome.CANCELLED, "cancel": Cancel(by="clara", at=NOW, hold=True)}, 0, ["continue"]),
    ],
)
def test_a_review_that_ended_without_a_verdict_is_asked_for_again(
    ended: dict[str, Any], after: int, expected: list[str]
) -> None:
    run = an_ended_run("oscar", **ended)
    snapshot = answered(snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar")), run)

    found = claims_of(snapshot, later(10 + after))

    assert [claim[2] for claim in found] == ([expected] if expected else [])


def test_a_reviewer_that_is_silent_twice_or_fails_too_often_is_not_asked_again() -> None:
    base = snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar"))
    silent = an_ended_run("oscar", answers=(a_cause("continue"),), declared="nothing")
    assert claims_of(answered(base, silent), later(60)) == []

    failed = [an_ended_run("oscar", outcome="failed", claimed_at=later(-60 * n)) for n in (3, 2, 1)]
    snapshot = Records.of([*answered(base, failed[2]).by_key.values(), *failed[:2]])
    assert claims_of(snapshot, later(24 * 60)) == []
    (stalled,) = plan(snapshot, Observed(), later(24 * 60)).stalled
    assert (stalled.reason, stalled.member) == ("oscar ended without a verdict", "clara")


@pytest.mark.parametrize(("times", "asked"), [(3, True), (4, False)])
def test_a_review_that_the_platform_fails_too_often_is_not_asked_for_again(times: int, asked: bool) -> None:
    company = a_company(scheduler={"attempts": 1, "retries": 3})
    base = snapshot_of(company, a_task(status="in_review", review=("oscar",)), an_agent("oscar"))
    failed = [
        an_ended_run("oscar", outcome="failed", failure="platform", claimed_at=later(-60 * n))
        for n in range(1, times + 1)
    ]
    snapshot = Records.of([*answered(base, failed[0]).by_key.values(), *failed[1:]])

    assert bool(claims_of(snapshot, later(24 * 60))) is asked


def test_nobody_is_asked_again_while_a_result_waits_for_the_file() -> None:
    run = an_ended_run("oscar", declared="nothing", pending=True)
    snapshot = answered(snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar")), run)

    assert claims_of(snapshot, later(60)) == []


# several reviewers, in their order


def a_submitted(**fields: Any) -> Task:
    delivery = {"commit": "a" * 40, "branch": "riley/CI-0001", "run": RUN}
    values: dict[str, Any] = {
        "status": "in_review",
        "review": ("oscar", "clara"),
        "delivery": delivery,
        "submitted": later(-60),
    }
    return a_task(**(values | fields))


def say(snapshot: Records, who: Actor, verdict: str = "approve") -> Records:
    operation = ReviewTask.model_validate({"task": "CI-0001", "verdict": verdict, "comment": "seen"})
    return carry_out(snapshot, operation, who)


def delivered_again(snapshot: Records) -> Records:
    task = task_in(snapshot)
    assert task.delivery is not None
    delivery = task.delivery.evolve(commit="b" * 40)
    return Records.of([*snapshot.by_key.values(), task.evolve(delivery=delivery)])


def test_an_agent_and_then_a_person_agree_each_in_turn_before_it_is_done() -> None:
    snapshot = snapshot_of(a_submitted(), an_agent("oscar"))

    with pytest.raises(NotAllowedError, match="its reviewer is oscar"):
        say(snapshot, person())
    first = say(snapshot, agent("oscar"))
    assert (task_in(first).status, task_in(first).reviewer) == ("in_review", "clara")
    assert claims_of(first) == []
    assert [(item.task.id, item.reason) for item in inbox(first, "clara")] == [("CI-0001", "review")]
    with pytest.raises(NotAllowedError, match="expected its reviewer"):
        say(first, agent("oscar"))

    done = task_in(say(first, person()))
    assert (done.status, done.reviewed, done.agreed) == ("done", ("oscar", "clara"), "a" * 40)


def test_who_asks_for_changes_returns_it_and_all_are_asked_about_the_next_submission() -> None:
    first = say(snapshot_of(a_submitted(), an_agent("oscar")), agent("oscar"))

    returned = say(first, person(), "request-changes")

    task = task_in(returned)
    assert (task.status, task.reviewed, task.agreed, task.reopened) == ("todo", (), None, 1)
    again = carry_out(returned, SubmitTask(task="CI-0001"), person())
    assert task_in(again).reviewer == "oscar"


def test_another_delivery_between_the_stages_asks_those_again_who_had_agreed() -> None:
    snapshot = answered(
        snapshot_of(a_submitted(), an_agent("oscar")), an_ended_run("oscar", claimed_at=later(-50))
    )
    first = say(snapshot, agent("oscar"))

    changed = delivered_again(first)

    assert (task_in(changed).passed, task_in(changed).reviewer) == ((), "oscar")
    assert ("oscar", "CI-0001", ["review"]) in claims_of(changed)
    with pytest.raises(NotAllowedError, match="its reviewer is oscar"):
        say(changed, person())
    second = say(changed, agent("oscar"))
    assert (task_in(second).reviewed, task_in(second).agreed) == (("oscar",), "b" * 40)
    assert task_in(say(second, person())).status == "done"


def test_who_agreed_before_commits_were_bound_to_stays_agreed() -> None:
    task = a_submitted(reviewed=("oscar",))

    assert (task.passed, task.reviewer) == (("oscar",), "clara")


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_a_verdict_without_words_is_none(comment: str) -> None:
    with pytest.raises(ValidationError):
        ReviewTask.model_validate({"task": "CI-0001", "verdict": "approve", "comment": comment})


def test_a_reviewer_who_left_is_replaced_by_who_is_above_the_assignee() -> None:
    gone = an_agent("oscar", status="terminated")
    snapshot = snapshot_of(a_submitted(), gone, an_agent("zoe"), an_agent(reports_to="zoe"))

    (item,) = inbox(snapshot, "zoe")
    assert item.reason == "in review, and its reviewer oscar is terminated"
    edit = EditTask(task="CI-0001", fields={"review": ["zoe", "clara"]})
    assert task_in(carry_out(snapshot, edit, agent("zoe"))).reviewer == "zoe"
