from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gitcp.dashboard import BudgetRow, BudgetUse
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.money import BudgetView, Meter, budget_view, budgets, budgets_of, meter, money_row
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.guards import Budget, Period
from tests.dashboard.company import BUDGETS, a_bare_site, a_site


def a_meter(limit: str, settled: str, reserved: str = "0", *warn_at: float) -> Meter:
    return meter(BudgetRow(Metric.USD, Decimal(limit), Decimal(settled), Decimal(reserved)), warn_at)


def view(budget: str, period: Period = Period.MONTH, start: datetime | None = None) -> BudgetView:
    return budget_view(
        Register(a_site()), BudgetUse(Budget(id=budget, period=period, limits=BudgetLimits()), start, ())
    )


def test_a_meter_tells_limit_used_reserved_and_left() -> None:
    found = a_meter("40", "33.10", "2", 0.8)

    assert (found.limit, found.settled, found.reserved, found.left) == ("$40.00", "$33.10", "$2.00", "$4.90")
    assert (found.settled_width, found.reserved_width, found.ticks) == ("82.8", "5.0", ("80.0",))


@pytest.mark.parametrize(
    ("settled", "reserved", "state", "tone"),
    [
        ("0", "0", "", "good"),
        ("4.99", "0", "", "good"),
        ("4", "1", "over 50%", "warn"),
        ("8", "0", "over 80%", "warn"),
        ("9", "1", "used up", "bad"),
        ("10", "0", "used up", "bad"),
        ("11", "0", "overspent", "bad"),
    ],
)
def test_a_meter_says_how_it_stands(settled: str, reserved: str, state: str, tone: str) -> None:
    found = a_meter("10", settled, reserved, 0.8, 0.5)

    assert (found.state, found.tone) == (state, tone)


@pytest.mark.parametrize(
    ("limit", "settled", "reserved"), [("0", "0", "0"), ("0", "3", "1"), ("10", "99", "5"), ("10", "9", "9")]
)
def test_a_bar_is_never_longer_than_its_whole(limit: str, settled: str, reserved: str) -> None:
    found = a_meter(limit, settled, reserved, 0, 0.5, 1)

    assert Decimal(found.settled_width) + Decimal(found.reserved_width) == 100
    assert found.left == "$0.00"
    assert found.ticks == ("50.0",)


def test_nothing_is_reserved_is_not_said() -> None:
    assert [a_meter("1", "0", reserved).holds for reserved in ("0", "0.5")] == [False, True]


def test_budgets_are_sorted_by_how_much_they_cover() -> None:
    found = budgets(Register(a_site()))

    assert [budget.name for budget in found.budgets] == [
        "Company",
        "Team of Clara",
        "Agent Mira",
        "Agent Riley",
        "Project The web edition",
        "Goal Answer every letter within a day",
    ]
    assert found.summary == "6 budgets, 2 used up"
    assert budgets(Register(a_bare_site())).summary is None


@pytest.mark.parametrize(
    ("budget", "name", "href"),
    [
        ("agent/riley", "Agent Riley", "org/riley.html"),
        ("agent/ghost", "Agent ghost", None),
        ("goal/fresh", "Goal No page is older than seven days", "goals/fresh.html"),
        ("task/CI-0028", "Task Enforce the scan cadence", "tasks/CI-0028.html"),
        ("project/WEB", "Project The web edition", "projects/WEB.html"),
        ("project/NO", "Project NO", None),
    ],
)
def test_a_budget_names_what_it_covers(budget: str, name: str, href: str | None) -> None:
    found = view(budget)

    assert found.target is not None
    assert (found.name, found.target.href) == (name, href)


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period.MONTH, "November 2026"),
        (Period.WEEK, "week from 16 Nov"),
        (Period.DAY, "16 Nov"),
        (Period.TOTAL, "in total"),
        (Period.RUN, "each run"),
    ],
)
def test_a_budget_says_which_period_it_counts(period: Period, text: str) -> None:
    assert view("company", period, datetime(2026, 11, 15, 23, tzinfo=UTC)).period == text


def test_a_budget_without_a_start_names_its_period_alone() -> None:
    assert [view("company", period).period for period in (Period.RUN, Period.MONTH)] == ["each run", "month"]


def test_only_budgets_that_exist_are_shown_in_the_order_asked_for() -> None:
    found = budgets_of(Register(a_site()), ["agent/riley", "agent/nobody", "company"])

    assert [budget.name for budget in found] == ["Agent Riley", "Company"]


def test_the_cap_of_money_is_that_of_billed_money_else_of_list_prices() -> None:
    imputed = BudgetRow(Metric.USD_IMPUTED, Decimal(9), Decimal(1), Decimal(0))
    budget = Budget(id="company", period=Period.DAY, limits=BudgetLimits())

    assert money_row(BUDGETS[0]) == BUDGETS[0].rows[0]
    assert money_row(BudgetUse(budget, None, (imputed,))) == imputed
    assert money_row(BudgetUse(budget, None, ())) is None


def test_rows_may_be_plain_tuples() -> None:
    row: tuple[Metric, Decimal, Decimal, Decimal] = (Metric.RUNS, Decimal(9), Decimal(3), Decimal(1))
    budget = Budget(id="company", period=Period.DAY, limits=BudgetLimits())

    (found,) = budget_view(Register(a_bare_site()), BudgetUse(budget, None, (row,))).meters  # type: ignore[arg-type]

    assert (found.label, found.left) == ("Runs", "5")


@pytest.mark.parametrize(
    ("settled", "per_day", "dry", "told"),
    [
        ("4", "1.5", datetime(2026, 11, 25, 12, tzinfo=UTC), "$1.50 a day, dry by 25 Nov"),
        ("4", "1.5", None, "$1.50 a day"),
        ("40", "1.5", datetime(2026, 11, 23, tzinfo=UTC), "$1.50 a day"),
        ("4", "0", None, None),
        ("4", None, None, None),
    ],
)
def test_a_meter_tells_the_pace_and_when_it_runs_dry(
    settled: str, per_day: str | None, dry: datetime | None, told: str | None
) -> None:
    rate = None if per_day is None else Decimal(per_day)
    row = BudgetRow(Metric.USD, Decimal(40), Decimal(settled), Decimal(0), Decimal(5), rate, dry)
    budget = Budget(id="company", period=Period.MONTH, limits=BudgetLimits())

    (found,) = budget_view(Register(a_site()), BudgetUse(budget, None, (row,))).meters

    assert found.pace == told
    assert found.added == "$5.00 added"
