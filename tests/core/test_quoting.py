import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.core.quoting import at_most, code, fenced, one_line, quoted, tail, visible

HOSTILE = st.text(alphabet=st.sampled_from("`~a \n\x1b[]0m\r\u202e\u2028>"), max_size=400)


@given(HOSTILE)
def test_a_fenced_text_never_closes_its_fence(text: str) -> None:
    opening, *inside, closing = fenced(text).split("\n")

    assert opening == f"{closing}text"
    assert set(closing) == {"`"}
    assert all(closing not in line for line in inside)


@given(HOSTILE)
def test_a_code_span_is_one_line_that_no_backtick_in_it_ends(text: str) -> None:
    span = code(text)
    ticks = len(span) - len(span.lstrip("`"))

    assert "\n" not in span
    assert span.endswith("`" * ticks)
    assert "`" * ticks not in span[ticks:-ticks]


@given(HOSTILE, st.integers(min_value=200, max_value=600))
def test_a_quotation_keeps_to_its_length(text: str, limit: int) -> None:
    assert len(quoted("Comment by clara:", text, limit)) <= limit


def test_a_text_that_is_cut_says_how_much_is_missing() -> None:
    block = quoted("By clara:", "x" * 5_000, 1_000)

    shown = block.count("x") - "text".count("x")
    assert block.endswith(f"(cut: {5_000 - shown} more characters)")
    assert 900 < len(block) <= 1_000


def test_a_text_without_room_is_left_out_with_its_length() -> None:
    assert quoted("By clara:", "x" * 5_000, -7) == "By clara:\n\n(left out: 5000 characters)"


def test_a_text_of_backticks_alone_is_cut_and_still_fenced() -> None:
    block = quoted("By clara:", "`" * 50_000, 4_000)

    assert len(block) <= 4_000
    assert "more characters)" in block


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://example.org\x1b\\link", "link"),
        ("\x1bcreset", "creset"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\x00b\x07c\x7fd\x9be", "abcde"),
        ("right \u202eto left", "right to left"),
        ("hidden \U000e0068\U000e0069words", "hidden words"),
        ("tab\tand ünïcödé 👩‍💻", "tab\tand ünïcödé 👩‍💻"),
    ],
)
def test_what_a_reader_cannot_see_is_taken_out(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_a_line_is_cut_with_an_ellipsis() -> None:
    assert one_line("one\n  two\tthree", 9) == "one two …"


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert at_most(["- a", "- b", "- c"], 2) == ["- a", "- b", "- and 1 more"]
    assert at_most(["- a", "- b"], 2) == ["- a", "- b"]


def test_the_tail_of_a_text_says_what_it_left_out() -> None:
    assert tail("1\n2\n3\n4\n", 3) == "(2 lines left out)\n3\n4"
    assert tail("1\n2\n3\n", 3) == "1\n2\n3"
