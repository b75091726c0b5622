"""Text that people and agents wrote, as HTML. Rule: nothing but this module makes `Markup`.

There are two walls: Markdown is rendered without raw HTML, and a sanitiser takes away of the result whatever Markdown does not make. Links go to http, https and mailto; a relative one is followed where it names a record's file, and is shown as
text with its path otherwise, since that file is not part of the site. Images become links: a page loads nothing from elsewhere.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from gitcp.dashboard.unseen import shown
from gitcp.model.mentions import MENTION

Find = Callable[[str], str | None]
"""Returns the site path of a member, task or run with a name, or none."""

_SLUG = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_WORD: Final = re.compile(
    rf"(?P<url>https?://[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?*_])"
    rf"|{MENTION.pattern}"
    rf"|(?<![\w.-])(?P<run>[0-9]{{8}}T[0-9]{{6}}Z-{_SLUG}(?:\.[0-9]+)?)(?![\w-])"
    r"|(?<![\w-])(?P<task>[A-Z][A-Z0-9]{1,9}-[0-9]{1,9})(?![\w-])"
)
_EXTERNAL = re.compile(r"(https?://|mailto:)[^\s]", re.IGNORECASE)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
LONGEST: Final = (
    50_000  # characters of a text that a page shows: some Markdown takes time by the square of its length
)
LONGEST_LINE: Final = 2_000
_SHORT: Final = 20  # such a name is not broken at the end of a line
_CODE = re.compile(r"`([^`]+)`")
_BOX = re.compile(r"\[([ xX])\] ")
_ALIGNED: Final = {"text-align:right": "end", "text-align:center": "center"}
_RECORDS: Final = frozenset({"tasks", "runs", "org"})
_TURNED = frozenset({"paragraph_open", "heading_open", "list_item_open", "td_open", "th_open"})


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


def _safe(url: str) -> bool:
    return bool(_EXTERNAL.match(url)) or not (_SCHEME.match(url) or url.startswith(("//", "\\", "/\\")))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.validateLink = _safe  # type: ignore[method-assign]
    return parser


_PARSER: Final = _parser()


@dataclass(frozen=True, slots=True)
class Prose:
    """Writes text for a page that is `root` below the site's root."""

    find: Find
    root: str

    def line(self, text: str) -> Markup:
        """Write one line: escaped, with the names in it linked and what stands in backticks as code."""
        tokens: list[Token] = []
        text = shown(text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…")
        for place, part in enumerate(_CODE.split(text)):
            tokens.extend([_code(part)] if place % 2 else self._words(part))
        return _clean(tokens)

    def block(self, text: str | None, *, below: int) -> Markup | None:
        """Write Markdown whose headings stand below a heading of level `below`; of a very long text the beginning."""
        if not text or not text.strip():
            return None
        tokens = _PARSER.parse(shown(text[:LONGEST]))
        _level(tokens, below)
        _box(tokens)
        for token in tokens:
            self._mend(token)
        tokens = [wrapped for token in tokens for wrapped in _scrolled(token)]
        return _clean(tokens, left_out=len(text) - LONGEST)

    def _mend(self, token: Token) -> None:
        if token.type in _TURNED:
            token.attrSet("dir", "auto")
            _align(token)
        elif token.type == "inline":
            token.children = self._inline(token.children or [])

    def _inline(self, tokens: Sequence[Token]) -> list[Token]:
        done: list[Token] = []
        dead: str | None = None
        inside = False
        for token in tokens:
            if token.type == "link_open":
                inside, dead = True, self._open(token, done)
            elif token.type == "link_close":
                done.extend([token] if dead is None else _path(dead))
                inside, dead = False, None
            elif token.type == "image":
                done.extend(self._image(token, inside=inside))
            elif token.type == "text" and not inside:
                done.extend(self._words(token.content))
            else:
                done.append(token)
        return done

    def _open(self, token: Token, done: list[Token]) -> str | None:
        """Open a link; return its path where it leads nowhere."""
        href = str(token.attrGet("href") or "")
        if _EXTERNAL.match(href):
            done.append(_link(href))
            return None
        path = PurePosixPath(href.partition("#")[0])
        target = (
            self.find(path.stem) if path.suffix == ".yaml" and _RECORDS.intersection(path.parts) else None
        )
        if target is None:
            return href
        done.append(_link(self.root + target))
        return None

    def _image(self, token: Token, *, inside: bool) -> list[Token]:
        source = str(token.attrGet("src") or "")
        label = [_text(token.content or "image")]
        if inside:
            return label
        if _EXTERNAL.match(source):
            return [_link(source), *label, _end()]
        return [*label, *_path(source)]

    def _words(self, text: str) -> Iterator[Token]:
        end = 0
        for match in _WORD.finditer(text):
            href = self._target(match)
            if href is None:
                continue
            link = _link(href)
            if len(match[0]) <= _SHORT and not match["url"]:
                link.attrSet("class", "short")
            yield from (_text(text[end : match.start()]), link, _text(match[0]), _end())
            end = match.end()
        yield _text(text[end:])

    def _target(self, match: re.Match[str]) -> str | None:
        if match["url"]:
            return match["url"]
        target = self.find(match["member"] or match["run"] or match["task"])
        return None if target is None else self.root + target


def _clean(tokens: Sequence[Token], *, left_out: int = 0) -> Markup:
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    # What has no tag was escaped whole, and most lines are such.
    html = _CLEANER.clean(html) if "<" in html else html
    note = f"<p>{left_out:,} more characters are in the file.</p>\n" if left_out > 0 else ""
    return Markup(html + note)  # noqa: S704 - rendered without HTML, and sanitised


def _level(tokens: Sequence[Token], below: int) -> None:
    """Let headings begin right under the page's own, without leaving out a level."""
    last = below
    for token in tokens:
        if token.type == "heading_open":
            last = min(below + int(token.tag[1:]), last + 1, 6)
            token.tag = f"h{last}"
        elif token.type == "heading_close":
            token.tag = f"h{last}"


def _scrolled(token: Token) -> tuple[Token, ...]:
    """Let a wide table scroll by itself, also by keyboard."""
    if token.type == "table_open":
        attrs: dict[str, str | int | float] = {
            "class": "scroll",
            "tabindex": "0",
            "role": "group",
            "aria-label": "Table",
        }
        return (Token("scroll_open", "div", 1, attrs=attrs, block=True), token)
    if token.type == "table_close":
        return (token, Token("scroll_close", "div", -1, block=True))
    return (token,)


def _align(token: Token) -> None:
    """Align a table's cell by a class: the policy of the pages allows no style of an element's own."""
    style = token.attrs.pop("style", None)
    if style is not None:
        token.attrSet("class", _ALIGNED.get(str(style), "start"))


def _box(tokens: Sequence[Token]) -> None:
    """Show the boxes of a task list as signs, in place of its bullets."""
    for item, _, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        first = inline.children[0] if inline.children else None
        if item.type == "list_item_open" and first is not None and (match := _BOX.match(first.content)):
            first.content = ("☐ " if match[1] == " " else "☑ ") + first.content[match.end() :]
            item.attrSet("class", "box")


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(href: str) -> Token:
    attrs: dict[str, str | int | float] = {"href": href}
    if _EXTERNAL.match(href):
        attrs["rel"] = "noopener noreferrer nofollow"
    return Token("link_open", "a", 1, attrs=attrs)


def _end() -> Token:
    return Token("link_close", "a", -1)


def _path(path: str) -> list[Token]:
    return [_text(" "), _code(path)] if path else []


def _code(content: str) -> Token:
    return Token("code_inline", "code", 0, content=content)
