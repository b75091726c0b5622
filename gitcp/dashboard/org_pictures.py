"""The org chart as files of its own: a drawing that says what everybody does, and a picture of who is there.

The picture does not say who works just now, so that it is drawn again only when the org chart itself changes.
"""

import re
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from gitcp.dashboard import links
from gitcp.dashboard.bitmap import Bitmap
from gitcp.dashboard.layout import HIGH, WIDE, Layout, layout
from gitcp.dashboard.lettering import fitted
from gitcp.dashboard.register import Register
from gitcp.dashboard.trees import Branch, cut
from gitcp.dashboard.views.org import (
    DRAWN,
    LEVELS,
    NAME_SIZE,
    TEXT_AT,
    TITLE_SIZE,
    Card,
    Node,
    card,
    chart,
    staff,
    tree,
)

SVG: Final = links.ORG_SVG
PNG: Final = links.ORG_PNG
WIDEST: Final = 4_000  # dots
_HIGHEST: Final = 8_000
_LARGEST: Final = 2.0  # dots a unit
_SMALLEST: Final = 0.75  # names are ten dots high then
_CUTS: Final = (DRAWN, 500, 200, 80, 30, 10)
_NOTE: Final = 28

_INVALID: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# light, dark; as in the style sheet
COLOURS: Final = {
    "paper": ("#f6f4ee", "#131210"),
    "sheet": ("#fffefb", "#1b1a17"),
    "sunk": ("#eeebe2", "#23211d"),
    "rule-firm": ("#bfb7a6", "#514b41"),
    "ink": ("#201d19", "#ece7dd"),
    "ink-soft": ("#4e4942", "#bdb6a9"),
    "ink-faint": ("#666058", "#9d968a"),
    "busy": ("#1b559f", "#8ab6f0"),
    "warn": ("#7c4a00", "#e2b263"),
}
_TONES: Final = {"busy": "busy", "warn": "warn", "faint": "ink-faint", "plain": "ink-soft"}
_RULES: Final = f"""
text {{ font: {TITLE_SIZE}px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink-soft); }}
.ground {{ fill: var(--paper); }}
.line {{ fill: none; stroke: var(--rule-firm); stroke-width: 1.25; }}
.box {{ fill: var(--sheet); stroke: var(--rule-firm); }}
.sign {{ fill: var(--sunk); stroke: var(--rule-firm); }}
.initials {{ font-weight: 600; font-size: 11px; text-anchor: middle; }}
.person .sign {{ fill: var(--ink); }}
.person .initials {{ fill: var(--paper); }}
.name {{ font-size: {NAME_SIZE}px; font-weight: 600; fill: var(--ink); }}
"""


def org_svg(register: Register) -> str:
    """Draw the org chart as an SVG file that needs nothing else; its links are relative to the site's root."""
    shown = chart(register)
    drawing = shown.drawing
    company = register.snapshot.company
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(drawing.width),
            "height": str(drawing.height),
            "viewBox": f"0 0 {drawing.width} {drawing.height}",
            "role": "img",
        },
    )
    SubElement(root, "title").text = _valid(f"Org chart of {company.name}" if company else "Org chart")
    SubElement(root, "desc").text = shown.summary
    SubElement(root, "style").text = _sheet()
    SubElement(root, "rect", {"class": "ground", "width": "100%", "height": "100%"})
    SubElement(root, "path", {"class": "line", "d": "".join(line for _, line in drawing.lines)})
    for node in shown.nodes:
        _draw(root, node)
    return tostring(root, encoding="unicode") + "\n"


def _sheet() -> str:
    light, dark = (
        "".join(f"--{name}: {colours[theme]}; " for name, colours in COLOURS.items()) for theme in (0, 1)
    )
    tones = "".join(f".tone-{tone} {{ fill: var(--{colour}); }}\n" for tone, colour in _TONES.items())
    return f"\nsvg {{ {light}}}\n@media (prefers-color-scheme: dark) {{ svg {{ {dark}}} }}{_RULES}{tones}"


