"""What records answer of themselves."""

from typing import Any

import pytest
from pydantic import ValidationError

from gitcp.model.actors import the_scheduler
from gitcp.model.guards import Scope
from gitcp.model.ids import comment_name
from gitcp.model.members import Heartbeat, WakeReason
from gitcp.model.operation import ActorKind
from gitcp.model.tasks import CLOSED, OPEN, Comment, Delivery, TaskStatus
from tests.helpers import (
    NOW,
    a_budget,
    a_comment,
    a_new_task,
    a_run,
    a_task,
    a_wake,
    agent,
    an_agent,
    an_ended_run,
    person,
)


@pytest.mark.parametrize(
    ("fields", "stages", "reviewer"),
    [
        ({"review": ()}, (), None),
        ({"review": ("clara", "oscar")}, ("clara", "oscar"), "clara"),
        ({"review": ("clara", "oscar"), "reviewed": ("clara",)}, ("clara", "oscar"), "oscar"),
        ({"review": ("clara", "oscar"), "reviewed": ("clara", "oscar")}, ("clara", "oscar"), None),
        ({"review": ("riley", "clara")}, ("clara",), "clara"),
        ({"review": ("riley",)}, (), None),
        ({"review": ("clara", "clara")}, ("clara",), "clara"),
        ({"review": ("oscar", "clara"), "reviewed": ("clara",)}, ("oscar", "clara"), "oscar"),
    ],
)
def test_the_next_reviewer_is_the_first_who_has_not_agreed_and_never_the_assignee(
    fields: dict[str, Any], stages: tuple[str, ...], reviewer: str | None
) -> None:
    task = a_task(status="in_review", **fields)

    assert task.stages == stages
    assert task.reviewer == reviewer


def test_a_task_that_is_not_in_review_has_no_next_reviewer() -> None:
    assert a_task(review=("clara",)).reviewer is None


@pytest.mark.parametrize("status", list(TaskStatus))
def test_a_task_is_open_until_it_is_done_or_cancelled(status: TaskStatus) -> None:
    assert a_task(status=status).is_open is (status not in {"done", "cancelled"})
    assert (status in OPEN) is (status not in CLOSED)


def test_places_tell_what_a_record_belongs_to() -> None:
    comment = a_comment("hello @riley", task="CI-0007", by="clara")

    assert a_task("CI-0001").project == "CI"
    assert a_new_task("CI/scan").project == "CI"
    assert a_wake("riley").agent == "riley"
    assert (comment.task, comment.author, comment.stamp) == ("CI-0007", "clara", "20261123T090000000Z")
    assert comment.mentions == ("riley",)


def test_a_comment_with_a_strange_name_has_no_author() -> None:
    assert Comment(id="CI-0001/strange", body="x").author == ""
    assert comment_name("clara", NOW, "1f3a").endswith("-clara-1f3a")


@pytest.mark.parametrize(
    ("budget", "scope", "target"),
    [
        ("company", Scope.COMPANY, None),
        ("agent/riley", Scope.AGENT, "riley"),
        ("task/CI-0001", Scope.TASK, "CI-0001"),
    ],
)
def test_a_budgets_place_says_what_it_covers(budget: str, scope: Scope, target: str | None) -> None:
    assert (a_budget(budget).scope, a_budget(budget).target) == (scope, target)


@pytest.mark.parametrize(
    ("wake_on", "expected"), [(None, True), ((), False), (("mention",), False), (("assignment",), True)]
)
def test_wake_on_names_what_wakes_at_once_and_without_it_everything_does(
    wake_on: tuple[str, ...] | None, expected: bool
) -> None:
    assert an_agent(wake_on=wake_on).wakes_at_once(WakeReason.ASSIGNMENT) is expected


def test_a_run_is_active_until_it_has_ended() -> None:
    assert a_run().is_active
    assert not an_ended_run().is_active


@pytest.mark.parametrize("minutes", [0, 10**7])
def test_durations_that_cannot_be_waited_are_refused(minutes: int) -> None:
    with pytest.raises(ValidationError):
        an_agent(limits={"minutes": minutes})
    with pytest.raises(ValidationError):
        Heartbeat(cron="0 9 * * *", window_minutes=minutes)


def test_actors_say_who_they_are() -> None:
    assert the_scheduler().kind is ActorKind.SCHEDULER
    assert (agent("riley", "20261123T090000Z-riley").run, agent().kind) == (
        "20261123T090000Z-riley",
        ActorKind.AGENT,
    )
    assert (person().email, person().kind) == ("clara@example.org", ActorKind.PERSON)


def test_a_delivery_that_does_not_say_so_has_not_passed_its_checks() -> None:
    assert not Delivery(commit="1" * 40, branch="riley/CI-0001", run="20261123T090000Z-riley").verified
