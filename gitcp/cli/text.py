"""Text that others wrote, made fit for a terminal: nothing in it may move the cursor, colour a line or turn its direction."""

import unicodedata
from typing import Final

_TAB: Final = 4
_HOUR, _DAY = 60, 24 * 60
_FULL, _HELD, _EMPTY = "█", "▒", "░"
_CENT: Final = 0.01


def line(value: object) -> str:
    """Return a value as one line without control characters."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else " " for c in text).rstrip()


def block(value: object) -> str:
    """Return a text with its lines and without other control characters."""
    text = "" if value is None else str(value)
    return "\n".join(line(part.expandtabs(_TAB)) for part in text.replace("\r\n", "\n").split("\n")).strip(
        "\n"
    )


def width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def cut(text: str, room: int) -> str:
    """Return a text that takes at most so many columns."""
    if width(text) <= room:
        return text
    while text and width(text) >= room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def when(instant: str | None) -> str:
    """Return a time of a view as people read it, to the minute, in UTC."""
    return f"{instant[:16].replace('T', ' ')}Z" if instant else ""


def lasting(minutes: int | None) -> str:
    """Write how long something takes, in its largest unit."""
    if minutes is None:
        return ""
    if minutes < _HOUR:
        return f"{minutes} min"
    return f"{minutes // _HOUR} h" if minutes < 2 * _DAY else f"{minutes // _DAY} days"


def bar(share: float, length: int = 20) -> str:
    """Draw a share as a bar; what is over the end is not drawn."""
    full = round(min(max(share, 0.0), 1.0) * length)
    return _FULL * full + _EMPTY * (length - full)


def meter(settled: float, reserved: float, limit: float, length: int = 20) -> str:
    """Draw what is settled and what is reserved of a limit as a bar; what is over the end is not drawn."""
    gone = settled + reserved
    whole = round(min(gone / limit, 1.0) * length) if limit else length * (gone > 0)
    full = min(round(min(settled / limit, 1.0) * length) if limit else length * (settled > 0), whole)
    return _FULL * full + _HELD * (whole - full) + _EMPTY * (length - whole)


def amount(metric: str, value: float | None) -> str:
    """Write an amount of a metric: money with cents, of which less than one is not nothing, large counts in thousands."""
    if value is None:
        return ""
    if metric in {"usd", "usd_imputed"}:
        return "<0.01" if 0 < value < _CENT else f"{value:,.2f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def branches(depths: list[int]) -> list[str]:
    """Return the lines that lead to each row of a tree told depth first."""
    found: list[str] = []
    following: set[int] = set()
    for depth in reversed(depths):
        stem = "".join("│  " if level in following else "   " for level in range(1, depth))
        found.append(stem + ("" if depth == 0 else "├─ " if depth in following else "└─ "))
        following = {level for level in following if level < depth} | {depth}
    return found[::-1]
