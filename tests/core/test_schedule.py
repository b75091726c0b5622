from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.schedule import (
    LONGEST_WINDOW,
    Spread,
    around,
    fires,
    is_cron,
    last_fire,
    missed,
    next_fire,
    next_slot,
    open_slot,
    zone,
)
from tests.helpers import NOW, a_heartbeat, at, later

MADRID, NEW_YORK, LORD_HOWE = (
    ZoneInfo("Europe/Madrid"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
)
KOLKATA, UTC_ZONE = ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")
PUNCTUAL = Spread()
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
        (MADRID, "2026-03-27 12:00", ["28 02:30 CET", "29 03:00 CEST", "30 02:30 CEST"]),
        (MADRID, "2026-10-23 12:00", ["24 02:30 CEST", "25 02:30 CEST", "26 02:30 CET"]),
        (NEW_YORK, "2026-03-06 12:00", ["07 02:30 EST", "08 03:00 EDT", "09 02:30 EDT"]),
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
        ("15 2 * * *", LORD_HOWE, "2026-10-03 12:00", ["04 02:30 +11", "05 02:15 +11"]),
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
        # the 25th or a Friday; every other day of the month and a Tuesday; the 13th and every other weekday
        ("0 0 25 * FRI", "2026-11-25T00:00:00Z"),
        ("0 0 */2 * TUE", "2026-12-01T00:00:00Z"),
        ("0 0 13 * */2", "2026-12-13T00:00:00Z"),
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
    slot = open_slot(a_heartbeat(**heartbeat), "UTC", at(now), PUNCTUAL)

    assert (slot and (slot.at, slot.until)) == (expected and (at(expected[0]), at(expected[1])))


def test_the_companys_zone_counts_where_the_heartbeat_names_none() -> None:
    slot = open_slot(a_heartbeat("0 9 * * *"), "Europe/Madrid", NOW, PUNCTUAL)

    assert slot is not None
    assert slot.at == at("2026-11-23T08:00:00Z")


def test_a_slot_that_was_missed_for_long_is_caught_up_once_for_a_day_at_most() -> None:
    yearly = a_heartbeat("0 9 20 11 *", since=NOW - timedelta(days=900))

    assert open_slot(yearly, "UTC", at("2026-11-21T08:59:00Z"), PUNCTUAL) is not None
    assert open_slot(yearly, "UTC", at("2026-11-21T09:00:00Z"), PUNCTUAL) is None
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
    assert next_slot(a_heartbeat(**heartbeat), "UTC", NOW, PUNCTUAL) == (expected and at(expected))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Europe/Madrid", MADRID), (None, UTC_ZONE), ("Nowhere/At-All", None), ("../etc/passwd", None), ("Europe", None), ("", UTC_ZONE)],
)  # fmt: skip
def test_a_zone_is_an_iana_name(name: str | None, expected: ZoneInfo | None) -> None:
    assert zone(name) == expected


def test_the_first_slot_may_be_the_moment_since_which_a_heartbeat_counts() -> None:
    heartbeat = a_heartbeat("0 * * * *", since=later(60))

    assert next_slot(heartbeat, "UTC", NOW, PUNCTUAL) == later(60)


# what is remembered, and several at once


@settings(max_examples=60)
@given(
    st.sampled_from(EXPRESSIONS),
    _PLACES,
    st.lists(st.builds(later, st.integers(-600, 600), st.sampled_from(_CHANGES)), min_size=2, max_size=5),
)
def test_what_was_asked_before_does_not_change_an_answer(
    expression: str, place: ZoneInfo, moments: list[datetime]
) -> None:
    for moment in moments:
        found = around(expression, place, moment)

        assert found.last is not None
        assert found.next is not None
        assert found.last <= moment < found.next
        assert last_fire(expression, place, found.next - timedelta(microseconds=1)) == found.last
        assert next_fire(expression, place, found.last) == found.next


def test_an_expression_that_never_fires_is_remembered_as_such() -> None:
    assert (around("0 0 30 2 *", MADRID, NOW).last, around("0 0 30 2 *", MADRID, later(60)).next) == (
        None,
        None,
    )


def test_the_next_ten_firings_are_told_across_a_clock_change() -> None:
    found = fires("30 2 * * *", MADRID, at("2026-10-20T12:00:00Z"), 10)

    assert [f"{fired.astimezone(MADRID):%d %H:%M %Z}" for fired in found] == [
        *(f"{day} 02:30 CEST" for day in range(21, 26)),
        *(f"{day} 02:30 CET" for day in range(26, 31)),
    ]
    assert fires("0 0 30 2 *", MADRID, NOW, 10) == ()


@pytest.mark.parametrize(
    ("after", "until", "most", "expected"),
    [
        (-180, 0, 9, [-120, -60, 0]),
        (-181, 0, 9, [-180, -120, -60, 0]),
        (-181, -1, 2, [-120, -60]),
        (0, 59, 9, []),
        (60, 0, 9, []),
    ],
)
def test_missed_firings_are_the_latest_after_one_time_up_to_another(
    after: int, until: int, most: int, expected: list[int]
) -> None:
    found = missed("0 * * * *", UTC_ZONE, later(after), later(until), most)

    assert list(found) == [later(minutes) for minutes in expected]


def test_hours_missed_while_clocks_go_back_are_all_told() -> None:
    found = missed("0 * * * *", MADRID, at("2026-10-24T22:30:00Z"), at("2026-10-25T02:30:00Z"), 9)

    assert [f"{fired.astimezone(MADRID):%H:%M %Z}" for fired in found] == [
        "01:00 CEST",
        "02:00 CEST",
        "02:00 CET",
        "03:00 CET",
    ]


# jitter


@pytest.mark.parametrize(
    ("heartbeat", "spread", "opens"),
    [
        ({"cron": "0 9 * * *"}, Spread(timedelta(minutes=60), 0.0), 0),
        ({"cron": "0 9 * * *"}, Spread(timedelta(minutes=60), 0.25), 15),
        # never more than a share of the window, which is cut by the next slot
        ({"cron": "0 9 * * *", "window_minutes": 20}, Spread(timedelta(minutes=60), 0.5), 10),
        ({"cron": "*/30 * * * *"}, Spread(timedelta(minutes=60), 0.5), 15),
    ],
)
def test_with_jitter_a_slot_opens_late_by_a_share_and_closes_as_ever(
    heartbeat: dict[str, Any], spread: Spread, opens: int
) -> None:
    beat = a_heartbeat(**heartbeat)
    punctual = open_slot(beat, "UTC", NOW, PUNCTUAL)
    assert punctual is not None

    slot = open_slot(beat, "UTC", later(opens), spread)

    assert slot is not None
    assert (slot.at, slot.opens, slot.until) == (NOW, later(opens), punctual.until)
    if opens:
        assert open_slot(beat, "UTC", later(opens) - timedelta(seconds=1), spread) is None
        assert next_slot(beat, "UTC", NOW, spread) == later(opens)
    following = next_slot(beat, "UTC", later(opens), spread)
    assert following is not None
    assert open_slot(beat, "UTC", following, spread) is not None
    assert open_slot(beat, "UTC", following - timedelta(seconds=1), spread) in (None, slot)


def test_with_jitter_a_slot_before_since_does_not_open_late() -> None:
    beat, spread = a_heartbeat(since=later(1)), Spread(timedelta(minutes=60), 0.5)

    assert open_slot(beat, "UTC", later(30), spread) is None
    assert next_slot(beat, "UTC", later(2), spread) == later(24 * 60 + 30)
