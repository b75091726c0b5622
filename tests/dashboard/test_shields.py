from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from gitcp.dashboard import BudgetRow, BudgetUse
from gitcp.dashboard.register import Register
from gitcp.dashboard.shields import BAD, BUSY, GOOD, NAMES, WARN, Shield, badge, draw, shield
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.guards import Budget, Period
from gitcp.model.memory import Records
from tests.dashboard.company import COMPANY, NOW, PROBLEMS, a_bare_site, a_run, a_site, an_ended_run

SVG = "{http://www.w3.org/2000/svg}"


def said(name: str, *records: object, **fields: object) -> tuple[str, str]:
    shown = shield(Register(a_bare_site(COMPANY, *records, **fields)), name)  # type: ignore[arg-type]
    return shown.value, shown.colour


@pytest.mark.parametrize("name", NAMES)
def test_a_badge_stands_alone_and_says_what_it_shows(name: str) -> None:
    register = Register(a_site())
    shown = shield(register, name)

    drawn = ElementTree.fromstring(badge(register, name))

    assert drawn.attrib["aria-label"] == drawn.findtext(f"{SVG}title") == f"{shown.label}: {shown.value}"
    assert [text.text for text in drawn.iter(f"{SVG}text")] == [shown.label, shown.value]
    assert not {element.tag for element in drawn.iter()} & {f"{SVG}image", f"{SVG}script", f"{SVG}style"}


def test_texts_fit_into_their_halves() -> None:
    drawn = ElementTree.fromstring(draw(Shield("MMMM <&>", "iiii", GOOD)))
    (whole, *_) = drawn.iter(f"{SVG}rect")
    label, value = drawn.iter(f"{SVG}text")

    assert label.text == "MMMM <&>"
    assert int(label.attrib["x"]) + int(label.attrib["textLength"]) < int(value.attrib["x"])
    assert int(value.attrib["x"]) + int(value.attrib["textLength"]) < int(whole.attrib["width"])


def test_the_status_tells_the_worst_first() -> None:
    assert said("status") == ("quiet", GOOD)
    assert said("status", a_run("riley", NOW), a_run("mira", NOW)) == ("2 running", BUSY)
    broken = Records.of([COMPANY, a_run("riley", NOW)], problems=PROBLEMS)
    assert said("status", snapshot=broken) == ("1 error", BAD)
    assert said("status", snapshot=Records.of([])) == ("stands still", BAD)


@pytest.mark.parametrize(
    ("settled", "reserved", "period", "expected"),
    [
        ("10", "0", Period.MONTH, ("$10.00 of $40.00", GOOD)),
        ("30", "2", Period.MONTH, ("$30.00 of $40.00", WARN)),
        ("39", "1", Period.MONTH, ("$39.00 of $40.00", BAD)),
        ("39", "1", Period.DAY, ("$0.50", GOOD)),
    ],
)
def test_what_was_spent_is_set_against_the_month_s_cap(
    settled: str, reserved: str, period: Period, expected: tuple[str, str]
) -> None:
    row = BudgetRow(Metric.USD, Decimal(40), Decimal(settled), Decimal(reserved))
    budget = Budget(id="company", period=period, limits=BudgetLimits(usd=Decimal(40)))
    run = an_ended_run("riley", NOW, 1, "0.50")

    assert said("spend", run, budgets=(BudgetUse(budget, None, (row,)),)) == expected


def test_without_a_cap_the_month_s_money_is_told() -> None:
    before = an_ended_run("riley", datetime(2026, 10, 3, tzinfo=UTC), 1, "7")

    assert said("spend", an_ended_run("riley", NOW, 1, "0.50"), before) == ("$0.50", GOOD)


def test_runs_are_those_of_the_company_s_day() -> None:
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)
    yesterday = a_run("riley", datetime(2026, 11, 21, 22, 59, tzinfo=UTC))

    assert said("runs", a_run("riley", midnight), yesterday) == ("1", BUSY)
    assert said("runs") == ("0", GOOD)
