import pytest

from gitcp.core.templating import Variables, fill, unknown_names
from tests.helpers import at

WEEK_53 = Variables.of(at("2027-01-03T08:00:00Z"), 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Health of {date}", "Health of 2027-01-03"),
        ("{week}: run {number}, {number}", "2026-W53: run 7, 7"),
        ("write {{date}} for {date}", "write {date} for 2027-01-03"),
        ("{other} and {{other}}", "{other} and {other}"),
        ("{} { date } {Date} {date:x}", "{} { date } {Date} {date:x}"),
        ('{"a": {"b": {}}} {date', '{"a": {"b": {}}} {date'),
        ("{{{date}}}", "{{date}}"),
        ("nothing", "nothing"),
    ],
)
def test_names_are_filled_in_and_other_braces_are_text(text: str, expected: str) -> None:
    assert fill(text, WEEK_53) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{date} {week} {number} {{day}}", []),
        ("{day} {date} {hour_2} {day}", ["day", "hour_2", "day"]),
        ('{"a": 1} {A} {}', []),
    ],
)
def test_names_that_stand_for_nothing_are_found(text: str, expected: list[str]) -> None:
    assert list(unknown_names(text)) == expected
