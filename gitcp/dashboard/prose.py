"""Text that people and agents wrote, as HTML. Rule: nothing but this module makes `Markup`.

There are two walls: Markdown is written without raw HTML, and a sanitiser takes away of the result whatever Markdown does not make.
A text in which nothing can be a mark or a name and nothing must be escaped stands as it is between the tags of paragraphs. Links go to http, https and mailto; a relative one is followed where it names a record's file, and is shown as
text with its path otherwise, since that file is not part of the site. Images become links: a page loads nothing from elsewhere.
"""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from html import escape
from typing import Final

import nh3
from markupsafe import Markup

from gitcp.dashboard.linking import Find, Linking
from gitcp.dashboard.markdown import bare, written
from gitcp.dashboard.unseen import shown

LONGEST: Final = 50_000  # characters of a text that a page shows
LONGEST_LINE: Final = 2_000
_SHORT: Final = 400
_HELD: Final = 4_096
marked_up: Final[Callable[[str], Markup]] = partial(str.__new__, Markup)
"""Makes markup as `Markup` does of a text: every one is escaped, and its tags are sanitised, or a paragraph's or a list's around what has none."""

_CODE = re.compile(r"`([^`]+)`")

_BLOCKS: Final = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th")
_CLEANER: Final = nh3.Cleaner(
    tags={
        *(
            "a",
            "blockquote",
            "br",
            "code",
            "div",
            "em",
            "hr",
            "ol",
            "pre",
            "s",
            "strong",
            "table",
            "tbody",
            "thead",
            "tr",
            "ul",
        ),
        *_BLOCKS,
    },
    attributes={
        "a": {"class", "href", "rel"},
        "code": {"class"},
        "div": {"aria-label", "class", "role", "tabindex"},
        "ol": {"start"},
        **{tag: {"class", "dir"} for tag in _BLOCKS},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


class Prose:
    """Writes text for a page that is `root` below the site's root."""

    def __init__(self, find: Find, root: str) -> None:
        self._linking = Linking(find, root)

    def line(self, text: str) -> Markup:
        """Write one line: escaped, with the names in it linked and what stands in backticks as code."""
        text = shown(text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…")
        if "`" not in text:
            return _clean(self._linking.words(text))
        parts = _CODE.split(text)
        parts[::2] = map(self._linking.words, parts[::2])
        parts[1::2] = [f"<code>{escape(part)}</code>" for part in parts[1::2]]
        return _clean("".join(parts))

    def block(self, text: str | None, *, below: int) -> Markup | None:
        """Write Markdown whose headings stand below a heading of level `below`; of a very long text the beginning."""
        if not text or not text.strip():
            return None
        said = shown(text[:LONGEST])
        html = bare(said)
        if html is not None and len(text) <= LONGEST:
            return marked_up(html)
        return _clean(written(said, self._linking, below=below), left_out=len(text) - LONGEST)


def _clean(html: str, *, left_out: int = 0) -> Markup:
    # What has no tag was escaped whole, and most lines are such.
    if "<" in html:
        html = (_known if len(html) <= _SHORT else _CLEANER.clean)(html)
    note = f"<p>{left_out:,} more characters are in the file.</p>\n" if left_out > 0 else ""
    return marked_up(html + note)


@lru_cache(_HELD)
def _known(html: str) -> str:
    """Sanitise a short piece once: what a commit says stands on the pages of its task and of its run."""
    return _CLEANER.clean(html)
