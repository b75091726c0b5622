from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.schedule import LONGEST_WINDOW, is_cron, last_fire, next_fire, next_slot, open_slot, zone
from tests.helpers import NOW, a_heartbeat, at, later

MADRID, NEW_YORK, LORD_HOWE = (
    ZoneInfo("Europe/Madrid"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
)
KOLKATA, UTC_ZONE = ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")
EXPRESSIONS = (
    "0 9 * * *",
    "30 2 * * *",
    "*/15 * * * *",
    "0 * * * *",
    "0 */6 * * *",
    "*/20 1-3 * * *",
    "0,20,40 2-3 * * *",
    "0 0 * * MON",
    "15 2 29 2 *",
    "0 12 1 * *",
    "59 23 31 12 *",
    "@hourly",
    "@daily",
    "@weekly",
    "@monthly",
)


def _firings(expression: str, place: ZoneInfo, after: str, count: int) -> list[str]:
    moment = datetime.fromisoformat(after).replace(tzinfo=place)
    found = []
    for _ in range(count):
        fired = next_fire(expression, place, moment)
        assert fired is not None
        moment = fired
        found.append(f"{fired.astimezone(place):%d %H:%M %Z}")
    return found


@pytest.mark.parametrize(
    ("place", "after", "expected"),
    [
        (MADRID, "2026-03-27 12:00", ["28 02:30 CET", "29 03:30 CEST", "30 02:30 CEST"]),
        (MADRID, "2026-10-23 12:00", ["24 02:30 CEST", "25 02:30 CEST", "26 02:30 CET"]),
        (NEW_YORK, "2026-03-06 12:00", ["07 02:30 EST", "08 03:30 EDT", "09 02:30 EDT"]),
        (NEW_YORK, "2026-10-31 12:00", ["01 02:30 EST", "02 02:30 EST", "03 02:30 EST"]),
        (LORD_HOWE, "2026-10-02 12:00", ["03 02:30 +1030", "04 02:30 +11", "05 02:30 +11"]),
        (LORD_HOWE, "2026-04-03 12:00", ["04 02:30 +11", "05 02:30 +1030", "06 02:30 +1030"]),
    ],
)
def test_a_fixed_hour_is_not_lost_when_clocks_go_forward_and_fires_once_when_they_go_back(
    place: ZoneInfo, after: str, expected: list[str]
) -> None:
    assert _firings("30 2 * * *", place, after, 3) == expected


@pytest.mark.parametrize(
    ("expression", "place", "after", "expected"),
    [
        ("30 1 * * *", NEW_YORK, "2026-10-31 12:00", ["01 01:30 EDT", "02 01:30 EST"]),
        ("45 1 * * *", LORD_HOWE, "2026-04-04 12:00", ["05 01:45 +11", "06 01:45 +1030"]),
        ("15 2 * * *", LORD_HOWE, "2026-10-03 12:00", ["04 02:45 +11", "05 02:15 +11"]),
    ],
)
def test_a_fixed_time_in_a_skipped_or_doubled_span_fires_once(
    expression: str, place: ZoneInfo, after: str, expected: list[str]
) -> None:
    assert _firings(expression, place, after, 2) == expected


@pytest.mark.parametrize(
    ("expression", "place", "after", "expected"),
    [
        ("0 * * * *", MADRID, "2026-10-25 00:30", ["25 01:00 CEST", "25 02:00 CEST", "25 02:00 CET", "25 03:00 CET"]),
        ("0 * * * *", MADRID, "2026-03-29 00:30", ["29 01:00 CET", "29 03:00 CEST", "29 04:00 CEST"]),
        ("@hourly", NEW_YORK, "2026-11-01 00:30", ["01 01:00 EDT", "01 01:00 EST", "01 02:00 EST"]),
        ("*/15 * * * *", LORD_HOWE, "2026-04-05 01:20", ["05 01:30 +11", "05 01:45 +11", "05 01:30 +1030", "05 01:45 +1030"]),
        ("*/15 * * * *", LORD_HOWE, "2026-10-04 01:40", ["04 01:45 +1030", "04 02:30 +11", "04 02:45 +11"]),
        ("0 * * * *", KOLKATA, "2026-07-01 05:30", ["01 06:00 IST", "01 07:00 IST"]),
        ("0 */6 * * *", MADRID, "2026-07-01 01:00", ["01 06:00 CEST", "01 12:00 CEST", "01 18:00 CEST", "02 00:00 CEST"]),
    ],
)  # fmt: skip
def test_an_expression_of_every_hour_keeps_its_distance_and_reads_the_clock_on_the_wall(
    expression: str, place: ZoneInfo, after: str, expected: list[str]
) -> None:
    assert _firings(expression, place, after, len(expected)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("@hourly", "2026-11-23T10:00:00Z"),
        ("@daily", "2026-11-24T00:00:00Z"),
        ("@midnight", "2026-11-24T00:00:00Z"),
        ("@weekly", "2026-11-29T00:00:00Z"),
        ("@monthly", "2026-12-01T00:00:00Z"),
        ("@yearly", "2027-01-01T00:00:00Z"),
        ("@annually", "2027-01-01T00:00:00Z"),
        ("0 9 * * MON", "2026-11-30T09:00:00Z"),
        ("0 9 * * 1-5", "2026-11-24T09:00:00Z"),
        ("0 0 L * *", "2026-11-30T00:00:00Z"),
        ("*/7 9 * * *", "2026-11-23T09:07:00Z"),
    ],
)
def test_expressions_and_aliases_fire_when_they_say(expression: str, expected: str) -> None:
    assert is_cron(expression)
    assert next_fire(expression, UTC_ZONE, NOW) == at(expected)


