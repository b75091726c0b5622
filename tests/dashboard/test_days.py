from datetime import UTC, datetime, timedelta

import pytest

from gitcp.dashboard.days import DayOf, month_name, short, week_of
from gitcp.dashboard.figures import Clock


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "Asia/Kathmandu", "America/St_Johns"])
def test_the_day_of_a_time_is_that_of_the_zone_in_every_quarter_of_an_hour(zone: str) -> None:
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)
    clock = Clock.of(start, zone)
    day_of = DayOf(clock)
    times = [start + timedelta(minutes=7 * step) for step in range(300)]

    assert [day_of(at) for at in times] == [clock.local(at).date().isoformat() for at in times]


@pytest.mark.parametrize(
    ("day", "monday"),
    [("2026-11-22", "2026-11-16"), ("2026-11-16", "2026-11-16"), ("2027-01-01", "2026-12-28")],
)
def test_a_week_begins_on_monday(day: str, monday: str) -> None:
    assert week_of(day) == monday


def test_days_and_months_are_written_as_people_say_them() -> None:
    assert (short("2026-11-02"), month_name("2026-11")) == ("2 Nov", "November 2026")
