"""What a simulation says of a company: who was woken, what it cost, what ran dry and when, what starves."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitcp.control.simulation.draws import Draws, Given
from gitcp.control.simulation.history import History
from gitcp.control.simulation.report import simulate
from gitcp.model.base import Record
from tests.helpers import (
    NOW,
    a_budget,
    a_company,
    a_goal,
    a_heartbeat,
    a_project,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    later,
    snapshot_of,
)

View = dict[str, Any]


def told(*records: Record, days: float = 10, seed: int = 1, **given: Any) -> View:
    fixed: dict[str, Any] = {"minutes": Decimal(10), "usd": Decimal("0.5"), "success": 1.0} | given
    return simulate(snapshot_of(*records), NOW, days, Draws(seed, History(), Given(**fixed)))


def hourly(agent: str = "riley", **fields: Any) -> Record:
    return an_agent(agent, heartbeat=a_heartbeat("0 * * * *", prompt="/look"), **fields)


def test_wakes_and_costs_are_told_by_agent_and_by_goal() -> None:
    view = told(
        a_project(goal="quality"),
        a_goal(),
        a_task("CI-0001"),
        a_task("CI-0002", assignee="oscar", goal="growth"),
        an_agent("oscar", heartbeat=a_heartbeat("0 9 * * *", prompt="/look")),
        days=1,
    )

    agents = {
        row["agent"]: (row["wakes"], row["usd"], row["minutes"], row["outcomes"]) for row in view["agents"]
    }
    assert agents == {"oscar": (1, 0.5, 10, {"succeeded": 1}), "riley": (1, 0.5, 10, {"succeeded": 1})}
    assert {row["goal"]: row["wakes"] for row in view["goals"]} == {"quality": 1, "growth": 1}
    assert (view["wakes"], view["reasons"]) == (2, {"assignment": 1, "heartbeat": 1})


def test_a_budget_runs_dry_at_the_first_run_that_it_has_too_little_left_for() -> None:
    # A run reserves a dollar and takes half of one: after eighteen of them, 0.90 are left.
    view = told(hourly(), a_budget("agent/riley", "month", usd=Decimal("9.9")), days=5)

    (row,) = view["budgets"]
    assert row["dry"] == [{"at": "2026-11-24T03:00:00Z", "metric": "usd"}]
    assert (row["limits"], row["used"]) == ({"usd": 9.9}, {"usd": 9.0})
    assert view["wakes"] == 18


def test_a_budget_runs_dry_once_in_each_of_its_periods() -> None:
    view = told(hourly(), a_budget("agent/riley", "day", runs=2), days=3)

    (row,) = view["budgets"]
    assert [dry["at"] for dry in row["dry"]] == [
        "2026-11-23T11:00:00Z",
        "2026-11-24T02:00:00Z",
        "2026-11-25T02:00:00Z",
        "2026-11-26T02:00:00Z",
    ]


def test_a_budget_that_carries_its_runs_does_not_run_dry() -> None:
    (row,) = told(hourly(), a_budget("agent/riley", "day", runs=24), days=3)["budgets"]

    assert row["dry"] == []


def test_a_task_that_nobody_gets_to_starves() -> None:
    urgent = [a_task(f"CI-{n:04d}", priority="critical") for n in range(1, 40)]
    view = told(*urgent, a_task("CI-0099", priority="low"), minutes=Decimal(30), days=0.5)
    assert view["starving"] == []

    view = told(
        a_task("CI-0098"),
        a_task("CI-0099", priority="low"),
        a_budget("task/CI-0099", "total", usd=Decimal("0.2")),
        days=4,
    )
    assert view["starving"] == [
        {
            "task": "CI-0099",
            "agent": "riley",
            "since": "2026-11-23T09:00:00Z",
            "reason": "budget task/CI-0099: 0.2 usd left, the run would reserve 1",
        }
    ]


@pytest.mark.parametrize(
    "records",
    [
        [a_task(review=("clara",))],
        [a_task(status="blocked")],
        [a_task(assignee="clara")],
        [a_task(blocked_by=("CI-0002",)), a_task("CI-0002", assignee="clara")],
        [a_task(status="in_progress"), a_run(claimed_at=later(-5))],
    ],
)
def test_what_waits_for_people_or_is_at_work_does_not_starve(records: list[Record]) -> None:
    assert told(*records, days=6)["starving"] == []


def test_what_agents_cannot_go_on_with_is_told_with_whom_it_waits_for() -> None:
    view = told(a_company(scheduler={"attempts": 2}), a_task(), success=0.0)

    assert view["stalled"] == [{"task": "CI-0001", "member": "clara", "reason": "blocked: 2 attempts failed"}]
    assert view["agents"][0]["outcomes"] == {"failed": 2}


def test_heartbeats_that_got_nowhere_are_told_with_the_cron_that_would_fit() -> None:
    view = told(hourly(), days=2, success=0.0)

    (found,) = view["too_dense"]
    assert (found["agent"], found["useful"], found["slots"]) == ("riley", 0, 20)
    assert found["fits"].endswith("* * MON")


def test_agents_of_whom_nothing_is_known_are_named() -> None:
    snapshot = snapshot_of(
        an_ended_run(claimed_at=later(-90), task="CI-0009", declared="finish"),
        a_task(),
        an_agent("oscar"),
        a_task("CI-0002", assignee="oscar", review=("riley",)),
    )

    view = simulate(snapshot, NOW, 1, Draws(1, History.of(snapshot)))

    assert view["without_history"] == ["riley"]


def test_time_goes_on_to_its_end() -> None:
    shares: list[float] = []
    beat = an_agent(heartbeat=a_heartbeat("0 9 * * *", prompt="/look"))

    view = simulate(snapshot_of(beat), NOW, 4, Draws(1, History()), shares.append)

    assert (view["from"], view["until"]) == ("2026-11-23T09:00:00Z", "2026-11-27T09:00:00Z")
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.75 < shares[-1] < 1


def test_the_company_itself_stays_as_it_is() -> None:
    snapshot = snapshot_of(a_task(), hourly())
    before = dict(snapshot.by_key)

    simulate(snapshot, NOW, 2, Draws(1, History()))

    assert snapshot.by_key == before
    assert NOW + timedelta(days=2) > max(task.created for task in snapshot.tasks())