@pytest.mark.parametrize(
    "expression",
    ["", "9", "0 9 * *", "0 9 * * * *", "60 9 * * *", "0 24 * * *", "x 9 * * *", "@reboot", "@never", "R 9 * * *", "H H * * *", "R(1-5) 9 * * *", "0 9 * * MON/x"],
)  # fmt: skip
def test_what_is_no_expression_or_fires_at_random_is_refused(expression: str) -> None:
    assert not is_cron(expression)


def test_an_expression_that_never_fires_has_neither_a_next_nor_a_last_firing() -> None:
    assert is_cron("0 0 30 2 *")
    assert next_fire("0 0 30 2 *", MADRID, NOW) is None
    assert last_fire("0 0 30 2 *", MADRID, NOW) is None


def test_the_next_firing_is_later_and_the_last_one_may_be_now() -> None:
    assert next_fire("0 9 * * *", UTC_ZONE, NOW) == later(24 * 60)
    assert last_fire("0 9 * * *", UTC_ZONE, NOW) == NOW
    assert last_fire("0 9 * * *", UTC_ZONE, NOW - timedelta(microseconds=1)) == later(-24 * 60)
    assert next_fire("0 9 * * *", UTC_ZONE, NOW - timedelta(microseconds=1)) == NOW


_MINUTES = st.integers(0, 20 * 366 * 24 * 60)
# Half of the instants lie within a day of a clock change.
_CHANGES = [at(f"{day}T00:00:00Z") for day in ("2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-10-03", "2026-04-04")]  # fmt: skip
_INSTANTS = st.one_of(
    st.builds(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), _MINUTES),
    st.builds(later, st.integers(-1500, 1500), st.sampled_from(_CHANGES)),
)
_PLACES = st.sampled_from([MADRID, NEW_YORK, LORD_HOWE, UTC_ZONE])


@settings(max_examples=80)
@given(st.sampled_from(EXPRESSIONS), _PLACES, _INSTANTS)
def test_next_and_last_firings_lie_on_their_sides_of_a_time_with_nothing_in_between(
    expression: str, place: ZoneInfo, moment: datetime
) -> None:
    following = next_fire(expression, place, moment)
    latest = last_fire(expression, place, moment)

    assert following is not None
    assert latest is not None
    assert latest <= moment < following
    assert next_fire(expression, place, latest) == following
    assert last_fire(expression, place, following) == following
    assert last_fire(expression, place, following - timedelta(seconds=1)) == latest


@settings(max_examples=30)
@given(
    st.sampled_from(["30 2 * * *", "0 1 * * *", "15 23 * * *", "45 1 * * *"]),
    _PLACES,
    st.sampled_from(_CHANGES),
)
def test_a_daily_expression_fires_once_on_each_day_whatever_the_clocks_do(
    expression: str, place: ZoneInfo, change: datetime
) -> None:
    moment, days = change - timedelta(days=3), []
    for _ in range(6):
        fired = next_fire(expression, place, moment)
        assert fired is not None
        moment = fired
        days.append(fired.astimezone(place).date())

    assert days == [days[0] + timedelta(days=n) for n in range(6)]


