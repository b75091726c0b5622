"""What is paused, as lists show it."""

from gitcp.core.views import company_view, goal_rows, pause_rows, task_row
from tests.helpers import (
    a_company,
    a_goal,
    a_hold,
    a_project,
    a_routine,
    a_task,
    an_agent,
    snapshot_of,
)

UNSIGNED = {"by": None, "at": None, "reason": None}
SIGNED = {"by": "clara", "at": "2026-11-23T09:00:00Z", "reason": "so"}


def test_what_is_paused_is_told_with_who_when_and_why() -> None:
    company = a_company(paused=a_hold("so"))
    snapshot = snapshot_of(
        company,
        a_task(paused=a_hold("so")),
        an_agent(status="paused"),
        a_routine(status="paused"),
        a_project("QA"),
    )

    assert pause_rows(snapshot) == [
        {"kind": "company", "id": "gitcp", **SIGNED},
        {"kind": "task", "id": "CI-0001", **SIGNED},
        {"kind": "agent", "id": "riley", **UNSIGNED},
        {"kind": "routine", "id": "weekly-scan", **UNSIGNED},
    ]
    view = company_view(snapshot, company)
    assert (view["paused"], view["held"]) == (SIGNED, pause_rows(snapshot))


def test_a_task_says_what_holds_it_while_it_is_open() -> None:
    snapshot = snapshot_of(a_project(paused=a_hold("so")))

    assert task_row(snapshot, a_task())["held"] == "project CI is paused by clara: so"
    assert task_row(snapshot, a_task(status="done"))["held"] is None
    assert task_row(snapshot, a_task("QA-0001"))["held"] is None


def test_a_goal_says_that_it_is_paused() -> None:
    (row,) = goal_rows(snapshot_of(a_goal(paused=a_hold("so"))))

    assert row["paused"] == SIGNED
