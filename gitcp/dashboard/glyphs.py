"""The glyphs that pages show: each page brings those that it shows, since a page on a disk may not take them from another file."""

import re
from functools import lru_cache
from typing import Final

_USE: Final = '<use href="#g-'
_SYMBOL: Final = re.compile(r'<symbol id="g-([a-z-]+)".*')
_SETS: Final = 1_024


def shown_in(text: str) -> frozenset[str]:
    """Name the glyphs that a piece of a page shows."""
    return frozenset({rest[: rest.index('"')] for rest in text.split(_USE)[1:]})


class Glyphs:
    """The glyphs of a drawing, in which each stands in a line of its own."""

    def __init__(self, drawing: str) -> None:
        self._symbols = {match[1]: match[0].strip() + "\n" for match in _SYMBOL.finditer(drawing)}
        self._known = lru_cache(_SETS)(self._sprite)  # most pages of a kind show the same

    def sprite(self, shown: frozenset[str]) -> str:
        """Return the part of a page that brings the glyphs of these names."""
        return self._known(shown)

    def _sprite(self, shown: frozenset[str]) -> str:
        symbols = "".join(symbol for name, symbol in self._symbols.items() if name in shown)
        return f'<svg class="glyphs" aria-hidden="true">\n{symbols}</svg>\n'
