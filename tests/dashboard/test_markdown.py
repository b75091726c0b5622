import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.linking import Linking
from gitcp.dashboard.markdown import DEEPEST, bare, written
from gitcp.dashboard.prose import _CLEANER, Prose
from tests.dashboard.markup import parse

TAGS = {
    *("a", "blockquote", "br", "code", "div", "em", "hr", "li", "ol", "p", "pre", "s", "strong"),
    *("table", "td", "th", "thead", "tr", "ul", "h3", "h4", "h5", "h6"),
}
ATTRIBUTES = {"aria-label", "class", "dir", "href", "rel", "role", "start", "tabindex"}
PIECES = (
    *("<", ">", "&", '"', "'", "`", "```", "~~~\n", "*", "**", "_", "~~", "#", "# ", "- ", "1. ", "> ", "\n", "\n\n", "    "),
    *("[", "](", ")", "![", "[x] ", "- [ ] ", "|", "\n|-|:-:|\n", "<b onclick=x>", "<script>", "<!--", "-->", "<http://a>", "\\"),
    *("javascript:x", "https://a.example/'\"<>", "tasks/CI-0028.yaml", "CI-0028", "@riley", "&lt;", "&#34;", "&#x3c;", "word", " ", "\0"),
    *('" onerror="x', "[a]: /b\n", "<a@b.c>", "\t", "\r", "☑", "language-x\" onclick=\"y"),
)  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)

NO_MARKS = st.characters(exclude_characters="\\`*_[]<>&~|", exclude_categories=["Cc", "Cs"])
PLAIN = st.lists(
    st.sampled_from(
        (
            "1.",
            "- ",
            "=",
            "#",
            "  ",
            "\n",
            "\n\n",
            "\nB",
            "\n- C",
            "word ",
            "CI-0028",
            "@riley",
            "://",
            "\u00a0",
            "'",
        )
    )
    | st.text(NO_MARKS)
).map("".join)


def html(text: str) -> str:
    return written(text, Linking(lambda name: f"{name}.html", "../"), below=2).strip()


@given(MARKDOWN)
def test_the_first_wall_needs_no_second_one(text: str) -> None:
    page = parse(html(text))

    assert page.unbalanced == []
    assert {element.tag for element in page.elements} <= TAGS
    assert {name for element in page.elements for name in element.attributes} <= ATTRIBUTES
    assert all(re.match(r"\.\./|https?://|mailto:", address) for address in page.addresses)


@given(MARKDOWN)
def test_the_second_wall_finds_nothing_to_take_away(text: str) -> None:
    cleaned = str(Prose(lambda name: f"{name}.html", "../").block(f"x {text}", below=2))

    for sign in ("<a ", "<code", "<li", "<h", "<strong>", 'class="', "href="):
        assert cleaned.count(sign) == html(f"x {text}").count(sign)


@given(st.text(st.characters(categories=["L"]), min_size=1))
def test_letters_are_a_paragraph(text: str) -> None:
    assert html(text) == f'<p dir="auto">{text}</p>'


@pytest.mark.parametrize("sign", ["> ", "- ", "1. ", "*a ", "[a "])
def test_what_is_too_deep_is_written_flat(sign: str) -> None:
    written = html(sign * 2_000 + "end")
    depth = deepest = 0
    for tag in re.findall(r"<(/?)(?!br|hr)[a-z]", written):
        depth += -1 if tag else 1
        deepest = max(deepest, depth)

    assert depth == 0
    assert deepest <= DEEPEST + 2
    assert "end" in written


def test_a_name_is_found_though_the_parser_takes_it_in_pieces() -> None:
    assert ">https://a.example/a_b*c</a>" in html("https://a.example/a_b\\*c")


def test_an_address_in_angle_brackets_that_leads_nowhere_is_said_once() -> None:
    assert html("<ftp://a.example>") == '<p dir="auto">ftp://a.example</p>'
    assert html("<ada@a.example>").count("mailto:ada@a.example") == 1


def test_a_link_to_nowhere_shows_where_it_was_to_lead() -> None:
    assert html("[x](javascript:y)") == '<p dir="auto">x <code>javascript:y</code></p>'


def test_an_image_s_words_are_all_that_is_left_of_what_is_in_it() -> None:
    assert (
        html("![a `b` *c* [d](https://e.example)](f.png)") == '<p dir="auto">a b c d <code>f.png</code></p>'
    )


def test_code_says_its_language() -> None:
    assert (
        html('```py "x\na < b @riley\n```') == '<pre><code class="language-py">a &lt; b @riley\n</code></pre>'
    )
    assert html("    indented\n").startswith("<pre><code>indented")


def test_a_list_begins_at_its_number() -> None:
    assert html("3. a\n4. b").startswith('<ol start="3">')
    assert html("1. a").startswith("<ol>")


def test_a_box_stands_in_its_own_item() -> None:
    assert html("- a\n\n  - [x] b\n\n    c").count('<li class="box" dir="auto">') == 1


@given(PLAIN)
def test_what_has_no_mark_is_written_as_beside_what_has_one(rest: str) -> None:
    text = f"A{rest}"

    assert html(f"{text}\n\n***") == f"{html(text)}\n<hr>"


@given(PLAIN)
def test_what_needs_no_wall_is_what_both_leave_of_it(rest: str) -> None:
    text = f"A{rest}"

    said = bare(text)

    if said is not None:
        assert said == _CLEANER.clean(f"{html(text)}\n")


def test_a_list_without_a_mark_is_told_without_the_parser() -> None:
    assert bare("A list:\n- one\n- two") == (
        '<p dir="auto">A list:</p>\n<ul>\n<li dir="auto">one</li>\n<li dir="auto">two</li>\n</ul>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "A *b*",
        "A & b",
        "A <b>",
        "A\u00a0b",
        "A @riley",
        "A CI-0028",
        "A  \nb",
        "A\n===",
        "1. A",
        "A\n- b\n\nc",
    ],
)
def test_what_may_have_a_mark_or_a_name_is_not_bare(text: str) -> None:
    assert bare(text) is None
