"""How fast budgets are used, by whom, and what they warn of; all at fixed times."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.budgets import use
from gitcp.core.budgets.pace import pace
from gitcp.core.budgets.spending import MOST_RUNS, earlier, spenders
from gitcp.core.budgets.warnings import warnings
from gitcp.model.amounts import Amounts, Metric, Usage
from gitcp.model.guards import Budget, Ledger, LedgerEntry
from gitcp.model.memory import Records
from gitcp.model.runs import Run
from tests.helpers import NOW, a_budget, a_company, a_run, a_task, an_agent, an_ended_run, at, snapshot_of

DAY = timedelta(days=1)


def spent(usd: float, days_ago: float, agent: str = "riley", **fields: Any) -> Run:
    return an_ended_run(
        agent,
        fields.pop("task", None),
        claimed_at=(NOW - DAY * days_ago).replace(microsecond=0),
        charges=("company",),
        usage=Usage(usd=Decimal(str(usd)), runs=1),
        **fields,
    )


def per_day(*runs: Run, budget: Budget | None = None) -> Decimal:
    found = pace(snapshot_of(*runs), budget or a_budget(usd=100), NOW)
    assert found is not None
    return found.per_day[Metric.USD]


def dry_at(snapshot: Records, budget: Budget, now: datetime = NOW) -> datetime | None:
    going = pace(snapshot, budget, now)
    assert going is not None
    return going.dry_at(use(snapshot, budget, now).lines[0], now)


def test_a_pace_is_what_a_week_took_per_day() -> None:
    assert per_day(spent(7, 0.5), spent(7, 6.9), spent(100, 8)) == 2


def test_a_young_budget_is_measured_over_the_days_since_its_first_run() -> None:
    assert per_day(spent(4, 0.5), spent(2, 1.5)) == 3
    assert per_day(spent(4, 0.5)) == 4


def test_a_week_in_which_little_happened_is_a_week_all_the_same_once_something_happened_before() -> None:
    assert per_day(spent(7, 0.5), spent(1, 10)) == 1


def test_what_live_runs_have_reserved_counts() -> None:
    assert per_day(a_run(charges=("company",), claimed_at=NOW - DAY / 2)) == 1


def test_the_pace_of_a_backfilled_budget_knows_runs_that_did_not_charge_it() -> None:
    run = spent(7, 0.5).evolve(charges=())

    assert per_day(run) == 0
    assert per_day(run, budget=a_budget(usd=100, backfill=True)) == 7


def test_each_run_has_a_budget_of_runs_to_itself_so_that_it_has_no_pace() -> None:
    assert pace(snapshot_of(), a_budget(period="run", usd=1), NOW) is None


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (14, "2026-11-24T09:00:00Z"),  # 7 left at 7 a day
        (7, "2026-11-23T09:00:00Z"),
        (5, "2026-11-23T09:00:00Z"),
        (56, "2026-11-30T09:00:00Z"),
        (63, None),  # the month ends before
    ],
)
def test_a_budget_runs_dry_when_what_is_left_is_gone_at_this_pace(limit: int, expected: str | None) -> None:
    found = dry_at(snapshot_of(spent(7, 0.5)), a_budget(usd=limit))

    assert found == (at(expected) if expected else None)


def test_a_budget_without_an_end_runs_dry_whenever_that_is_but_not_in_a_century() -> None:
    assert dry_at(snapshot_of(spent(7, 0.5)), a_budget(period="total", usd=707)) == NOW + 100 * DAY
    assert dry_at(snapshot_of(spent(0.01, 0.5)), a_budget(period="total", usd=10_000)) is None
    assert dry_at(snapshot_of(), a_budget(period="total", usd=7)) is None


def test_the_biggest_spenders_are_told_by_what_the_budget_caps() -> None:
    runs = [spent(1, 1, task="CI-0001"), spent(2, 2, "oscar", task="CI-0002"), spent(3, 3, task="CI-0001")]
    others = [spent(9, 40), an_ended_run("hugo", None, charges=("agent/hugo",), claimed_at=NOW - DAY / 3)]
    snapshot = snapshot_of(*runs, *others, an_agent("oscar"), a_task())

    found = spenders(snapshot, a_budget(usd=10), NOW)

    assert [(s.name, s.runs, str(s.sums[Metric.USD])) for s in found.agents] == [
        ("riley", 2, "4"),
        ("oscar", 1, "2"),
    ]
    assert [s.name for s in found.tasks] == ["CI-0001", "CI-0002"]
    assert found.is_whole
    assert len(runs) < MOST_RUNS


def test_earlier_periods_are_told_the_latest_first() -> None:
    snapshot = snapshot_of(spent(1, 0.1), spent(2, 1), spent(4, 1.1), spent(8, 3))

    found = earlier(snapshot, a_budget(period="day", usd=10), NOW)

    assert [past.sums[Metric.USD] for past in found] == [6, 0, 8, 0, 0, 0]
    assert found[0].since == at("2026-11-22T00:00:00Z")
    assert found[0].until == at("2026-11-23T00:00:00Z")


def test_what_is_archived_of_an_earlier_month_is_in_the_ledger() -> None:
    entries = (
        LedgerEntry(agent="riley", budgets=("company",), runs=2, amounts=Amounts(usd=Decimal(3), runs=2)),
        LedgerEntry(agent="riley", budgets=(), runs=2, amounts=Amounts(usd=Decimal(30), runs=2)),
    )
    snapshot = snapshot_of(
        a_company(timezone="Europe/Madrid"), Ledger(id="2026-10", entries=entries), spent(4, 30)
    )

    found = earlier(snapshot, a_budget(usd=10), NOW)

    assert [past.sums[Metric.USD] for past in found] == [7, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("period", ["run", "total"])
def test_what_has_no_periods_has_no_earlier_ones(period: str) -> None:
    assert earlier(snapshot_of(), a_budget(period=period, usd=1), NOW) == []


@pytest.mark.parametrize(
    ("usd", "told"),
    [
        (4.9, []),
        (5, ["budget company: 50% of its usd used or reserved (warns at 50%)"]),
        (8.5, ["budget company: 85% of its usd used or reserved (warns at 80%)"]),
        (10, ["budget company: no usd left (100% of its limit)"]),
        (15, ["budget company: no usd left (150% of its limit)"]),
    ],
)
def test_a_budget_warns_at_the_highest_threshold_that_it_passed(usd: float, told: list[str]) -> None:
    snapshot = snapshot_of(a_budget(usd=10, warn_at=(0.8, 0.5)), spent(usd, 0.1))

    assert [str(each) for each in warnings(snapshot, NOW)] == told


def test_a_warning_has_one_name_for_each_threshold_and_period() -> None:
    def names(now: datetime, usd: float) -> list[str]:
        run = spent(usd, 0).evolve(claimed_at=now.replace(hour=1))
        return [each.name for each in warnings(snapshot_of(a_budget(period="day", usd=10), run), now)]

    assert names(NOW, 8) == names(NOW, 9)
    assert names(NOW, 10) != names(NOW, 9)
    assert names(NOW + DAY, 8) != names(NOW, 8)


def test_what_each_run_has_to_itself_warns_of_nothing() -> None:
    assert list(warnings(snapshot_of(a_budget(period="run", usd=0), spent(3, 0.1)), NOW)) == []
