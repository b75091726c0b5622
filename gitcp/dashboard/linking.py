"""Names of records and addresses within a text, as links. Whatever is returned is escaped."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from typing import Final

from gitcp.model.mentions import MENTION

Find = Callable[[str], str | None]
"""Returns the site path of a member, task or run with a name, or none."""

_SLUG = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_WORD: Final = re.compile(
    r"(?=[h@A-Z0-9])(?:"  # what none begins with is most of a text, and is passed over
    rf"(?P<url>https?://[^\s<>\"'()\[\]]*[^\s<>\"'()\[\].,;:!?*_])"
    rf"|{MENTION.pattern}"
    rf"|(?<![\w.-])(?P<run>[0-9]{{8}}T[0-9]{{6}}Z-{_SLUG}(?:\.[0-9]+)?)(?![\w-])"
    r"|(?<![\w-])(?P<task>[A-Z][A-Z0-9]{1,9}-[0-9]{1,9})(?![\w-]))"
)
_NUMBERED: Final = re.compile("-[0-9]")
_EXTERNAL = re.compile(r"(https?://|mailto:)[^\s]", re.IGNORECASE)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f]")
_SHORT: Final = 20  # such a name is not broken at the end of a line
_RECORDS: Final = frozenset({"tasks", "runs", "org"})


@dataclass(frozen=True, slots=True)
class Linking:
    """Links from a page that is `root` below the site's root."""

    find: Find
    root: str

    def words(self, text: str) -> str:
        """Escape a text in which names of records and addresses are links."""
        if not may_name(text):
            return escape(text)
        parts: list[str] = []
        end = 0
        for match in _WORD.finditer(text):
            opening = self._named(match)
            if opening is not None:
                parts += (escape(text[end : match.start()]), opening, escape(match[0]), "</a>")
                end = match.end()
        parts.append(escape(text[end:]))
        return "".join(parts)

    def opening(self, address: str) -> str | None:
        """Open a link to where an address leads: outside, or to the page of a record whose file it is; none if it leads nowhere."""
        if _EXTERNAL.match(address):
            return external(address)
        if _SCHEME.match(address) or address.startswith(("//", "\\", "/\\")):
            return None
        path = PurePosixPath(address.partition("#")[0])
        if path.suffix != ".yaml" or not _RECORDS.intersection(path.parts):
            return None
        target = self.find(path.stem)
        return None if target is None else f'<a href="{escape(self.root + target)}">'

    def _named(self, match: re.Match[str]) -> str | None:
        if match["url"]:
            return external(match[0])
        target = self.find(match["member"] or match["run"] or match["task"])
        if target is None:
            return None
        short = ' class="short"' if len(match[0]) <= _SHORT else ""
        return f'<a href="{escape(self.root + target)}"{short}>'


def external(address: str) -> str:
    """Open a link to the outside, which is told nothing about who comes."""
    fine = _NO_ADDRESS.sub(lambda match: f"%{ord(match[0]):02X}", address)
    return f'<a href="{escape(fine)}" rel="noopener noreferrer nofollow">'


def may_name(text: str) -> bool:
    """Tell cheaply whether a text can have a name or an address in it."""
    return "@" in text or "://" in text or "Z-" in text or _NUMBERED.search(text) is not None
