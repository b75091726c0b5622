"""The style sheet's tokens: every colour at one place, and legible in both themes."""

import re
from pathlib import Path

import pytest

from gitcp.dashboard.render import Renderer
from tests.dashboard import tokens

GROUNDS = ("paper", "sheet", "sunk")
TEXTS = ("ink", "ink-soft", "ink-faint", "link", "busy", "look", "good", "warn", "bad")
LEGIBLE = 4.5


@pytest.fixture(scope="module")
def sheet(templates: Path) -> str:
    return Renderer(templates).assets["assets/style.css"].decode()


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_legible_on_every_ground(sheet: str, text: str, ground: str, theme: int) -> None:
    assert _contrast(_colour(sheet, text, theme), _colour(sheet, ground, theme)) >= LEGIBLE


def test_every_colour_is_a_token(sheet: str) -> None:
    tokens, _, rules = sheet.partition("/* typefaces")

    assert "#" in tokens
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", rules) == ["#fff", "#fff"]  # paper is white


def test_the_page_of_tokens_draws_every_one_of_them(sheet: str) -> None:
    first = sheet[: sheet.index("\n}")]
    drawn = {name for part in tokens.parts(sheet).values() for name in part}

    assert drawn == set(re.findall(r"--([a-z0-9-]+):", first))
    assert all(f"var(--{name})" in tokens.page(sheet) for name in drawn)


def test_every_token_that_is_used_is_defined_and_the_other_way_round(sheet: str) -> None:
    defined = set(re.findall(r"(--[a-z0-9-]+):", sheet))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", sheet))

    assert used == defined


def test_every_class_of_a_template_is_known_to_the_style_sheet(sheet: str, templates: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in templates.glob("*.html"))
    names = {
        name
        for value in re.findall(r'class="([^"]*)"', text)
        for name in re.sub(r"\{.*?\}\}", "", value).split()
    }
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", sheet)) | {"edition-of", "edition-at"}

    assert {name for name in names if not name.endswith("-")} - known == set()


def _colour(sheet: str, token: str, theme: int) -> str:
    match = re.search(rf"--{token}: light-dark\((#[0-9a-f]{{6}}), (#[0-9a-f]{{6}})\)", sheet)
    assert match is not None
    return str(match[theme + 1])


def _contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
