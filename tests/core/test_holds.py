"""What a pause holds, and what is said about it."""

import pytest

from gitcp.core.actions import Observed, Stalled, Waiting
from gitcp.core.holds import paused, paused_by, paused_scope
from gitcp.core.inbox import inbox
from gitcp.core.operations.registry import PauseGoal, ResumeGoal
from gitcp.core.plan import plan
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.memory import Records
from gitcp.model.planning import Goal, Project
from tests.core.waking import claims_of, planned, why_not
from tests.helpers import (
    a_comment,
    a_company,
    a_goal,
    a_hold,
    a_problem,
    a_project,
    a_run,
    a_task,
    a_wake,
    an_agent,
    carry_out,
    person,
    snapshot_of,
    ticked,
)

HELD = a_hold("the repository\n\nmoves")
# What a task of CI hangs below: the company, CI, the goals quality and growth, and the task that it is part of.
WORLD: tuple[Record, ...] = (
    a_project(goal="quality"),
    a_goal("quality", parent="growth"),
    a_goal("growth"),
    a_task("CI-0009", assignee=None, status="backlog"),
    a_task(parent="CI-0009"),
)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (a_company(paused=a_hold()), "the company is paused by clara"),
        (a_company(paused=HELD), "the company is paused by clara: the repository moves"),
        (a_project(goal="quality", paused=HELD), "project CI is paused by clara: the repository moves"),
        (a_goal("quality", parent="growth", paused=a_hold()), "goal quality is paused by clara"),
        (a_goal("growth", paused=a_hold("later", by="zoe")), "goal growth is paused by zoe: later"),
        (
            a_task("CI-0009", assignee=None, status="backlog", paused=a_hold()),
            "task CI-0009 is paused by clara",
        ),
        (a_task(parent="CI-0009", paused=a_hold()), "task CI-0001 is paused by clara"),
    ],
)
def test_nothing_starts_below_what_is_paused_and_the_plan_says_why(record: Record, said: str) -> None:
    assert why_not(*WORLD, record) == [said]
    assert [wait.causes for wait in planned(*WORLD, record).waiting] == [("assignment",)]


def test_the_widest_hold_is_told_first() -> None:
    every = [
        a_project(goal="quality", paused=a_hold()),
        a_goal("growth", paused=a_hold()),
        a_task(paused=a_hold()),
    ]

    assert why_not(*WORLD, *every) == ["project CI is paused by clara"]
    assert why_not(*WORLD, *every, a_company(paused=a_hold())) == ["the company is paused by clara"]


@pytest.mark.parametrize(
    "record",
    [
        a_project("QA", paused=a_hold()),
        a_goal("speed", parent="growth", paused=a_hold()),
        a_task("CI-0002", parent="CI-0001", paused=a_hold(), assignee=None),
        a_task("CI-0009", assignee=None, status="done", paused=a_hold()),
    ],
)
def test_what_is_paused_elsewhere_or_closed_holds_nothing(record: Record) -> None:
    assert claims_of(snapshot_of(*WORLD, record)) == [("riley", "CI-0001", ["assignment"])]


def test_a_goal_of_its_own_takes_a_task_out_of_its_projects() -> None:
    project, goal = a_project(goal="quality"), a_goal("quality", paused=a_hold())
    held, free = a_task("CI-0001"), a_task("CI-0002", goal="speed")
    snapshot = snapshot_of(project, goal, a_goal("speed"), held, free)

    assert paused_by(snapshot, held) == "goal quality is paused by clara"
    assert paused_by(snapshot, free) is None


def test_a_project_that_does_not_exist_is_not_paused() -> None:
    assert paused_by(snapshot_of(), a_task("QA-0001")) is None


def test_without_a_task_the_company_alone_holds() -> None:
    assert claims_of(snapshot_of(*WORLD, a_project(paused=a_hold()), a_wake())) == [
        ("riley", None, ["manual"])
    ]
    assert why_not(a_company(paused=a_hold()), a_wake()) == ["the company is paused by clara"]


def test_a_review_is_held_as_the_work_is() -> None:
    task = a_task(status="in_review", review=("oscar",), paused=a_hold())

    assert why_not(task, an_agent("oscar")) == ["task CI-0001 is paused by clara"]


def test_parts_in_a_circle_and_parents_that_do_not_exist_hold_nothing() -> None:
    circle = [a_task("CI-0001", parent="CI-0002"), a_task("CI-0002", parent="CI-0001", assignee=None)]

    assert [task for _, task, _ in claims_of(snapshot_of(*circle))] == ["CI-0001"]
    assert [task for _, task, _ in claims_of(snapshot_of(a_task(parent="CI-0404")))] == ["CI-0001"]


def test_a_circle_of_parts_of_which_one_is_paused_is_held() -> None:
    circle = [a_task("CI-0001", parent="CI-0002"), a_task("CI-0002", parent="CI-0001", paused=a_hold())]

    assert set(why_not(*circle)) == {"task CI-0002 is paused by clara"}


def test_what_is_archived_holds_nothing() -> None:
    part = a_task(parent="CI-0009")
    archived = [a_task("CI-0009", paused=a_hold())]

    assert paused_by(Records.of([a_project(), part], archived=archived), part) is None
    assert paused_by(Records.of([a_project(), part, *archived]), part) == "task CI-0009 is paused by clara"


