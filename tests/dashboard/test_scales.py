from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.scales import MOST_TICKS, Unit, length, scale, spread, unit_of
from gitcp.model.amounts import Metric

amounts = st.decimals(min_value=0, max_value=10**9, places=4)


@given(st.lists(amounts, max_size=40), st.booleans())
def test_no_value_exceeds_a_scale_and_its_ticks_are_few(values: list[Decimal], whole: bool) -> None:
    found = scale(values, Unit(str, str, whole))

    assert all(0 <= found.share(value) <= 100 for value in values)
    assert found.top >= max(values, default=Decimal(0))
    assert 2 <= len(found.ticks) <= MOST_TICKS + 1
    assert [float(tick.at) for tick in found.ticks] == sorted(float(tick.at) for tick in found.ticks)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=20))
def test_where_things_are_counted_every_tick_is_whole(numbers: list[int]) -> None:
    found = scale([Decimal(number) for number in numbers], Unit(str, str, whole=True))

    assert all(Decimal(tick.text) % 1 == 0 for tick in found.ticks)


@pytest.mark.parametrize(
    ("most", "figures"),
    [
        ("0", ["$1", "$0"]),
        ("0.004", ["$0.004", "$0.003", "$0.002", "$0.001", "$0"]),
        ("0.9", ["$1", "$0.75", "$0.50", "$0.25", "$0"]),
        ("3.2", ["$4", "$3", "$2", "$1", "$0"]),
        ("97", ["$100", "$75", "$50", "$25", "$0"]),
        ("61000", ["$80k", "$60k", "$40k", "$20k", "$0"]),
    ],
)
def test_the_figures_of_an_axis_are_round(most: str, figures: list[str]) -> None:
    assert [tick.text for tick in scale([Decimal(most)], unit_of(Metric.USD)).ticks] == figures


def test_many_minutes_are_told_in_whole_hours() -> None:
    found = [scale([Decimal(most)], unit_of(Metric.MINUTES)).ticks for most in ("900", "90", "1.5")]

    assert [tick.text for tick in found[0]] == ["15 h", "10 h", "5 h", "0 min"]
    assert [tick.text for tick in found[1]] == ["100 min", "75 min", "50 min", "25 min", "0 min"]
    assert [tick.text for tick in found[2]] == ["1.5 min", "1 min", "0.5 min", "0 min"]


@given(st.integers(0, 400), st.integers(1, 12))
def test_labels_are_never_too_many(count: int, most: int) -> None:
    found = spread(count, most)

    assert len(found) <= most
    assert found[:1] == ([0] if count else [])


def test_lengths_are_short() -> None:
    assert [length(value) for value in (0.0, 12.5, 33.333333, 100.0)] == ["0", "12.5", "33.33", "100"]
