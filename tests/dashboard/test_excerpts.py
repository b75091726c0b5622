import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.excerpts import cut, level


def test_a_text_is_cut_at_the_end_of_a_line_or_else_of_a_word() -> None:
    assert cut("one two\nthree four", 12) == "one two"
    assert cut("one two three", 9) == "one two"
    assert cut("x" * 9, 4) == "xxxx"


@pytest.mark.parametrize("text", ["", "abc", "abcd"])
def test_a_text_that_fits_is_not_cut(text: str) -> None:
    assert cut(text, 4) is None


@given(st.lists(st.integers(0, 500), max_size=30), st.integers(0, 2000))
def test_all_texts_fit_when_each_is_cut_to_the_same_length(lengths: list[int], room: int) -> None:
    most = level(lengths, room)

    assert sum(min(length, most) for length in lengths) <= max(room, 0)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30))
def test_nothing_is_cut_where_there_is_room_for_all(lengths: list[int]) -> None:
    assert level(lengths, sum(lengths)) >= max(lengths)


def test_the_short_ones_are_left_whole() -> None:
    assert level([10, 10, 500, 900], 220) == 100
