from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.burning import Burn, chart
from gitcp.model.amounts import Metric

amounts = st.decimals(min_value=0, max_value=10**6, places=2)
NOVEMBER = Burn(
    Metric.USD,
    Decimal(40),
    (Decimal("0.5"), Decimal("0.8")),
    date(2026, 11, 1),
    date(2026, 11, 30),
    (Decimal(1),) * 22,
    reserved=Decimal(2),
    per_day=Decimal(1),
)


@st.composite
def burns(draw: st.DrawFn) -> Burn:
    days = draw(st.integers(1, 62))
    spent = draw(st.lists(amounts, min_size=1, max_size=days))
    first = date(2026, 2, 1)
    return Burn(
        Metric.USD,
        draw(amounts),
        (Decimal("0.8"),),
        first,
        first + timedelta(days=days - 1),
        tuple(spent),
        draw(amounts),
        draw(amounts),
        draw(st.none() | amounts),
        draw(st.none() | st.integers(0, days - 1).map(lambda n: first + timedelta(days=n))),
    )


@given(burns())
def test_every_point_lies_within_the_box_and_a_line_never_falls(burn: Burn) -> None:
    found = chart("x", "Money", burn)

    for stroke in found.strokes:
        points = [tuple(map(float, point.split(","))) for point in stroke.points.split()]
        assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in points)
        if stroke.kind != "area":
            assert [x for x, _ in points] == sorted(x for x, _ in points)
            assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)
    assert all(0 <= float(level.y) <= 100 for level in found.levels)
    assert all(0 <= float(dot.x) <= 100 and 0 <= float(dot.y) <= 100 for dot in found.dots)


@given(burns())
def test_the_last_row_of_the_table_is_what_is_used(burn: Burn) -> None:
    assert chart("x", "Money", burn).table.rows[-1][2] == burn.text(burn.used)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "; at $1.00 a day it ends at $32.00."),
        ({"per_day": None}, "held by runs under way."),
        ({"per_day": Decimal(4), "dry": date(2026, 11, 26)}, "; at $4.00 a day it runs dry by 26 Nov."),
        ({"limit": Decimal(20)}, "; nothing is left."),
        ({"reserved": Decimal(0), "per_day": None}, "$22.00 of $40.00 used by 22 Nov."),
    ],
)
def test_a_chart_says_how_the_budget_will_end(changes: dict[str, object], text: str) -> None:
    found = chart("x", "Money", replace(NOVEMBER, **changes))  # type: ignore[arg-type]

    assert found.text.startswith("$22.00 of ")
    assert found.text.endswith(text)


def test_the_pace_leads_to_the_limit_on_the_day_when_it_runs_dry_else_to_the_end() -> None:
    dry = chart("x", "Money", replace(NOVEMBER, per_day=Decimal(4), dry=date(2026, 11, 26)))
    ends = chart("x", "Money", NOVEMBER)

    assert [stroke.points for stroke in dry.strokes if stroke.kind == "ahead"] == ["73.33,40 86.67,0"]
    assert [stroke.points for stroke in ends.strokes if stroke.kind == "ahead"] == ["73.33,40 100,20"]
    assert [dot.kind for dot in (*dry.dots, *ends.dots)] == ["dry", "used"]


def test_limit_and_warnings_are_lines_across() -> None:
    assert [(level.text, level.y) for level in chart("x", "Money", NOVEMBER).levels] == [
        ("warns at 50%", "50"),
        ("warns at 80%", "20"),
        ("limit $40.00", "0"),
    ]
