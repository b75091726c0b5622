from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from gitcp.dashboard import SiteInput
from gitcp.dashboard.charts import Chart
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.calendar import WEEKS, Calendar, calendar, costs, recent
from gitcp.model.amounts import Usage
from gitcp.model.base import Record, format_instant
from gitcp.model.members import Agent, AgentStatus, Heartbeat, WakeReason
from gitcp.model.runs import Cause, Outcome, Run
from tests.dashboard.company import NOW, a_bare_site, a_run, ago, an_agent, an_ended_run

MONDAY = date(2026, 11, 16)  # of the week of NOW, a Sunday


def shown(*found: Record, site: SiteInput | None = None) -> Calendar | None:
    register = Register(site or a_bare_site(an_agent(), *found))
    agent = register.member("riley")
    assert isinstance(agent, Agent)
    return calendar(register, agent, *recent(register, "riley"))


def costs_of(*found: Record) -> Chart | None:
    return costs(*recent(Register(a_bare_site(an_agent(), *found)), "riley"))


def beating(cron: str, **fields: object) -> Calendar | None:
    beat = Heartbeat(cron=cron, timezone="UTC")
    return shown(site=a_bare_site(an_agent("riley", **({"heartbeat": beat} | fields))))


def due(found: Calendar | None) -> list[str]:
    assert found is not None
    return [square.hint for square in found.squares if square.is_due]


def test_the_weeks_are_whole_and_one_is_ahead() -> None:
    found = shown(an_ended_run("riley", ago(hours=2), 4, "0.50"))

    assert found is not None
    assert len(found.squares) == (WEEKS + 1) * 7
    assert found.text == "1 run, 1 succeeded in the 13 weeks from 24 Aug."
    assert [square.hint for square in found.squares if square.hint] == ["Sun 22 Nov: 1 run, 1 succeeded"]
    assert len({(square.x, square.y) for square in found.squares}) == len(found.squares)


def test_a_day_shows_how_its_runs_ended() -> None:
    found = shown(
        an_ended_run("riley", ago(hours=2), 4, "0.50"),
        an_ended_run("riley", ago(hours=3), 4, "0.50", Outcome.TIMED_OUT),
        an_ended_run("riley", ago(hours=4), 4, "0.50", Outcome.CANCELLED),
        a_run("riley", ago(minutes=3)),
    )

    assert found is not None
    (day,) = [square for square in found.squares if square.parts]
    assert [(part.tone, part.y, part.height) for part in day.parts] == [
        ("busy", "0.0", "3.5"),
        ("good", "3.5", "3.5"),
        ("other", "7.0", "3.5"),
        ("bad", "10.5", "3.5"),
    ]
    assert day.hint == "Sun 22 Nov: 4 runs, 1 succeeded, 1 failed, 1 ended otherwise, 1 going on"
    assert [tone for tone, _ in found.keys] == ["busy", "good", "other", "bad"]
    assert found.table.rows == (("Week of 16 Nov", "4", "1", "1", "1", "1"),)


def test_runs_before_the_first_week_are_left_out() -> None:
    first = NOW.replace(month=8, day=24, hour=0, minute=0)
    found = shown(
        an_ended_run("riley", first, 1, "1.00"),
        an_ended_run("riley", first - timedelta(seconds=1), 1, "1.00"),
    )

    assert found is not None
    assert found.text.startswith("1 run, ")
    assert found.squares[0].hint == "Mon 24 Aug: 1 run, 1 succeeded"


def test_an_agent_without_runs_and_heartbeat_has_no_calendar() -> None:
    assert shown() is None
    assert shown(an_ended_run("riley", ago(days=100), 1, "1.00")) is None


def test_heartbeats_of_this_week_and_the_next_are_due() -> None:
    found = beating("0 9 * * MON")

    assert found is not None
    assert due(found) == ["Mon 16 Nov: a heartbeat is due", "Mon 23 Nov: a heartbeat is due"]
    assert found.due == "Heartbeats of this week and the next: 16 Nov, 23 Nov."
    assert found.text == "No run in the 13 weeks from 24 Aug."
    assert found.table.rows == ()


