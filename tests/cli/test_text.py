"""Text that others wrote, made fit for a terminal."""

import pytest

from gitcp.cli.text import amount, bar, block, branches, counted, cut, lasting, line, when, width


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (12, "12"),
        ("a\x1b[31mb", "a [31mb"),
        ("two\nlines\t!", "two lines !"),
        ("turned \u202e round", "turned   round"),
        ("\x9b2J", " 2J"),
        ("Ünï 語 \N{SNOWMAN}", "Ünï 語 \N{SNOWMAN}"),
        ("end \n", "end"),
    ],
)
def test_a_line_has_nothing_that_a_terminal_would_obey(value: object, expected: str) -> None:
    assert line(value) == expected


def test_a_block_keeps_its_lines() -> None:
    assert block("\n  a\tb\r\n\n\x1bc  \n\n") == "  a b\n\n c"


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("語語", 4), ("e\u0301", 1), ("", 0)])
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("語語語", 4, "語…"), ("ab cd", 4, "ab…")],
)
def test_a_text_is_cut_to_the_columns_that_there_are(text: str, room: int, expected: str) -> None:
    assert cut(text, room) == expected
    assert width(cut(text, room)) <= room


def test_times_shares_and_amounts_are_written_for_people() -> None:
    assert when("2026-11-20T08:15:00.123Z") == "2026-11-20 08:15Z"
    assert when(None) == ""
    assert [bar(share, 4) for share in (-1, 0, 0.5, 1, 7)] == ["░░░░", "░░░░", "██░░", "████", "████"]
    assert [amount("usd", 1234.5), amount("tokens", 1234567.0), amount("minutes", 0.25), amount("usd", None)] == [
        "1,234.50", "1,234,567", "0.2", "",
    ]  # fmt: skip
    assert [amount("usd", 0.001986), amount("usd_imputed", 0.0), amount("usd", 0.01)] == [
        "<0.01",
        "0.00",
        "0.01",
    ]
    assert [counted(1, "task"), counted(2, "task"), counted(0, "entry", "entries")] == [
        "1 task",
        "2 tasks",
        "0 entries",
    ]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (None, ""),
        (0, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (2879, "47 h"),
        (2880, "2 days"),
        (10_000, "6 days"),
    ],
)
def test_how_long_something_takes_is_written_in_its_largest_unit(minutes: int | None, told: str) -> None:
    assert lasting(minutes) == told


def test_a_tree_leads_to_each_row() -> None:
    assert branches([0, 1, 2, 2, 1, 0, 1]) == ["", "├─ ", "│  ├─ ", "│  └─ ", "└─ ", "", "└─ "]
    assert branches([]) == []
