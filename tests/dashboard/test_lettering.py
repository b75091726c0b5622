import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.lettering import fitted, width


def test_what_fits_stays_as_it_is() -> None:
    assert fitted("Riley", 150, 13) == "Riley"
    assert fitted("", 150, 13) == ""


def test_what_is_cut_ends_in_an_ellipsis_without_a_space_before_it() -> None:
    assert fitted("Managing editor of the north", 65, 11) == "Managing…"


@given(st.text(max_size=400), st.integers(20, 300))
def test_no_text_is_wider_than_its_room(text: str, room: int) -> None:
    assert width(fitted(text, room, 12)) * 12 <= room


@pytest.mark.parametrize(("one", "other"), [("W", "i"), ("漢", "A"), ("A", "a")])
def test_broad_letters_take_more_room(one: str, other: str) -> None:
    assert width(one) > width(other)


def test_marks_over_a_letter_take_none() -> None:
    assert width("e\u0301") == width("e")
