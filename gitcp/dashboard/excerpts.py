"""Long texts cut to what a page has room for, the same at every build."""

from collections.abc import Sequence


def cut(text: str, most: int) -> str | None:
    """Return the beginning of a text that is longer than `most` characters, up to the end of a line or a word; none where it is not."""
    if len(text) <= most:
        return None
    for end in ("\n", " "):
        place = text.rfind(end, most // 2, most)
        if place > 0:
            return text[:place]
    return text[:most]


def level(lengths: Sequence[int], room: int) -> int:
    """Return how long each of some texts may be so that all fit in `room`: the longest are cut, and all of those to the same length."""
    left, waiting = room, len(lengths)
    for length in sorted(lengths):
        if length * waiting > left:
            return left // waiting
        left -= length
        waiting -= 1
    return max(lengths, default=0)