def test_a_heartbeat_that_comes_often_is_counted_by_days() -> None:
    found = beating("*/15 * * * *")

    assert found is not None
    assert len(due(found)) == 14
    assert found.due == "Heartbeats are due on 14 days of this week and the next."


def test_no_heartbeat_is_due_before_it_was_set() -> None:
    since = NOW + timedelta(days=1)

    assert due(beating("0 0 * * *", heartbeat=Heartbeat(cron="0 0 * * *", timezone="UTC", since=since)))[
        0
    ] == ("Tue 24 Nov: a heartbeat is due")


@pytest.mark.parametrize(
    ("cron", "fields"),
    [
        ("not a time", {}),
        ("0 9 31 2 *", {}),
        ("0 9 * * *", {"heartbeat": Heartbeat(cron="0 9 * * *", timezone="Nowhere/Land")}),
        ("0 9 * * *", {"status": AgentStatus.PAUSED}),
        ("0 9 * * *", {"status": AgentStatus.TERMINATED}),
    ],
)
def test_a_heartbeat_that_never_comes_is_not_due(cron: str, fields: dict[str, object]) -> None:
    assert beating(cron, **fields) is None


def test_the_calendar_is_the_same_on_every_day_of_a_week() -> None:
    site = a_bare_site(an_agent(), an_ended_run("riley", ago(days=9), 4, "0.50"))
    early = replace(site, now=NOW - timedelta(days=6))
    late = replace(site, now=NOW + timedelta(days=1))

    assert shown(site=early) == shown(site=site) != shown(site=late)


def test_costs_are_shown_by_day_of_five_weeks() -> None:
    found = costs_of(
        an_ended_run("riley", ago(hours=2), 4, "0.50"),
        an_ended_run("riley", ago(hours=4), 4, "0.25"),
        an_ended_run("riley", ago(days=33), 4, "2.00"),
        an_ended_run("riley", ago(days=35), 4, "9.00"),
    )

    assert found is not None
    assert found.title == "Cost by day, since 19 Oct"
    assert len(found.table.rows) == 35
    assert [row for row in found.table.rows if row[1] != "$0.00"] == [
        ("Tue 20 Oct", "$2.00"),
        ("Sun 22 Nov", "$0.75"),
    ]


def test_what_was_not_billed_is_shown_at_its_list_price() -> None:
    usage = Usage(usd_imputed=Decimal(3), runs=1)
    found = costs_of(an_ended_run("riley", ago(hours=2), 4, "0", usage=usage))

    assert found is not None
    assert found.title == "List price by day, not billed, since 19 Oct"
    assert found.table.rows[-1] == ("Sun 22 Nov", "$3.00")


def test_what_cost_nothing_has_no_chart_of_costs() -> None:
    assert costs_of(a_run("riley", ago(minutes=3))) is None
    assert costs_of(an_ended_run("riley", ago(days=60), 4, "9.00")) is None


def answering(at: datetime, late: float) -> Run:
    beat = Cause(
        reason=WakeReason.HEARTBEAT, record="riley", digest=format_instant(at - timedelta(minutes=late))
    )
    return a_run("riley", at, answers=(beat,))


def test_how_late_heartbeats_were_answered_is_told_of_each_day_and_of_the_worst() -> None:
    found = shown(answering(ago(hours=2), 12), answering(ago(hours=3), 3), answering(ago(days=2), 0))

    assert found is not None
    assert found.late == "The heartbeat that waited longest was answered 12 min 00 s late, on 22 Nov."
    assert [square.hint for square in found.squares if square.hint] == [
        "Fri 20 Nov: 1 run, 1 going on, a heartbeat was answered in time",
        "Sun 22 Nov: 2 runs, 2 going on, a heartbeat was answered 12 min 00 s late",
    ]


def test_heartbeats_in_time_are_told_in_one_sentence_and_where_there_was_none_nothing_is() -> None:
    in_time, none = shown(answering(ago(hours=2), 0.5)), shown(a_run("riley", ago(hours=2)))

    assert in_time is not None
    assert none is not None
    assert in_time.late == "Heartbeats were answered in time."
    assert none.late is None
