"""Whom a text names. Rule: what stands in code is quoted and names nobody, so that a pasted log wakes no one; time grows with length alone."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from gitcp.model.ids import SLUG_PATTERN

MENTION = re.compile(rf"(?<![\w@/.])@(?P<member>{SLUG_PATTERN})(?!-?[\w/@])")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<rest>.*)")
_TICKS = re.compile(r"`+")


def mentions(body: str) -> tuple[str, ...]:
    """Return the members that a Markdown text names with `@id`, each once, in order."""
    if "@" not in body:
        return ()
    said = "".join(_outside_spans("\n".join(_outside_fences(body))))
    return tuple(dict.fromkeys(match["member"] for match in MENTION.finditer(said)))


def _outside_fences(body: str) -> Iterator[str]:
    opened: str | None = None
    for line in body.splitlines():
        match = _FENCE.match(line)
        if opened is None and match is None:
            yield line
        elif opened is None and match is not None:
            opened = match["fence"]
        elif (
            opened is not None
            and match is not None
            and match["fence"].startswith(opened)
            and not match["rest"].strip()
        ):
            opened = None


def _outside_spans(text: str) -> Iterator[str]:
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text)]
    by_length: dict[int, list[int]] = {}
    for start, end in runs:
        by_length.setdefault(end - start, []).append(start)
    at = 0
    for start, end in runs:
        if start < at:
            continue
        same = by_length[end - start]
        following = bisect_right(same, start)
        if following < len(same):
            yield text[at:start] + " "
            at = same[following] + end - start
    yield text[at:]
