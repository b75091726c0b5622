"""How much text fits a place of a drawing, where nothing breaks lines and no machine's typefaces are known: a careful guess."""

from typing import Final
from unicodedata import combining, east_asian_width

_SLIM: Final = frozenset("iIjl.,:;'|!()[] ftr-\u2019")
_BROAD: Final = frozenset("mwMWQOGD%@&\u2014\u2026")
_ELLIPSIS: Final = "\u2026"


def width(text: str) -> float:
    """Return how wide a text is at most, as a part of the size of its type."""
    return sum(_wide(letter) for letter in text)


def fitted(text: str, room: float, size: float) -> str:
    """Return as much of a text as fits a room, both in pixels; what is cut ends in an ellipsis."""
    most = room / size
    if width(text[: int(most * 4) + 1]) <= most and len(text) <= most * 4:
        return text
    taken, used = 0, width(_ELLIPSIS)
    for letter in text:
        used += _wide(letter)
        if used > most:
            break
        taken += 1
    return text[:taken].rstrip() + _ELLIPSIS


def _wide(letter: str) -> float:
    if letter in _SLIM:
        return 0.36
    if letter in _BROAD:
        return 0.95
    if letter.isascii():
        return 0.68 if letter.isupper() else 0.58
    if combining(letter):
        return 0.0
    return 1.05 if east_asian_width(letter) in "WF" else 0.7
