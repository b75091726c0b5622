from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gitcp.dashboard.figures import Clock, Stamp, amount, count, duration, minutes, money, plural, tokens
from gitcp.model.amounts import Metric

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "$0.00"),
        ("0.004", "< $0.01"),
        ("0.005", "< $0.01"),
        ("0.01", "$0.01"),
        ("1.005", "$1.01"),
        ("1234567.8", "$1,234,567.80"),
        ("-2.5", "-$2.50"),
    ],
)
def test_money_has_cents_and_what_is_less_is_not_nothing(value: str, text: str) -> None:
    assert money(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_234, "1.2k"),
        (999_949, "999.9k"),
        (999_950, "1M"),
        (20_000_000, "20M"),
        (1_234_567_890, "1,234.6M"),
    ],
)
def test_tokens_are_rounded_as_people_say_them(value: int, text: str) -> None:
    assert tokens(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (61, "1 min 01 s"),
        (3_660, "1 h 01 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0 min"),
        ("0.05", "< 1 min"),
        ("119.4", "119 min"),
        ("120", "2 h 00 min"),
        ("-150", "-2 h 30 min"),
    ],
)
def test_minutes_become_hours_when_there_are_many(value: str, text: str) -> None:
    assert minutes(Decimal(value)) == text


def test_every_metric_has_a_way_to_be_written() -> None:
    written = {metric: amount(metric, 1500) for metric in Metric}

    assert written == {
        Metric.USD: "$1,500.00",
        Metric.USD_IMPUTED: "$1,500.00",
        Metric.TOKENS: "1.5k",
        Metric.RUNS: "1,500",
        Metric.MINUTES: "25 h 00 min",
    }
    assert amount(Metric.USD, None) == "\u2013"
    assert count(Decimal(12)) == "12"


def test_one_thing_is_not_many() -> None:
    assert [plural(n, "run") for n in (0, 1, 2_000)] == ["0 runs", "1 run", "2,000 runs"]
    assert plural(2, "person", "people") == "2 people"


def test_times_are_those_of_the_company() -> None:
    clock = Clock.of(NOW, "Europe/Madrid")

    assert clock.stamp(NOW) == Stamp("23 Nov, 00:30", "2026-11-22T23:30:00Z")
    assert clock.day(NOW) == Stamp("23 Nov", "2026-11-23")
    assert clock.full(NOW).text == "23 November 2026, 00:30"
    assert clock.month(NOW) == "November 2026"


def test_the_year_is_written_where_it_is_another_one() -> None:
    clock = Clock.of(NOW, "UTC")

    assert clock.day(NOW - timedelta(days=400)).text == "18 Oct 2025"


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b"])
def test_a_zone_that_does_not_exist_is_utc_and_says_so(zone: str) -> None:
    clock = Clock.of(NOW, zone)

    assert clock.zone_name == "UTC"
    assert clock.stamp(NOW).text == "22 Nov, 23:30"