@pytest.mark.parametrize(
    ("heartbeat", "now", "expected"),
    [
        # default window: until the next slot, at most 24 hours
        ({"cron": "0 9 * * *"}, "2026-11-23T09:00:00Z", ("2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z")),
        ({"cron": "0 9 * * *"}, "2026-11-23T08:59:59Z", ("2026-11-22T09:00:00Z", "2026-11-23T09:00:00Z")),
        ({"cron": "0 9 * * SUN"}, "2026-11-23T08:59:59Z", ("2026-11-22T09:00:00Z", "2026-11-23T09:00:00Z")),
        ({"cron": "0 9 * * SUN"}, "2026-11-23T09:00:00Z", None),
        ({"cron": "*/30 * * * *"}, "2026-11-23T09:29:00Z", ("2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z")),
        # a window of its own, cut by the next slot
        ({"cron": "0 9 * * *", "window_minutes": 30}, "2026-11-23T09:29:59Z", ("2026-11-23T09:00:00Z", "2026-11-23T09:30:00Z")),
        ({"cron": "0 9 * * *", "window_minutes": 30}, "2026-11-23T09:30:00Z", None),
        ({"cron": "0 9 * * MON", "window_minutes": 2 * 24 * 60}, "2026-11-24T12:00:00Z", ("2026-11-23T09:00:00Z", "2026-11-25T09:00:00Z")),
        ({"cron": "0 * * * *", "window_minutes": 90}, "2026-11-23T09:30:00Z", ("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z")),
        # nothing before `since`, and nothing at all without it
        ({"cron": "0 9 * * *", "since": "2026-11-23T09:00:00Z"}, "2026-11-23T09:00:00Z", ("2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z")),
        ({"cron": "0 9 * * *", "since": "2026-11-23T09:00:01Z"}, "2026-11-23T12:00:00Z", None),
        ({"cron": "0 9 * * *", "since": None}, "2026-11-23T12:00:00Z", None),
        # a zone of its own, else the company's
        ({"cron": "0 9 * * *", "timezone": "America/New_York"}, "2026-11-23T14:00:00Z", ("2026-11-23T14:00:00Z", "2026-11-24T14:00:00Z")),
        ({"cron": "0 9 * * *", "timezone": "Nowhere/At-All"}, "2026-11-23T09:00:00Z", None),
        ({"cron": "nonsense"}, "2026-11-23T09:00:00Z", None),
        ({"cron": "0 0 30 2 *"}, "2026-11-23T09:00:00Z", None),
    ],
)  # fmt: skip
def test_a_slot_is_open_from_its_time_until_its_window_or_the_next_slot(
    heartbeat: dict[str, Any], now: str, expected: tuple[str, str] | None
) -> None:
    slot = open_slot(a_heartbeat(**heartbeat), "UTC", at(now))

    assert (slot and (slot.at, slot.until)) == (expected and (at(expected[0]), at(expected[1])))


def test_the_companys_zone_counts_where_the_heartbeat_names_none() -> None:
    slot = open_slot(a_heartbeat("0 9 * * *"), "Europe/Madrid", NOW)

    assert slot is not None
    assert slot.at == at("2026-11-23T08:00:00Z")


def test_a_slot_that_was_missed_for_long_is_caught_up_once_for_a_day_at_most() -> None:
    yearly = a_heartbeat("0 9 20 11 *", since=NOW - timedelta(days=900))

    assert open_slot(yearly, "UTC", at("2026-11-21T08:59:00Z")) is not None
    assert open_slot(yearly, "UTC", at("2026-11-21T09:00:00Z")) is None
    assert timedelta(hours=24) == LONGEST_WINDOW


@pytest.mark.parametrize(
    ("heartbeat", "expected"),
    [
        ({"cron": "0 9 * * *"}, "2026-11-24T09:00:00Z"),
        ({"cron": "0 9 * * *", "since": "2026-11-30T00:00:00Z"}, "2026-11-30T09:00:00Z"),
        ({"cron": "0 9 * * *", "since": None}, "2026-11-24T09:00:00Z"),
        ({"cron": "0 0 30 2 *"}, None),
        ({"cron": "nonsense"}, None),
        ({"cron": "0 9 * * *", "timezone": "Nowhere/At-All"}, None),
    ],
)
def test_the_next_slot_is_the_next_nominal_time_that_counts(
    heartbeat: dict[str, Any], expected: str | None
) -> None:
    assert next_slot(a_heartbeat(**heartbeat), "UTC", NOW) == (expected and at(expected))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Europe/Madrid", MADRID), (None, UTC_ZONE), ("Nowhere/At-All", None), ("../etc/passwd", None), ("Europe", None), ("", UTC_ZONE)],
)  # fmt: skip
def test_a_zone_is_an_iana_name(name: str | None, expected: ZoneInfo | None) -> None:
    assert zone(name) == expected


def test_the_first_slot_may_be_the_moment_since_which_a_heartbeat_counts() -> None:
    heartbeat = a_heartbeat("0 * * * *", since=later(60))

    assert next_slot(heartbeat, "UTC", NOW) == later(60)
