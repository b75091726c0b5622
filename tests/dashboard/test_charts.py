from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.charts import Chart, Column, Series, bars, heat, spark
from gitcp.dashboard.figures import money
from gitcp.dashboard.scales import unit_of
from gitcp.model.amounts import Metric

USD = unit_of(Metric.USD)
TWO = (Series("billed"), Series("at list price", "second"))


def a_chart(*days: tuple[str, ...]) -> Chart:
    columns = [
        Column(str(n), f"{n} Nov", tuple(Decimal(part) for part in parts)) for n, parts in enumerate(days, 1)
    ]
    return bars("days", "Daily", columns, TWO, USD)


amounts = st.decimals(min_value=0, max_value=10**7, places=2).map(str)


@given(st.lists(st.tuples(amounts, amounts), max_size=60))
def test_every_mark_and_label_lies_within_the_box(days: list[tuple[str, str]]) -> None:
    chart = a_chart(*days)

    for mark in chart.marks:
        x, y, width, height = (float(each) for each in (mark.x, mark.y, mark.width, mark.height))
        assert min(x, y, width, height) >= 0
        assert x + width <= 100.01
        assert y + height <= 100.01
    assert all(0 <= float(label.x) <= 100 for label in chart.labels)


@given(st.lists(st.tuples(amounts, amounts), max_size=60))
def test_the_table_tells_every_amount(days: list[tuple[str, str]]) -> None:
    chart = a_chart(*days)

    assert [row[1:] for row in chart.table.rows] == [
        tuple(money(Decimal(part)) for part in parts) for parts in days
    ]


def test_parts_of_a_column_stand_upon_each_other() -> None:
    below, above = a_chart(("30", "10")).marks

    assert (below.y, below.height, above.y, above.height) == ("25", "75", "0", "25")
    assert [mark.tone for mark in (below, above)] == ["first", "second"]
    assert above.hint == "1 Nov: $10.00 at list price"


def test_a_limit_is_a_line_across_and_fits_into_the_box() -> None:
    chart = bars("x", "X", [Column("1", "1 Nov", (Decimal(3),))], TWO[:1], USD, Decimal(8))

    assert [(level.y, level.text) for level in chart.levels] == [("0", "limit $8.00")]
    assert [(mark.height, mark.hint) for mark in chart.marks] == [("37.5", "1 Nov: $3.00")]


def test_what_is_almost_nothing_is_seen_and_nothing_is_not() -> None:
    chart = a_chart(("1000", "0"), ("0.01", "0"), ("0", "0"))

    assert [mark.height for mark in chart.marks] == ["100", "0.6"]


def test_a_chart_says_its_sum_and_its_most_and_where_there_is_nothing() -> None:
    assert a_chart(("1", "0"), ("2", "0.5")).text == "$3.50 in all, at most $2.50 (2 Nov)."
    assert a_chart().text == a_chart(("0", "0")).text == "Nothing in this time."


@given(st.lists(st.integers(-3, 10**6), max_size=60))
def test_a_small_chart_stays_in_its_box(values: list[int]) -> None:
    found = spark("runs a day", values)

    assert len(found.marks) == len(values)
    for mark in found.marks:
        assert float(mark.x) + float(mark.width) <= float(found.width)
        assert float(mark.y) >= 0
        assert float(mark.y) + float(mark.height) == pytest.approx(20, abs=0.02)


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), min_size=1, max_size=7))
def test_a_field_is_coloured_when_and_only_when_there_is_something(numbers: list[list[int]]) -> None:
    found = heat("Wakes", "abc", [(str(n), row) for n, row in enumerate(numbers)], str, ["a", "b", "c"])
    levels = [cell.level for row in found.rows for cell in row.cells]
    flat = [number for row in numbers for number in row]

    assert [level > 0 for level in levels] == [number > 0 for number in flat]
    assert max(levels) == (5 if any(flat) else 0)
    assert sorted(levels) == [level for _, level in sorted(zip(flat, levels, strict=True))]