def _draw(root: Element, node: Node) -> None:
    card = node.card
    group = SubElement(root, "g", {"class": card.kind, "transform": f"translate({node.x} {node.y})"})
    link = SubElement(group, "a", {"href": card.href})
    SubElement(link, "title").text = _valid(node.label)
    SubElement(link, "rect", {"class": "box", "width": str(WIDE), "height": str(HIGH), "rx": "6"})
    radius = "16" if card.kind == "person" else "7"
    SubElement(
        link, "rect", {"class": "sign", "x": "11", "y": "12", "width": "32", "height": "32", "rx": radius}
    )
    _write(link, "initials", 27, 32, card.sign)
    _write(link, "name", TEXT_AT, 19, node.name)
    _write(link, "title", TEXT_AT, 34, node.title)
    _write(link, f"tone-{card.tone}", TEXT_AT, 48, node.state)


def _write(parent: Element, kind: str, x: int, y: int, text: str) -> None:
    SubElement(parent, "text", {"class": kind, "x": str(x), "y": str(y)}).text = _valid(text)


def _valid(text: str) -> str:
    return _INVALID.sub("\ufffd", text)


def org_png(register: Register) -> bytes:
    """Draw the org chart as a PNG at most `WIDEST` dots wide, without the deeper levels where it were too small to be read."""
    members, _ = staff(register)
    branches = tree(members)
    shown, drawing = _readable(branches)
    left_out = len(branches) - len(shown)
    height = drawing.height + (_NOTE if left_out else 0)
    scale = min(_LARGEST, WIDEST / drawing.width, _HIGHEST / height)
    picture = Bitmap(drawing.width, height, scale, COLOURS["paper"][0])
    for _, line in drawing.lines:
        for start, end in strokes(line):
            picture.line(start, end, COLOURS["rule-firm"][0])
    cards = {branch.id: card(members[branch.id], members, looped=branch.looped) for branch in shown}
    for box in drawing.boxes:
        _paint(picture, (box.x, box.y), cards[box.id])
    if left_out:
        note = f"{left_out:,} further down are not drawn"
        picture.text((16, height - 14), note, TITLE_SIZE, COLOURS["ink-faint"][0])
    return picture.png()


def _readable(branches: Sequence[Branch]) -> tuple[Sequence[Branch], Layout]:
    for most in _CUTS:
        shown = cut(branches, most, LEVELS)
        drawing = layout(shown)
        if drawing.width * _SMALLEST <= WIDEST and drawing.height * _SMALLEST <= _HIGHEST:
            break
    return shown, drawing


def _paint(picture: Bitmap, at: tuple[int, int], shown: Card) -> None:
    x, y = at
    is_person = shown.kind == "person"
    colour = {name: light for name, (light, _) in COLOURS.items()}
    picture.box(at, (WIDE, HIGH), 6, colour["sheet"], colour["rule-firm"])
    ground = colour["ink"] if is_person else colour["sunk"]
    picture.box((x + 11, y + 12), (32, 32), 16 if is_person else 7, ground, colour["rule-firm"])
    letters = colour["paper"] if is_person else colour["ink-soft"]
    picture.text((x + 27, y + 28), shown.sign, 11, letters, middle=True)
    lines = (
        (shown.name, NAME_SIZE, colour["ink"]),
        (shown.title, TITLE_SIZE, colour["ink-soft"]),
        (shown.short, TITLE_SIZE, colour[_TONES[shown.tone]]),
    )
    foot = y + (20 if shown.short else 27)
    for at_line, (text, size, ink) in enumerate(lines):
        picture.text((x + TEXT_AT, foot + 15 * at_line), fitted(text, WIDE - TEXT_AT - 8, size), size, ink)


def strokes(line: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the straight strokes of a line of the layout: moves, and lines across and down."""
    found = []
    x = y = 0
    for kind, far, other in re.findall(r"([MVHh])(-?\d+)(?: (-?\d+))?", line):
        if kind == "M":
            x, y = int(far), int(other)
            continue
        end = {"V": (x, int(far)), "H": (int(far), y), "h": (x + int(far), y)}[kind]
        found.append(((x, y), end))
        x, y = end
    return found
