from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gitcp.dashboard.register import Register
from gitcp.dashboard.views.schedule import MOST_IN_AN_HOUR, Schedule, schedule
from gitcp.model.base import format_instant
from gitcp.model.members import AgentStatus, Heartbeat, WakeReason
from gitcp.model.runs import Cause
from tests.dashboard.company import COMPANY, a_bare_site, a_run, a_site, an_agent


def beating(member: str, cron: str, **fields: Any) -> Any:
    zone = fields.pop("timezone", None)
    return an_agent(member, heartbeat=Heartbeat(cron=cron, timezone=zone), **fields)


def seven_days(*agents: Any, now: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)) -> Schedule:
    return schedule(Register(a_bare_site(COMPANY, *agents, now=now)))


def told(view: Schedule, day: int) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(hour.label, [(e.ref.text, e.times) for e in hour.entries]) for hour in view.days[day].hours]


def test_seven_days_begin_today_and_name_who_wakes_in_which_hour() -> None:
    view = schedule(Register(a_site()))

    assert view.lead == "2 heartbeats and 2 routines, 13 wakes in seven days; 1 rests."
    assert [(day.name, day.summary) for day in view.days][:3] == [
        ("Sunday 22 November", "1 wake"),
        ("Monday 23 November", "3 wakes"),
        ("Tuesday 24 November", "2 wakes"),
    ]
    assert told(view, 1) == [
        ("07:00", [("Check one sheet of the delta survey", "")]),
        ("08:00", [("Oscar", "")]),
        ("09:00", [("Riley", "")]),
    ]


def test_times_are_those_of_the_company_wherever_a_heartbeat_is() -> None:
    view = seven_days(beating("yuki", "30 9 * * *", timezone="Asia/Tokyo"))

    assert told(view, 0) == [("01:00", [("Yuki", "01:30")])]
    assert [line.zone for line in view.lines] == ["Asia/Tokyo"]
    assert [line.zone for line in seven_days(beating("riley", "0 9 * * *")).lines] == [""]


@pytest.mark.parametrize(
    ("now", "note", "wakes"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), "The clocks go forward by 1 hour.", 23),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "The clocks go back by 1 hour.", 25),
    ],
)
def test_a_day_on_which_the_clocks_change_says_so_and_has_its_own_number_of_hours(
    now: datetime, note: str, wakes: int
) -> None:
    view = seven_days(beating("riley", "0 * * * *"), now=now)

    assert [day.note for day in view.days] == [None, note, *[None] * 5]
    assert [day.summary for day in view.days][:3] == ["24 wakes", f"{wakes} wakes", "24 wakes"]


def test_many_in_an_hour_are_counted_and_not_listed() -> None:
    view = seven_days(*(beating(f"a{n:03}", "*/5 * * * *") for n in range(170)))

    (first, *_) = view.days[0].hours
    assert len(first.entries) == MOST_IN_AN_HOUR
    assert first.entries[0].times == "12 times"
    assert first.more == "and 164 others, 1,968 wakes"
    assert view.days[0].summary == "48,960 wakes"


def test_who_rests_is_named_and_does_not_count() -> None:
    view = seven_days(
        beating("riley", "0 9 * * *", status=AgentStatus.PAUSED),
        beating("mira", "x y"),
        beating("sol", "0 9 * * *"),
    )

    assert [(line.ref.text, line.count, line.why) for line in view.lines] == [
        ("Mira", "–", "its times cannot be read"),  # noqa: RUF001
        ("Sol", "7", None),
        ("Riley", "–", "agent riley is paused"),  # noqa: RUF001
    ]


def test_the_heat_adds_up_to_the_wakes() -> None:
    view = schedule(Register(a_site()))

    assert view.planned is not None
    texts = [cell.text for row in view.planned.rows for cell in row.cells if cell.level]
    assert texts[0] == "Mon 07:00: 1 wake"
    assert len(texts) == 13


def test_without_runs_or_clocks_there_is_nothing_to_colour() -> None:
    empty = seven_days()
    runs = seven_days(a_run("riley", datetime(2026, 11, 20, 12, tzinfo=UTC)))

    assert (empty.planned, empty.woken, empty.days, empty.calendar) == (None, None, (), None)
    assert empty.lead.startswith("Nobody wakes by the clock")
    assert runs.woken is not None


def test_the_schedule_is_the_same_all_day() -> None:
    morning, evening = (
        schedule(Register(a_site(now=datetime(2026, 11, 22, hour, tzinfo=UTC)))) for hour in (1, 22)
    )

    assert morning == evening


def test_the_last_answers_say_how_late_they_were() -> None:
    at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    runs = [
        a_run(
            "riley",
            at - timedelta(hours=hours),
            answers=(
                Cause(
                    reason=WakeReason.HEARTBEAT,
                    record="riley",
                    digest=format_instant(at - timedelta(hours=hours, minutes=late)),
                ),
            ),
        )
        for hours, late in ((0, 25), (1, 0), (2, 4))
    ]

    view = schedule(Register(a_bare_site(COMPANY, beating("riley", "0 9 * * *"), *runs)))

    assert [(each.ref.text, each.late, each.tone) for each in view.answers] == [
        ("Riley", "25 min 00 s", "warn"),
        ("Riley", "in time", "plain"),
        ("Riley", "4 min 00 s", "plain"),
    ]
    assert view.answers[0].by.href == f"runs/{runs[0].id}.html"
