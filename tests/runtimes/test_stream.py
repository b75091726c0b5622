import json
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from gitcp.runtimes.stream import MOST, Lines, count, event_of, look, money, objects, text


@given(st.lists(st.binary(max_size=20)), st.integers(1, 7))
def test_lines_are_whole_wherever_the_bytes_are_cut(parts: list[bytes], size: int) -> None:
    lines = [part.replace(b"\n", b"") for part in parts]
    data = b"\n".join([*lines, b"the rest"])
    cutter = Lines()

    found = [line for at in range(0, len(data), size) for line in cutter.feed(data[at : at + size])]

    assert found == lines
    assert list(cutter.rest()) == [b"the rest"]


def test_a_line_that_is_too_long_is_left_out_and_the_next_one_is_whole() -> None:
    cutter = Lines(limit=10)

    found = [*cutter.feed(b"x" * 8), *cutter.feed(b"x" * 8), *cutter.feed(b"x\nnext\n" + b"y" * 11)]

    assert found == [b"next"]
    assert list(cutter.rest()) == []


@pytest.mark.parametrize(
    "line",
    [b"", b"no", b"[1]", b"1", b"null", b'{"a": ', b"\xff", b"[" * 100_000, b'{"a": %s}' % (b"9" * 5000)],
)
def test_what_is_no_object_is_no_event(line: bytes) -> None:
    assert event_of(line) is None


def test_an_event_with_bytes_that_are_no_text_is_read_all_the_same() -> None:
    assert event_of(b'{"a": "\xff"}') == {"a": "\ufffd"}


def test_what_is_missing_or_of_another_kind_is_empty() -> None:
    event = {"a": {"b": [1, {"c": 2}]}, "n": None, "t": 7}

    assert look(event, "a", "b", "c") is None
    assert (text(event, "t"), text(event, "a", "x"), text(None, "a")) == ("", "", "")
    assert objects(event, "a", "b") == [{"c": 2}]
    assert objects(event, "t") == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        (5.9, 5),
        (-1, 0),
        (True, 0),
        ("5", 0),
        (None, 0),
        (10**40, MOST),
        (float("inf"), MOST),
        (float("nan"), 0),
    ],
)
def test_a_count_is_a_whole_number_that_a_record_can_hold(value: Any, expected: int) -> None:
    assert count({"n": value}, "n") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, Decimal("0.1")),
        (0.0000004, Decimal(0)),
        (3, Decimal(3)),
        (1e300, Decimal(1_000_000)),
        (float("inf"), Decimal(1_000_000)),
        (-1, None),
        (float("nan"), None),
        (True, None),
        ("1", None),
    ],
)
def test_money_is_an_amount_that_a_record_can_hold(value: Any, expected: Decimal | None) -> None:
    assert money({"usd": value}, "usd") == expected
    assert json.dumps(value)
