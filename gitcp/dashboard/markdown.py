"""Markdown as HTML, written from the events of a parser. Rule: every text is escaped here, and no tag but those below is written.

The parser decides what is a heading or a link, and nothing else: raw HTML is text like any other, an image is a link, since a page
loads nothing from elsewhere, and what leads nowhere is shown with its path.
"""

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any, Final

import pyromark

from gitcp.dashboard.linking import Linking, may_name

_OPTIONS: Final = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_TASKLISTS
)
_LINE: Final = r"[A-Za-z](?>[^\x00-\x1f\x7f-\xa0\\`*_\[\]<>&~|]*)(?<!\s)"
_LINES: Final = rf"{_LINE}(?>\n{_LINE})*"
_POINTS: Final = rf"- {_LINES}(?>\n- {_LINES})*"
_PLAIN: Final = re.compile(rf"{_LINES}(?>\n\n{_LINES})*(?>\n\n?{_POINTS})?")
"""Paragraphs in which nothing can be a mark or must be escaped, and a list below them if there is one: what most texts are, told without asking the parser."""
_CELLS: Final = 25_000  # of a text's tables: empty ones are made to any number by few characters
DEEPEST: Final = 40  # elements within elements: a browser stops at 512, and people before
_SIMPLE: Final = {
    "Paragraph": ('<p dir="auto">', "</p>\n"),
    "BlockQuote": ("<blockquote>\n", "</blockquote>\n"),
    "HtmlBlock": ('<p dir="auto">', "</p>\n"),
    "Emphasis": ("<em>", "</em>"),
    "Strong": ("<strong>", "</strong>"),
    "Strikethrough": ("<s>", "</s>"),
}
_ITEM: Final = '<li dir="auto">'
_PARTS: Final = {
    "Item": (_ITEM, "</li>\n"),
    "TableHead": ("<thead>\n<tr>\n", "</tr>\n</thead>\n"),
    "TableRow": ("<tr>\n", "</tr>\n"),
}
_ALIGNED: Final = {"Left": ' class="start"', "Center": ' class="center"', "Right": ' class="end"'}
_SCROLLED: Final = '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n'


def bare(text: str) -> str | None:
    """Write a text that has no mark, no name and nothing to escape; none if it may have any."""
    said = text.rstrip(" \n")
    return None if may_name(said) or _PLAIN.fullmatch(said) is None else _paragraphs(said)


def written(text: str, linking: Linking, *, below: int) -> str:
    """Write Markdown as HTML, its headings below one of level `below`."""
    said = text.rstrip(" \n")
    if _PLAIN.fullmatch(said):
        return _paragraphs(linking.words(said))
    return _Writer(linking, below).write(pyromark.events(text, options=_OPTIONS))


def _paragraphs(html: str) -> str:
    """Write paragraphs and the list below them, of words that are written: no name and no address goes on in another line."""
    above, *points = html.split("\n- ")
    opening, closing = _SIMPLE["Paragraph"]
    written = "".join([f"{opening}{said}{closing}" for said in above.rstrip("\n").split("\n\n")])
    if not points:
        return written
    opening, closing = _PARTS["Item"]
    return f"{written}<ul>\n{''.join([f'{opening}{said}{closing}' for said in points])}</ul>\n"


