"""What budgets still allow."""

from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.views import allowances
from gitcp.model.base import Record
from tests.helpers import (
    NOW,
    a_budget,
    a_goal,
    a_project,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    snapshot_of,
)

CHEAP = an_agent("oscar", limits={"usd": "0.25", "tokens": 1000})


def _room(*records: Record, **asked: Any) -> list[tuple[str, str | None, int | None]]:
    told = allowances(snapshot_of(*records), NOW, **asked)
    return [(view["budget"], view["agent"], view["runs"]) for view in told]


def test_what_is_left_is_told_for_each_metric_and_in_runs_of_the_cheapest_agent() -> None:
    charged = [an_ended_run(task=None, charges=("company",)), a_run(charges=("company",), claimed_at=NOW)]
    budget = a_budget(usd=4, tokens=5500, runs=100)

    (view,) = allowances(snapshot_of(budget, CHEAP, *charged), NOW)

    assert view == {
        "budget": "company",
        "period": "month",
        "until": "2026-12-01T00:00:00Z",
        "left": [
            {"metric": "usd", "available": 3.0, "limit": 4.0},
            {"metric": "tokens", "available": 4500.0, "limit": 5500.0},
            {"metric": "runs", "available": 99.0, "limit": 100.0},
        ],
        "agent": "oscar",
        "runs": 4,
    }


@pytest.mark.parametrize(
    ("budget", "agent", "runs"),
    [
        (a_budget(usd="2.5"), "oscar", 10),
        (a_budget("agent/riley", usd="2.5"), "riley", 2),
        (a_budget("agent/riley", usd="0.5"), "riley", 0),
        (a_budget("subtree/clara", usd="2.5"), "oscar", 10),
        (a_budget("project/CI", usd="2.5"), "riley", 2),
        (a_budget("project/QA", usd="2.5"), "oscar", 10),
        (a_budget("project/NO", usd="2.5"), None, None),
        (a_budget("goal/growth", usd="2.5"), "riley", 2),
        (a_budget("task/CI-0001", usd="2.5"), "riley", 2),
        (a_budget("task/CI-0002", usd="2.5"), None, None),
        (a_budget("company", "run", usd="2.5"), "oscar", None),
        (a_budget("company", "run", usd="0.1"), "oscar", 0),
        (a_budget("company", usd_imputed=9, runs=0), "oscar", 0),
    ],
)
def test_the_cheapest_agent_is_one_whose_runs_the_budget_covers(
    budget: Record, agent: str | None, runs: int | None
) -> None:
    world = [
        CHEAP,
        a_project("CI", goal="quality"),
        a_project("QA"),
        a_goal("quality", parent="growth"),
        a_goal("growth"),
        a_task("CI-0001"),
        a_task("CI-0002", assignee="clara"),
        a_task("CI-0003", status="done", assignee="oscar"),
        a_task("QA-0001", assignee="oscar"),
    ]

    assert _room(*world, budget) == [(budget.id, agent, runs)]


def test_an_overspent_budget_allows_no_run() -> None:
    spent = an_ended_run(charges=("company",), usage={"usd": 9, "runs": 1})

    (view,) = allowances(snapshot_of(a_budget(usd=1), spent), NOW)
    assert (view["left"][0]["available"], view["runs"]) == (-8.0, 0)


def test_what_takes_nothing_from_a_budget_is_not_limited_by_it() -> None:
    free = an_agent(limits={"usd": 0})

    assert _room(free, a_budget(usd=Decimal(0))) == [("company", "riley", None)]


def test_agents_that_are_not_active_are_nobodys_cheapest() -> None:
    assert _room(CHEAP.evolve(status="paused"), a_budget(usd=2)) == [("company", "riley", 2)]
    assert _room(an_agent(status="terminated"), a_budget(usd=2)) == [("company", None, None)]


def test_of_one_agent_the_budgets_are_told_that_cover_its_work() -> None:
    budgets = [a_budget(usd=2), a_budget("agent/riley", usd=2), a_budget("project/CI", usd=2)]
    world = [CHEAP, a_task(), *budgets]

    assert [name for name, *_ in _room(*world, agent="riley")] == ["agent/riley", "company", "project/CI"]
    assert [name for name, *_ in _room(*world, agent="oscar")] == ["company"]
