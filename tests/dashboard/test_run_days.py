from dataclasses import replace
from datetime import timedelta

import pytest

from gitcp.dashboard.costs import Cost
from gitcp.dashboard.register import Register
from gitcp.dashboard.run_days import (
    PART,
    beside,
    day_names,
    days_of,
    midnights,
    months,
    newest_day,
    parts_of,
    run_months,
    runs_of,
    sum_of,
)
from gitcp.model.runs import Outcome
from tests.dashboard.company import a_bare_site, a_run, a_site, ago, an_ended_run


def test_a_day_begins_at_the_company_s_midnight() -> None:
    run = an_ended_run("riley", ago(days=21, hours=10), 3, "1")  # 23:30 UTC on 31 October
    utc, madrid = Register(replace(a_site(), snapshot=a_bare_site(run).snapshot)), Register(a_site([run]))

    assert day_names(utc) == ["2026-10-31"]
    assert runs_of(madrid, "2026-11-01") == [run.id]
    assert run_months(utc) == ["2026-10"]


def test_a_day_is_counted_by_how_its_runs_ended() -> None:
    register = Register(
        a_bare_site(
            an_ended_run("riley", ago(hours=1), 3, "1"),
            an_ended_run("iris", ago(hours=2), 3, "2", Outcome.FAILED),
            a_run("iris", ago(hours=3)),
        )
    )

    total = sum_of(register, "2026-11-22")

    assert (total.runs, total.active, total.succeeded, total.other, total.agents) == (3, 1, 1, 1, 2)
    assert total.cost == Cost(usd=total.cost.usd)
    assert total.cost.text == "$3.00"
    assert [month.runs for month in months(register, "")] == [3]
    assert days_of(register, "2026-11") == [total]


def test_days_without_runs_are_passed_over() -> None:
    register = Register(a_site())

    assert beside(register, "2026-11-13") == ("2026-10-30", "2026-11-16")
    assert beside(register, "2026-10-29") == (None, "2026-10-30")
    assert beside(register, "2026-11-22") == ("2026-11-21", None)
    assert beside(register, "2026-11-02") == (None, None)
    assert newest_day(register, "") == "2026-11-22"
    assert newest_day(Register(a_bare_site()), "") is None


@pytest.mark.parametrize(("runs", "parts"), [(0, 1), (1, 1), (PART, 1), (PART + 1, 2), (3 * PART, 3)])
def test_a_part_has_so_many_runs_at_most(runs: int, parts: int) -> None:
    assert parts_of(runs) == parts


def test_a_day_of_many_runs_has_a_name_for_each_part() -> None:
    runs = [an_ended_run("riley", ago(seconds=number), 0.01, "1") for number in range(PART + 1)]

    assert day_names(Register(a_bare_site(*runs))) == ["2026-11-22", "2026-11-22/2"]


def test_a_day_ends_where_the_next_begins() -> None:
    clock = Register(a_site()).clock
    begin, end = midnights(clock, "2026-11-22")

    assert (begin.isoformat(), end.isoformat()) == ("2026-11-21T23:00:00+00:00", "2026-11-22T23:00:00+00:00")
    assert midnights(clock, "2026-11-21")[1] == begin


def test_a_day_on_which_clocks_go_back_has_an_hour_more() -> None:
    begin, end = midnights(Register(a_site()).clock, "2026-10-25")

    assert end - begin == timedelta(hours=25)
