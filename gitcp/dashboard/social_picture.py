"""The picture that stands beside a link to the site: the company's name and mission, and nothing that changes with its work."""

from collections.abc import Iterator

from gitcp.dashboard.bitmap import Bitmap, width
from gitcp.dashboard.org_pictures import COLOURS
from gitcp.dashboard.register import Register

WIDE, HIGH = 1_200, 630
_EDGE = 96
_NAME, _MISSION = 76, 36
_NAME_LINES, _MISSION_LINES = 2, 4


def social_png(register: Register) -> bytes:
    """Draw the picture, 1,200 by 630 dots."""
    company = register.snapshot.company
    colour = {name: light for name, (light, _) in COLOURS.items()}
    picture = Bitmap(WIDE, HIGH, 1, colour["paper"])
    picture.box((0, 0), (WIDE, 12), 0, colour["ink"], colour["ink"])
    at = 190.0
    name = register.site.title or (company.name if company else "gitcp")
    for line in wrapped(name, _NAME, _NAME_LINES):
        picture.text((_EDGE, at), line, _NAME, colour["ink"])
        at += _NAME * 1.15
    picture.line((_EDGE, at - 24), (WIDE - _EDGE, at - 24), colour["rule-firm"], 2)
    at += 48
    for line in wrapped((company.mission if company else None) or "", _MISSION, _MISSION_LINES):
        picture.text((_EDGE, at), line, _MISSION, colour["ink-soft"])
        at += _MISSION * 1.4
    return picture.png()


def wrapped(text: str, size: int, most: int) -> list[str]:
    """Break a text into lines that fit; what goes beyond the last one is left out and marked."""
    lines = list(_lines(text, size, most + 1))
    if len(lines) > most:
        lines[most - 1 :] = [_cut(lines[most - 1] + " \u2026", size)]
    return [_cut(line, size) for line in lines]


def _lines(text: str, size: int, most: int) -> Iterator[str]:
    line, count = "", 0
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width(longer, size) > WIDE - 2 * _EDGE:
            yield line
            line, count = word, count + 1
            if count == most:
                return
        else:
            line = longer
    if line:
        yield line


def _cut(line: str, size: int) -> str:
    if width(line[:200], size) <= WIDE - 2 * _EDGE and len(line) <= 200:  # noqa: PLR2004 - more never fit
        return line
    shown = line[:200]
    while width(shown + "\u2026", size) > WIDE - 2 * _EDGE:
        shown = shown[:-1]
    return shown + "\u2026"
