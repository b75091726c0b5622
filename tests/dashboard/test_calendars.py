from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from gitcp.dashboard.calendars import MOST, schedule
from gitcp.dashboard.register import Register
from gitcp.model.members import AgentStatus, Heartbeat
from tests.dashboard.company import COMPANY, a_bare_site, a_site, an_agent

ODD = 'Riley, "the" scout; \\n\nEND:VCALENDAR'


def calendar(*records: Any, **fields: Any) -> Any:
    return Calendar.from_ical(schedule(Register(a_bare_site(COMPANY, *records, **fields))))


def beating(member: str, cron: str, **fields: Any) -> Any:
    return an_agent(member, heartbeat=Heartbeat(cron=cron), **fields)


def test_two_weeks_of_wakes_are_events_at_their_times() -> None:
    found = Calendar.from_ical(schedule(Register(a_site())))
    events = [(str(e["summary"]), e.decoded("dtstart")) for e in found.walk("VEVENT")]

    assert found["version"] == "2.0"
    assert len(events) == 14 + 2 + 10
    assert events[:2] == [
        ("Oscar: heartbeat", datetime(2026, 11, 22, 7, tzinfo=UTC)),
        ("Check one sheet of the delta survey", datetime(2026, 11, 23, 6, tzinfo=UTC)),
    ]


def test_an_event_moves_with_the_clocks_of_its_zone() -> None:
    found = calendar(beating("riley", "0 9 * * *"), now=datetime(2026, 10, 24, 12, tzinfo=UTC))

    assert [e.decoded("dtstart").hour for e in found.walk("VEVENT")][:3] == [7, 8, 8]


def test_a_day_with_many_wakes_is_one_event() -> None:
    found = calendar(beating("riley", "*/5 * * * *"))
    events = found.walk("VEVENT")

    assert len(events) == 14
    assert str(events[0]["summary"]) == "Riley: heartbeat, 288 times"
    assert (events[0].decoded("dtstart"), events[0].decoded("dtend")) == (
        date(2026, 11, 22),
        date(2026, 11, 23),
    )


def test_there_are_no_more_events_than_a_calendar_bears() -> None:
    events = calendar(*(beating(f"a{n:03}", "*/5 * * * *") for n in range(170))).walk("VEVENT")

    assert len(events) == MOST
    assert max(event.decoded("dtstart") for event in events) == date(2026, 11, 24)


def test_an_event_keeps_its_name_and_no_two_have_the_same() -> None:
    def names(now: datetime) -> list[str]:
        found = Calendar.from_ical(schedule(Register(a_site(now=now))))
        return [str(event["uid"]) for event in found.walk("VEVENT")]

    today, tomorrow = (
        names(datetime(2026, 11, 22, 12, tzinfo=UTC)),
        names(datetime(2026, 11, 23, 12, tzinfo=UTC)),
    )

    assert len(set(today)) == len(today)
    assert set(today[1:]) <= set(tomorrow)


def test_the_calendar_is_the_same_all_day() -> None:
    files = {
        schedule(Register(a_site(now=datetime(2026, 11, 22, hour, minute, tzinfo=UTC))))
        for hour, minute in ((0, 30), (12, 0), (22, 59))
    }

    assert len(files) == 1


def test_who_rests_has_no_events() -> None:
    assert calendar(beating("riley", "0 9 * * *", status=AgentStatus.PAUSED)).walk("VEVENT") == []
    assert calendar().walk("VEVENT") == []


@pytest.mark.parametrize("name", [ODD.replace("\n", " "), "Ünïcødé 🦉" * 20])
def test_no_name_breaks_the_file(name: str) -> None:
    (event, *_) = calendar(beating("riley", "0 9 * * *", name=name)).walk("VEVENT")

    assert str(event["summary"]) == f"{name}: heartbeat"
    assert event.decoded("duration") == timedelta(minutes=15)