def test_what_cannot_be_read_may_be_paused() -> None:
    snapshot = snapshot_of(a_task(parent="CI-0009"), problems=[a_problem("task", "CI-0009")])

    assert [wait.reason for wait in plan(snapshot, Observed(), a_hold().at).waiting] == [
        "task CI-0009 above it cannot be read, and may be paused"
    ]


def test_a_task_that_is_not_made_yet_is_held_by_all_that_it_would_hang_below() -> None:
    def said(*records: Record, goal: str | None = None, parent: str | None = None) -> str | None:
        return paused_scope(snapshot_of(*WORLD, *records), "CI", goal, parent)

    assert said() is None
    assert said(a_company(paused=a_hold())) == "the company is paused by clara"
    assert said(a_project(paused=a_hold())) == "project CI is paused by clara"
    assert said(a_goal("growth", paused=a_hold())) == "goal growth is paused by clara"
    assert said(a_goal("growth", paused=a_hold()), a_goal("speed"), goal="speed") is None
    whole = a_task("CI-0009", assignee=None, paused=a_hold())
    assert said(whole) is None
    assert said(whole, parent="CI-0001") == "task CI-0009 is paused by clara"
    assert said(whole.evolve(status="done"), parent="CI-0009") is None
    assert said(parent="CI-0404") is None
    assert paused_scope(snapshot_of(a_company(paused=a_hold())), "NO") == "the company is paused by clara"


@pytest.mark.parametrize(
    ("kind", "name"), [("project", "CI"), ("goal", "quality"), ("goal", "growth"), ("task", "CI-0001"), ("task", "CI-0009")]
)  # fmt: skip
def test_what_cannot_be_read_holds_a_task_that_is_not_made_yet(kind: str, name: str) -> None:
    snapshot = snapshot_of(*WORLD, problems=[a_problem(kind, name)])

    above = f"{kind} {name} above it cannot be read, and may be paused"
    assert paused_scope(snapshot, "CI", parent="CI-0001") == above
    assert paused_scope(snapshot, "QA", "speed", "CI-0002") is None


def test_what_is_paused_is_listed_the_widest_first() -> None:
    held = [
        a_task(paused=a_hold()),
        a_goal(paused=a_hold()),
        a_project(paused=a_hold()),
        a_company(paused=a_hold()),
    ]
    found = paused(snapshot_of(*held, a_task("CI-0002"), a_task("CI-0003", status="done", paused=a_hold())))

    assert [type(record) for record in found] == [Company, Project, Goal, type(held[0])]


def test_a_hold_ends_and_the_same_work_starts() -> None:
    snapshot = snapshot_of(*WORLD, a_comment("@riley, this one"))
    before = claims_of(snapshot)
    held = carry_out(snapshot, PauseGoal(goal="growth"), person())

    assert claims_of(held) == []
    assert ticked(held) == held
    resumed = carry_out(held, ResumeGoal(goal="growth"), person())
    assert claims_of(resumed) == before == [("riley", "CI-0001", ["assignment", "mention"])]
    assert resumed == snapshot


def test_what_runs_below_a_hold_goes_on() -> None:
    told = planned(*WORLD, a_project(goal="quality", paused=a_hold()), a_run())

    assert [action for action in told.actions if not isinstance(action, Waiting)] == []


# where tasks stand


def test_a_held_task_without_a_cause_of_its_own_waits_for_the_hold() -> None:
    held = a_task(blocked_by=("CI-0002",), paused=a_hold())

    (waiting,) = planned(held, a_task("CI-0002", assignee="clara")).waiting
    assert waiting.reason == "task CI-0001 is paused by clara"


def test_an_inbox_says_what_is_held() -> None:
    snapshot = snapshot_of(
        a_task(), a_task("CI-0002", blocked_by=("CI-0001",)), a_goal(), a_project(paused=HELD)
    )

    assert [(item.task.id, item.reason, item.waits) for item in inbox(snapshot, "riley")] == [
        ("CI-0001", "assigned", "project CI is paused by clara: the repository moves"),
        ("CI-0002", "assigned", "project CI is paused by clara: the repository moves"),
    ]


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_what_is_left_in_a_project_that_is_over_is_somebodys_to_decide(status: str) -> None:
    tasks = [
        a_task("CI-0001"),
        a_task("CI-0002", status="in_review", review=("oscar",)),
        a_task("CI-0003", blocked_by=("CI-0001",)),
        a_task("CI-0004", status="backlog"),
        a_task("CI-0005", assignee="clara"),
    ]
    snapshot = snapshot_of(*tasks, an_agent("oscar"), a_project(status=status))
    told = plan(snapshot, Observed(), a_hold().at)

    assert told.actions == (
        Stalled("CI-0001", f"project CI is {status}, and the task is still open", "clara"),
        Stalled("CI-0002", f"in review, and project CI is {status}", "clara"),
        Stalled("CI-0003", f"project CI is {status}, and the task is still open", "clara"),
    )
    assert [(item.task.id, item.reason) for item in inbox(snapshot, "clara")] == [
        ("CI-0001", f"project CI is {status}, and the task is still open"),
        ("CI-0002", f"in review, and project CI is {status}"),
        ("CI-0003", f"project CI is {status}, and the task is still open"),
        ("CI-0005", "assigned"),
    ]


def test_a_person_reviews_and_works_also_in_a_project_that_is_over() -> None:
    task = a_task(status="in_review", review=("clara",))

    (waiting,) = planned(task, a_project(status="completed")).waiting
    assert waiting.reason == "waits for the review by clara"
