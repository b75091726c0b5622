from datetime import datetime
from decimal import Decimal

from gitcp.dashboard import BudgetRow, BudgetUse
from gitcp.dashboard.register import Register
from gitcp.dashboard.thresholds import passed
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.guards import Budget, Period
from gitcp.model.runs import Run
from tests.dashboard.company import NOW, a_bare_site, a_run, ago, an_ended_run

START = ago(days=20)


def use(
    settled: str,
    metric: Metric = Metric.USD,
    period: Period = Period.MONTH,
    start: datetime | None = START,
    reserved: str = "0",
) -> BudgetUse:
    budget = Budget(id="company", period=period, limits=BudgetLimits(), warn_at=(0.5, 0.8))
    return BudgetUse(budget, start, (BudgetRow(metric, Decimal(10), Decimal(settled), Decimal(reserved)),))


def found(budget: BudgetUse, *runs: Run) -> list[tuple[str, datetime]]:
    each = passed(Register(a_bare_site(*runs, budgets=(budget,))), "")
    return [(str(one.level), one.at) for one in each]


def spent(days: float, usd: str) -> Run:
    return an_ended_run("riley", ago(days=days), 0, usd)


def ended(run: Run) -> datetime:
    assert run.ended_at is not None
    return run.ended_at


def test_a_threshold_was_passed_when_the_run_ended_that_passed_it() -> None:
    first, second, third = spent(3, "4"), spent(2, "2"), spent(1, "5")

    assert found(use("11"), third, first, second) == [
        ("1", ended(third)),
        ("0.8", ended(third)),
        ("0.5", ended(second)),
    ]
    assert found(use("6"), first, second) == [("0.5", ended(second))]
    assert found(use("4"), first) == []


def test_runs_before_the_period_of_others_and_live_ones_do_not_count() -> None:
    old, own = spent(30, "9"), spent(1, "6")
    other = an_ended_run("riley", ago(days=2), 0, "9", charges=("agent/riley",))

    assert found(use("6"), old, other, own, a_run("riley", ago(hours=1))) == [("0.5", ended(own))]
    assert found(use("15", start=None), old, own)[0] == ("1", ended(own))


def test_what_is_only_reserved_has_passed_nothing() -> None:
    assert found(use("4", reserved="6"), spent(1, "4")) == []


def test_each_metric_is_added_up_for_itself() -> None:
    runs = [spent(day, "1") for day in range(1, 8)]

    assert found(use("7", Metric.RUNS), *runs) == [("0.5", ended(runs[2]))]
    assert found(use("7", Metric.MINUTES), *runs)[0][1] == ended(runs[0])
    assert [level for level, _ in found(use("7", Metric.TOKENS), *runs)] == ["0.5"]
    assert [level for level, _ in found(use("7", Metric.USD_IMPUTED), *runs)] == ["0.5"]


def test_where_the_runs_are_gone_the_period_s_beginning_counts_and_without_one_nothing_is_told() -> None:
    assert found(use("6")) == [("0.5", START)]
    assert found(use("6", start=None)) == []


def test_a_budget_of_each_run_is_never_partly_used() -> None:
    assert found(use("10", period=Period.RUN), spent(1, "10")) == []
    assert NOW > START
