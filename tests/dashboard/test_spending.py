from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import run_row
from gitcp.dashboard.spending import around, counted_on, done_in, each_month, months, spent_in, today, total
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.memory import Records
from gitcp.model.planning import Project
from gitcp.model.runs import RunStatus, Settlement
from gitcp.model.tasks import TaskStatus
from tests.dashboard.company import COMPANY, a_bare_site, a_run, a_site, a_task, an_ended_run

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Madrid


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def test_a_run_counts_on_the_day_of_the_company_s_clock_at_its_claim() -> None:
    days = [
        counted_on(run_row(an_ended_run("riley", NEW_YEAR, 1, "1", zone=zone)))
        for zone in ("Europe/Madrid", "UTC", None, "No/Where")
    ]

    assert days == [date(2027, 1, 1), date(2026, 12, 31), date(2026, 12, 31), date(2026, 12, 31)]


def test_a_month_adds_up_its_ended_runs_by_who_and_for_what() -> None:
    project = Project(id="CI", name="CI", repository="r", goal="fresh")
    register = Register(
        a_bare_site(
            project,
            a_task("CI-0001"),
            a_task("CI-0002", goal="own"),
            an_ended_run("riley", at(11, 2), 3, "0.50", task="CI-0001", model="sonnet"),
            an_ended_run("riley", at(11, 2).replace(hour=14), 4, "0.25", task="CI-0001", model="sonnet"),
            an_ended_run("riley", at(11, 3), 1, "0.10", task="CI-0002"),
            an_ended_run("mira", at(10, 3), 1, "7", repository=None),
            a_run("mira", at(11, 4)),
        )
    )

    assert [
        (share.day, share.project, share.goal, share.model, taken.runs, taken.usd)
        for share, taken in spent_in(register, "2026-11")
    ] == [
        ("2026-11-02", "CI", "fresh", "sonnet", 2, Decimal("0.75")),
        ("2026-11-03", "CI", "own", None, 1, Decimal("0.10")),
    ]
    assert months(register, "") == ["2026-10", "2026-11"]
    assert [around(register, month) for month in months(register, "")] == [
        (None, "2026-11"),
        ("2026-10", None),
    ]
    assert spent_in(register, "2026-09") == []


def test_the_months_add_up_to_all_that_was_settled() -> None:
    register = Register(a_site())
    settled = [run for run in register.rows.runs.values() if not run.is_active]

    whole = total(taken for _, taken in each_month(register, ""))

    assert whole.usd == sum(run.usd for run in settled)
    assert (whole.runs, whole.tokens) == (len(settled), sum(run.tokens for run in settled))
    assert whole.of(Metric.MINUTES) == sum(run.minutes for run in settled)


@pytest.mark.parametrize(
    ("fields", "guessed"),
    [
        ({}, 0),
        ({"settled_by": Settlement.RESERVED}, 1),
        ({"usage": None}, 1),
        ({"settled_by": Settlement.REPORTED}, 0),
    ],
)
def test_a_run_of_unknown_use_is_counted_as_such(fields: dict[str, Any], guessed: int) -> None:
    run = an_ended_run("riley", at(11, 2), 3, "0.50", **fields)

    ((_, taken),) = spent_in(Register(a_bare_site(run)), "2026-11")

    assert taken.guessed == guessed


def test_a_run_under_way_is_not_guessed() -> None:
    run = a_run("riley", at(11, 2), status=RunStatus.ACTIVE, reserved=Amounts(usd=Decimal(2)))

    assert not run_row(run).is_guessed
    assert spent_in(Register(a_bare_site(run)), "2026-11") == []


def test_what_is_archived_counts_as_before() -> None:
    run = an_ended_run("riley", at(3, 2), 3, "0.50", task="CI-0001")
    live = a_bare_site(a_task("CI-0001"), run)
    archived = replace(live, snapshot=Records.of([], archived=[a_task("CI-0001"), run]))

    assert spent_in(Register(archived), "2026-03") == spent_in(Register(live), "2026-03") != []


def test_tasks_are_done_in_the_month_of_the_company_s_clock() -> None:
    done = a_task("CI-0001", status=TaskStatus.DONE, closed=NEW_YEAR)
    dropped = a_task("CI-0002", status=TaskStatus.CANCELLED, closed=NEW_YEAR)
    register = Register(a_bare_site(COMPANY, done, dropped, a_task("CI-0003")))

    assert [done_in(register, month) for month in ("2026-12", "2027-01")] == [0, 1]


def test_today_is_the_company_s_day() -> None:
    site = a_bare_site(COMPANY, now=NEW_YEAR)

    assert today(Register(site), "") == date(2027, 1, 1)