class _Writer:
    def __init__(self, linking: Linking, below: int) -> None:
        self._linking = linking
        self._below = self._last = below
        self._out: list[str] = []
        self._text: list[str] = []  # what is not written yet: a name may be in several pieces
        self._ends: list[str] = []  # of each open element; empty if it was not written
        self._items: list[int] = []  # where the open items of lists stand in what is written
        self._quiet = 0  # names are not linked: within links and code
        self._images = 0  # of an image, only the words are shown
        self._label = 0  # where the words of an image begin in what is written
        self._aligned: tuple[str, ...] = ()
        self._column = -1
        self._is_head = False
        self._cells = 0

    def write(self, events: Iterable[Any]) -> str:
        for event in events:
            if type(event) is str:
                self._sign(event)
                continue
            ((what, value),) = event.items()
            if what in _TEXTS or (what == "Code" and self._images):
                self._text.append(value)
            elif not self._images or _image(what, value):
                self._flush()
                _WRITERS[what](self, value)
        self._flush()
        return "".join(self._out)

    def _sign(self, event: str) -> None:
        if event == "SoftBreak" or self._images:
            self._text.append("\n")
            return
        self._flush()
        self._out.append("<br>\n" if event == "HardBreak" else "<hr>\n")

    def _flush(self) -> None:
        if self._text:
            text = "".join(self._text)
            self._text.clear()
            self._out.append(escape(text) if self._quiet else self._linking.words(text))

    def _start(self, value: Any) -> None:
        kind, about = (value, None) if type(value) is str else next(iter(value.items()))
        if kind in _SIMPLE:
            self._open(*_SIMPLE[kind])
        elif kind in _PARTS:
            self._part(kind)
        else:
            _STARTS[kind](self, about)

    def _end(self, value: Any) -> None:
        kind = value if type(value) is str else next(iter(value))
        if kind == "Item":
            self._items.pop()
        elif kind in _QUIET:
            self._quiet -= 1
            self._leave_image(kind)
        elif kind == "TableHead":
            self._is_head = False
        self._out.append(self._ends.pop())

    def _open(self, start: str, end: str) -> None:
        is_fine = len(self._ends) < DEEPEST
        self._out.append(start if is_fine else " ")
        self._ends.append(end if is_fine else " ")

    def _part(self, kind: str) -> None:
        """Open what stands only in a list or a table: where that was not written, this is not either."""
        if kind == "Item":
            self._items.append(len(self._out))
        else:
            self._column, self._is_head = -1, kind == "TableHead"
        self._within(*_PARTS[kind])

    def _within(self, start: str, end: str) -> None:
        is_fine = self._ends[-1] != " "
        self._out.append(start if is_fine else " ")
        self._ends.append(end if is_fine else " ")

    def _heading(self, about: Any) -> None:
        """Let headings begin right under the page's own, without leaving out a level."""
        self._last = min(self._below + int(about["level"][1:]), self._last + 1, 6)
        self._open(f'<h{self._last} dir="auto">', f"</h{self._last}>\n")

    def _list(self, first: Any) -> None:
        if first is None:
            self._open("<ul>\n", "</ul>\n")
        else:
            self._open("<ol>\n" if first == 1 else f'<ol start="{int(first)}">\n', "</ol>\n")

    def _box(self, done: Any) -> None:
        """Show the box of a task list as a sign, in place of the item's bullet."""
        if self._out[self._items[-1]] == _ITEM:
            self._out[self._items[-1]] = '<li class="box" dir="auto">'
        self._text.append("☑ " if done else "☐ ")

    def _table(self, aligned: Any) -> None:
        self._aligned = aligned
        self._open(_SCROLLED, "</table>\n</div>\n")

    def _cell(self, _: Any) -> None:
        self._column += 1
        self._cells += 1
        aligned = self._aligned[self._column] if self._column < len(self._aligned) else "None"
        tag = "th" if self._is_head else "td"
        if self._cells > _CELLS:
            self._ends.append(" ")
            return
        self._within(f'<{tag}{_ALIGNED.get(aligned, "")} dir="auto">', f"</{tag}>\n")

    def _code_block(self, about: Any) -> None:
        words = about["Fenced"].split() if type(about) is dict else ()
        name = f' class="language-{escape(words[0])}"' if words else ""
        self._quiet += 1
        self._open(f"<pre><code{name}>", "</code></pre>\n")

    def _link(self, about: Any) -> None:
        address = about["dest_url"]
        self._lead(f"mailto:{address}" if about["link_type"] == "Email" else address, about)

    def _image_link(self, about: Any) -> None:
        self._images += 1
        is_inside = self._quiet > 0
        self._lead("" if is_inside else about["dest_url"], about)

        self._label = len(self._out)

    def _leave_image(self, kind: str) -> None:
        if kind == "Image":
            self._images -= 1
            if len(self._out) == self._label:
                self._out.append("image")

    def _lead(self, address: str, about: Any) -> None:
        """Open a link; one that leads nowhere is its words and its path."""
        opening = self._linking.opening(address)
        shown = address if about["link_type"] != "Autolink" else ""
        path = f" <code>{escape(shown)}</code>" if shown else ""
        self._quiet += 1
        self._out.append(opening or "")
        self._ends.append(path if opening is None else "</a>")

    def _code(self, text: Any) -> None:
        self._out.append(f"<code>{escape(text)}</code>")


def _image(what: str, value: Any) -> bool:
    """Tell whether an event begins or ends an image."""
    return what in ("Start", "End") and (value == "Image" or (type(value) is dict and "Image" in value))


_TEXTS: Final = frozenset({"Text", "Html", "InlineHtml"})
_QUIET: Final = frozenset({"Link", "Image", "CodeBlock"})
_WRITERS: Final[dict[str, Callable[[_Writer, Any], None]]] = {
    "Start": _Writer._start,
    "End": _Writer._end,
    "Code": _Writer._code,
    "TaskListMarker": _Writer._box,
}
_STARTS: Final[dict[str, Callable[[_Writer, Any], None]]] = {
    "Heading": _Writer._heading,
    "List": _Writer._list,
    "Table": _Writer._table,
    "TableCell": _Writer._cell,
    "CodeBlock": _Writer._code_block,
    "Link": _Writer._link,
    "Image": _Writer._image_link,
}
