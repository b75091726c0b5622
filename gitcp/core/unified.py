"""The difference between two texts as people know it from git, made harmless: what cannot be printed is written out."""

from difflib import unified_diff
from typing import Final

_CONTEXT: Final = 3


def unified(path: str, before: str | None, after: str | None) -> list[str]:
    """Return the lines of a unified diff, without line ends; none: there is no file."""
    old, new = _lines(before), _lines(after)
    names = ("/dev/null" if before is None else f"a/{path}", "/dev/null" if after is None else f"b/{path}")
    found = unified_diff(old, new, names[0], names[1], n=_CONTEXT, lineterm="")
    return [_plain(line) for line in found]


def _lines(text: str | None) -> list[str]:
    if not text:
        return []
    lines = text.split("\n")
    # A file that ends without a line end differs from one that ends with it.
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], f"{lines[-1]}\\ no line end"]


def _plain(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{ord(c):04x}" for c in line)
