from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.budgets import use
from gitcp.core.views.budgets import budget_view
from gitcp.dashboard import BudgetRow, BudgetUse
from gitcp.dashboard.figures import money
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.budget import BudgetPage, budget_page
from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Record
from gitcp.model.guards import Budget, Period, TopUp
from gitcp.model.memory import Records
from tests.dashboard.company import COMPANY, NOW, a_bare_site, an_ended_run

RUNS = [
    an_ended_run("riley", NOW - timedelta(days=day), 10, "1.50", zone="Europe/Madrid", charges=("company",))
    for day in (0, 1, 3, 9, 40, 75)
]


def page(*records: Record, pace: str | None = None, **fields: Any) -> BudgetPage:
    budget = Budget(
        **({"id": "company", "period": Period.MONTH, "limits": BudgetLimits(usd=Decimal(40))} | fields)
    )
    site = a_bare_site(COMPANY, budget, *records)
    used = use(site.snapshot, budget, NOW)
    rows = tuple(
        BudgetRow(
            line.metric, line.limit, line.settled, line.reserved, line.extra, Decimal(pace) if pace else None
        )
        for line in used.lines
    )
    found = budget_page(Register(replace(site, budgets=(BudgetUse(budget, used.since, rows),))), "company")
    assert found is not None
    return found


def test_a_month_goes_from_its_first_day_to_its_last_and_ends_at_what_is_settled() -> None:
    view = page(*RUNS, pace="0.5")
    (chart,) = view.charts

    assert chart.text == "$6.00 of $40.00 used by 22 Nov; at $0.50 a day it ends at $10.00."
    assert [chart.table.rows[0], chart.table.rows[-1]] == [
        ("1 Nov", "$0.00", "$0.00"),
        ("22 Nov", "$1.50", "$6.00"),
    ]
    assert view.earlier is not None
    assert view.earlier.rows == (("October 2026", "$1.50"), ("September 2026", "$1.50"))


@pytest.mark.parametrize("period", [Period.DAY, Period.WEEK, Period.MONTH])
def test_the_page_tells_the_figures_of_the_command_line(period: Period) -> None:
    budget = Budget(id="company", period=period, limits=BudgetLimits(usd=Decimal(40)))
    told = budget_view(Records.of([COMPANY, budget, *RUNS]), budget, NOW)
    (line,) = told["use"]
    took = [past["used"]["usd"] for past in told["earlier"] if past["used"]["usd"]]

    view = page(*RUNS, period=period)

    assert view.earlier is not None
    assert view.budget.meters[0].settled == money(Decimal(str(line["settled"])))
    assert view.budget.meters[0].left == money(Decimal(str(line["available"])))
    assert [row[1] for row in view.earlier.rows][: len(took)] == [money(Decimal(str(usd))) for usd in took]


def test_a_week_has_seven_days() -> None:
    view = page(*RUNS, period=Period.WEEK)

    assert [row[0] for row in view.charts[0].table.rows] == [f"{day} Nov" for day in range(16, 23)]
    assert view.earlier is not None
    assert [row[0] for row in view.earlier.rows][:2] == ["week from 9 Nov 2026", "week from 12 Oct 2026"]


def test_a_day_is_set_beside_those_before_it() -> None:
    (chart,) = page(*RUNS, period=Period.DAY).charts

    assert len(chart.table.rows) == 14
    assert chart.table.rows[-1] == ("22 Nov", "$1.50")
    assert [level.text for level in chart.levels] == ["limit $40.00"]


def test_where_each_run_has_it_to_itself_the_runs_are_drawn() -> None:
    view = page(*RUNS, period=Period.RUN, limits=BudgetLimits(usd=Decimal(2), runs=3, tokens=5))

    assert [row[1] for row in view.charts[0].table.rows] == ["$1.50"] * len(RUNS)
    assert [row[1] for row in view.charts[2].table.rows] == ["1"] * len(RUNS)
    assert view.earlier is None


def test_a_total_begins_at_its_first_charge_but_not_too_long_ago() -> None:
    (short,) = page(*RUNS[:4], period=Period.TOTAL).charts
    (long,) = page(*RUNS, period=Period.TOTAL).charts

    assert short.table.rows[0] == ("13 Nov", "$1.50", "$1.50")
    assert len(long.table.rows) == 60
    assert long.table.rows[0][2] == "$1.50"
    assert long.table.rows[-1][2] == "$9.00"
    assert page(period=Period.TOTAL).charts[0].table.rows == (("22 Nov", "$0.00", "$0.00"),)


def test_what_was_added_is_told_the_latest_first() -> None:
    more = [TopUp(at=NOW - timedelta(days=n), limits=BudgetLimits(usd=Decimal(n), runs=2)) for n in (1, 5)]

    view = page(extra=tuple(more))

    assert [(each.day.text, each.text) for each in view.added] == [
        ("21 Nov", "$1.00 money, 2 runs"),
        ("17 Nov", "$5.00 money, 2 runs"),
    ]


def test_the_newest_runs_are_listed() -> None:
    assert [run.id for run in page(*RUNS).runs] == [run.id for run in RUNS]


def test_there_is_no_page_of_a_budget_that_does_not_exist() -> None:
    assert budget_page(Register(a_bare_site()), "company") is None


@pytest.mark.parametrize("period", list(Period))
def test_a_budget_without_caps_or_runs_has_its_page(period: Period) -> None:
    view = page(period=period, limits=BudgetLimits())

    assert (view.charts, view.earlier, view.runs) == ((), None, ())


def test_a_period_that_begins_at_midnight_of_the_company_begins_on_that_day() -> None:
    view = page(
        an_ended_run(
            "riley",
            datetime(2026, 10, 31, 23, 30, tzinfo=UTC),
            1,
            "2",
            zone="Europe/Madrid",
            charges=("company",),
        )
    )

    assert view.charts[0].table.rows[0] == ("1 Nov", "$2.00", "$2.00")
    assert view.budget.meters[0].settled == "$2.00"
