from decimal import Decimal

import pytest

from gitcp.model.amounts import Amounts, BudgetLimits, Metric, RunLimits, Usage


def test_limits_that_are_not_given_come_from_the_defaults() -> None:
    own = RunLimits(usd=Decimal(0), turns=3)
    defaults = RunLimits(usd=Decimal(1), tokens=1000, minutes=Decimal(30))

    assert own.over(defaults) == RunLimits(usd=Decimal(0), tokens=1000, minutes=Decimal(30), turns=3)


def test_only_metrics_with_a_cap_are_capped() -> None:
    limits = BudgetLimits(usd=Decimal("0"), runs=5)

    assert list(limits.capped()) == [(Metric.USD, Decimal(0)), (Metric.RUNS, Decimal(5))]


def test_amounts_are_added_metric_by_metric_without_rounding() -> None:
    tenth = Amounts(usd=Decimal("0.1"), tokens=1, runs=1, minutes=Decimal("0.2"))
    total = Amounts()
    for _ in range(3):
        total = total.plus(tenth)

    assert total == Amounts(usd=Decimal("0.3"), tokens=3, runs=3, minutes=Decimal("0.6"))


def test_the_larger_of_two_is_taken_metric_by_metric() -> None:
    metered = Amounts(usd=Decimal("0.5"), tokens=100)
    reported = Usage(usd=Decimal("0.4"), tokens=300, input_tokens=200)

    assert metered.at_least(reported) == Amounts(usd=Decimal("0.5"), tokens=300)


@pytest.mark.parametrize("metric", list(Metric))
def test_every_metric_has_an_amount_that_is_zero_at_first(metric: Metric) -> None:
    assert Amounts().of(metric) == 0
    assert isinstance(Amounts(tokens=1, runs=1).of(metric), Decimal)


@pytest.mark.parametrize("metric", list(Metric))
def test_every_metric_can_be_capped(metric: Metric) -> None:
    assert list(BudgetLimits(**{metric.value: 2}).capped()) == [(metric, Decimal(2))]
