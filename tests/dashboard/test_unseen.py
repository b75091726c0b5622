# ruff: noqa: RUF001 - letters of Persian and Arabic
from typing import Any

import pytest
from markupsafe import Markup

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.unseen import shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("invoice\u202etxt.exe", "invoice[U+202E]txt.exe"),
        ("\u2066a\u2069", "[U+2066]a[U+2069]"),
        ("pay\u200bpal\ufeff", "pay[U+200B]pal[U+FEFF]"),
        ("x\U000e0041", "x[U+E0041]"),
    ],
)
def test_what_changes_how_a_text_reads_is_named(text: str, seen: str) -> None:
    assert shown(text) == seen
    assert seen in str(Prose(lambda _: None, "").line(text))
    assert seen in str(Prose(lambda _: None, "").block(text, below=2))


@pytest.mark.parametrize(
    "text", ["plain", "é — “x”", "👩\u200d💻", "می\u200cخواهم", "\u200fعربي\u200e", "☑\ufe0f"]
)
def test_what_languages_and_emoji_need_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize("value", [7, None, Markup("\u202e"), ("\u202e",)])
def test_what_is_no_text_is_left_alone(value: Any) -> None:
    assert shown(value) is value
