"""What others wrote, inside a text of gitcp's own.

Rule: quoted text never closes its quotation, carries no control characters, and is cut with a note.
"""

import re
from collections.abc import Iterable

_ESCAPE_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters, overrides of the writing direction, and the tag characters that spell hidden words.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_BACKTICKS = re.compile(r"`+")
_SMALLEST = 200


def visible(text: str) -> str:
    """Return what a reader of the text sees: no escape sequences, no control or hidden characters, one kind of line end."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", _ESCAPE_SEQUENCES.sub("", text)))


def one_line(text: str, limit: int = 120) -> str:
    """Return a text as one visible line of at most `limit` characters."""
    line = " ".join(visible(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def code(text: str, limit: int = 120) -> str:
    """Return a text as a code span of one line, whatever backticks are in it."""
    line = one_line(text, limit)
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fenced(text: str) -> str:
    """Return a text as a fenced block whose fence is longer than any run of backticks in it."""
    body = visible(text).strip("\n")
    fence = "`" * max(3, _longest_run(body) + 1)
    return f"{fence}text\n{body}\n{fence}"


def quoted(heading: str, text: str, limit: int) -> str:
    """Return a heading and a fenced text, together at most `limit` characters; what is left out is said below the fence."""
    text = visible(text).strip("\n")
    kept = text[: max(limit, 0)]
    while True:
        block = f"{heading}\n\n{fenced(kept)}{_left_out(len(text) - len(kept))}"
        if len(block) <= limit:
            return block
        if limit < _SMALLEST or not kept:
            return f"{heading}\n\n(left out: {len(text)} characters)"
        excess = len(block) - limit
        kept = kept[: len(kept) - excess if excess < len(kept) else len(kept) // 4]


def at_most(lines: Iterable[str], most: int) -> list[str]:
    """Return the first lines of a list, and one that says how many more there are."""
    found = list(lines)
    return found if len(found) <= most else [*found[:most], f"- and {len(found) - most} more"]


def tail(text: str, lines: int) -> str:
    """Return the last lines of a text, with a first line that says how many were left out."""
    found = visible(text).strip("\n").split("\n")
    if len(found) <= lines:
        return "\n".join(found)
    return "\n".join([f"({len(found) - lines + 1} lines left out)", *found[-(lines - 1) :]])


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def _left_out(count: int) -> str:
    return f"\n\n(cut: {count} more characters)" if count > 0 else ""
