from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from gitcp.model.base import (
    Amount,
    Count,
    Flag,
    Fraction,
    Instant,
    Line,
    Minutes,
    Pause,
    Plain,
    Positive,
    Text,
    format_instant,
)
from gitcp.model.runs import Verification
from gitcp.model.tasks import Task
from tests.helpers import NOW, a_task, an_agent


def _read(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (Line, "no", "no"),
        (Line, "12:30", "12:30"),
        (Line, "0x1F", "0x1F"),
        (Line, "1.10", "1.10"),
        (Text, "", ""),
        (Text, "2026-11-20", "2026-11-20"),
        (Count, "40", 40),
        (Count, "0", 0),
        (Positive, "1", 1),
        (Amount, "2.00", Decimal("2.00")),
        (Amount, ".5", Decimal("0.5")),
        (Amount, "1e3", Decimal(1000)),
        (Fraction, "0.8", 0.8),
        (Flag, "true", True),
        (Flag, "False", False),
        (Minutes, "0.5", Decimal("0.5")),
        (Pause, "0", Decimal(0)),
    ],
)
def test_a_plain_scalar_is_text_to_a_text_field_and_a_number_to_a_number_field(
    kind: Any, written: str, expected: Any
) -> None:
    read = _read(kind, Plain(written))

    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Count, Plain("4.5")),
        (Count, Plain("-1")),
        (Count, Plain("x")),
        (Count, "40"),
        (Count, True),
        (Positive, Plain("0")),
        (Fraction, Plain("1.1")),
        (Fraction, "0.5"),
        (Amount, Plain("-1")),
        (Amount, Plain("many")),
        (Amount, Plain("1e400")),
        (Amount, Plain("0.0000001")),
        (Amount, "many"),
        (Amount, True),
        (Amount, float("inf")),
        (Minutes, Plain("0")),
        (Minutes, Plain("527041")),
        (Flag, "true"),
        (Flag, Plain("yes")),
        (Flag, Plain("1")),
        (Flag, 1),
        (Line, ""),
        (Line, "two\nlines"),
        (Line, "bell\x07"),
        (Line, "next\x85line"),
        (Line, "line\u2028separator"),
        (Line, "x" * 301),
        (Line, 5),
        (Text, "x" * 200_001),
    ],
)
def test_what_does_not_fit_a_field_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        _read(kind, value)


@given(st.from_regex(r"[0-9]{1,14}(\.[0-9]{1,8})?", fullmatch=True))
@example("999999999999.999999")
@example("9999999999999")
@example("0.0000001")
@example("527041")
def test_a_written_amount_has_the_limits_of_any_amount(text: str) -> None:
    for kind in (Amount, Minutes, Pause):
        assert _found(kind, Plain(text)) == _found(kind, Decimal(text))


def _found(kind: Any, value: Any) -> Any:
    try:
        return _read(kind, value).as_tuple()
    except ValidationError as error:
        return [each["type"] for each in error.errors()]


def test_an_amount_is_read_from_the_text_that_the_cache_keeps() -> None:
    assert _read(Amount, "0.10") == Decimal("0.10")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T08:15:00Z", datetime(2026, 11, 20, 8, 15, tzinfo=UTC)),
        ("2026-11-20t08:15:00z", datetime(2026, 11, 20, 8, 15, tzinfo=UTC)),
        ("2026-11-20 09:15:00+01:00", datetime(2026, 11, 20, 8, 15, tzinfo=UTC)),
        ("2026-11-20T08:15:00.1239Z", datetime(2026, 11, 20, 8, 15, 0, 123_000, tzinfo=UTC)),
    ],
)
def test_an_instant_is_kept_in_utc_and_to_the_millisecond(written: str, expected: datetime) -> None:
    assert _read(Instant, Plain(written)) == expected
    assert _read(Instant, written).tzinfo is UTC


@given(
    st.from_regex(
        r"(19[67]|[0-9]{3})[0-9]-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{3})?([Zz]|\+00:00|)\n?",
        fullmatch=True,
    )
)
@example("1969-12-31T23:59:59Z")
@example("1970-01-01T00:00:00Z")
@example("8999-12-31T23:59:59Z")
@example("9000-01-01T00:00:00Z")
@example("2023-02-29T00:00:00Z")
@example("2026-11-20T24:00:00Z")
@example("2026-11-20T23:59:60Z")
@example("2026-11-20T08:15:00Z\n")
def test_a_written_instant_has_the_limits_of_any_time(text: str) -> None:
    for written in (text, Plain(text)):
        found = _instant(written)
        assert found == _instant(written, of=AwareDatetime)
        assert found is None or (type(found), found.tzinfo) == (datetime, UTC)


def _instant(text: str, *, of: Any = Instant) -> datetime | None:
    try:
        found: datetime = _read(of, text)
    except ValidationError:
        return None
    return found if 1970 <= found.year < 9000 else None


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-20",
        "2026-11-20T08:15:00",
        "20261120",
        "1700000000",
        1_700_000_000,
        True,
        "tomorrow",
        "2026-13-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-10:00",
    ],
)
def test_an_instant_is_a_date_a_time_and_a_zone_within_sane_years(value: Any) -> None:
    with pytest.raises(ValidationError):
        _read(Instant, Plain(value) if isinstance(value, str) else value)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOW, "2026-11-23T09:00:00Z"),
        (NOW + timedelta(milliseconds=7), "2026-11-23T09:00:00.007Z"),
    ],
)
def test_an_instant_is_written_with_milliseconds_only_where_there_are_any(
    moment: datetime, expected: str
) -> None:
    assert format_instant(moment) == expected
    assert _read(Instant, expected) == moment
    assert TypeAdapter(Instant).dump_python(moment, mode="json") == expected


def test_a_signed_number_is_read_where_it_may_be_negative() -> None:
    assert Verification(passed=True, exit_code=Plain("-9")).exit_code == -9


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        a_task().title = "Other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "changes", [{"status": "nonsense"}, {"title": ""}, {"nonsense": 1}, {"priority": None}, {"attempts": -1}]
)
def test_evolve_refuses_what_the_schema_refuses(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_task().evolve(**changes)


def test_evolve_returns_a_copy_with_the_change_and_all_else_kept() -> None:
    before = a_task(labels=("scan",))
    after = before.evolve(status="done")

    assert after == Task(**(dict(before) | {"status": "done"}))
    assert before.status == "todo"


def test_evolve_works_with_fields_that_yaml_calls_otherwise() -> None:
    assert an_agent().evolve(title="Scout").title == "Scout"


def test_the_id_is_the_place_of_a_record_and_not_in_it() -> None:
    assert "id" not in a_task().model_dump()
