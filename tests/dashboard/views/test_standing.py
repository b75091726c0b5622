from datetime import timedelta

import pytest

from gitcp.dashboard import SiteInput, WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.standing import standing
from gitcp.model.planning import Project
from gitcp.model.tasks import Blocked, Task, TaskStatus
from tests.dashboard.company import NOW, a_bare_site, a_run, a_site, a_task, ago, an_agent

BLOCKED = Blocked(by="felix", reason="*why*", waits_for="ada")


def said(task: Task, site: SiteInput | None = None) -> list[str]:
    register = Register(site or a_bare_site())
    return [str(line) for line in standing(register, task, Prose(lambda _: None, "")).lines]


@pytest.mark.parametrize(
    ("task", "line"),
    [
        (a_task(status=TaskStatus.DONE, closed=ago(hours=1)), "Done on 22 Nov, 08:30."),
        (a_task(status=TaskStatus.CANCELLED), "Cancelled."),
        (a_task(status=TaskStatus.BLOCKED, blocked=BLOCKED), "Blocked by @felix. Waits for @ada."),
        (a_task(status=TaskStatus.BLOCKED, blocked=Blocked(reason="x")), "Blocked. Somebody must act."),
        (a_task(status=TaskStatus.BLOCKED), "Blocked. Somebody must act."),
        (a_task(status=TaskStatus.IN_REVIEW, review=("clara",)), "Waits for the review by @clara."),
        (a_task(assignee="riley", blocked_by=("CI-0002",)), "Waits for CI-0002."),
        (a_task(blocked_by=("CI-2", "CI-3", "CI-4")), "Waits for CI-2, CI-3 and CI-4."),
        (
            a_task(status=TaskStatus.BACKLOG),
            "In the backlog: nobody works on it until it is moved to “to do”.",
        ),
        (a_task(), "Nobody is assigned."),
        (a_task(assignee="riley"), "Ready for @riley."),
        (a_task(assignee="riley", status=TaskStatus.IN_REVIEW), "Ready for @riley."),
    ],
)
def test_a_task_says_what_happens_next(task: Task, line: str) -> None:
    assert said(task) == [line]


def test_an_unassigned_task_is_in_the_inbox_of_the_project_s_lead() -> None:
    site = a_bare_site(Project(id="CI", name="x", repository="r", lead="clara"), an_agent("clara"))

    assert said(a_task(), site) == ["Nobody is assigned; it is in the inbox of @clara."]


def test_a_run_that_goes_on_says_more_than_the_status() -> None:
    site = a_bare_site(a_run("riley", ago(minutes=12), task="CI-0001"))

    assert said(a_task(blocked_by=("CI-0002",)), site) == [
        "@riley has been working on it since 22 Nov, 09:18."
    ]


def test_what_holds_a_wake_back_is_said_in_place_of_being_ready() -> None:
    waiting = (
        WaitingItem("riley", "CI-0001", "budget is used up.", NOW + timedelta(hours=1)),
        WaitingItem(None, "CI-0001", "no place is free"),
    )

    assert said(a_task(assignee="riley"), a_bare_site(waiting=waiting)) == [
        "Budget is used up. Looked at again on 22 Nov, 10:30.",
        "No place is free.",
    ]


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (a_task(assignee="riley", blocked_by=("CI-0002",)), "waits for CI-0002"),
        (a_task(status=TaskStatus.IN_REVIEW, review=("clara",)), "waits for the review by clara"),
    ],
)
def test_the_same_is_not_said_twice(task: Task, reason: str) -> None:
    site = a_bare_site(
        waiting=(WaitingItem("riley", "CI-0001", reason), WaitingItem("riley", "CI-0001", "the budget"))
    )

    assert [line.replace("@", "").lower() for line in said(task, site)] == [
        f"{reason.lower()}.",
        "the budget.",
    ]


def test_the_reason_of_a_block_is_shown_while_it_holds() -> None:
    register = Register(a_site())
    prose = Prose(register.find, "../")
    task = a_task(status=TaskStatus.BLOCKED, blocked=BLOCKED)

    assert "<em>why</em>" in str(standing(register, task, prose).note)
    assert standing(register, task.evolve(status=TaskStatus.DONE), prose).note is None
