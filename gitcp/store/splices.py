"""Changes to a text at positions, and the questions about its lines that finding the positions asks."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_BREAK = re.compile(r"\r\n|\r|\n")
_BLANK_LINES = re.compile(r"(?: *(?:\r\n|\r|\n))*(?: *\Z)?")
_BLANKS = re.compile(r"(?:[ \t\r\n]|(?<![^ \t\r\n])#[^\r\n]*)*")


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A text and its lines, each of which ends with a line feed, a carriage return, or both.

    `lacks_break`: the last line's own was added.
    """

    text: str
    lacks_break: bool = False

    @classmethod
    def of(cls, text: str) -> "Page":
        """Return a text as lines."""
        if text.endswith(("\n", "\r")):
            return cls(text)
        return cls(text + cls(text).newline, lacks_break=True)

    @property
    def newline(self) -> str:
        """How its lines end: as the first one does."""
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"

    def line_start(self, position: int) -> int:
        """Return where the line of a position starts."""
        return max(self.text.rfind("\n", 0, position), self.text.rfind("\r", 0, position)) + 1

    def line_end(self, position: int) -> int:
        """Return where the line of a position ends, before its line break."""
        found = _BREAK.search(self.text, position)
        return found.start() if found else len(self.text)

    def next_line(self, position: int) -> int:
        """Return where the line after a position starts."""
        found = _BREAK.search(self.text, position)
        return found.end() if found else len(self.text)

    def column(self, position: int) -> int:
        """Return how many characters stand before a position in its line."""
        return position - self.line_start(position)

    def is_one_line(self, start: int, end: int) -> bool:
        """Whether no line break stands between two positions."""
        return not _BREAK.search(self.text, start, end)

    def skip_blanks(self, position: int) -> int:
        """Return where the next thing starts that is neither blank nor a comment."""
        found = _BLANKS.match(self.text, position)
        return found.end() if found else position

    def is_unfinished(self, end: int) -> bool:
        """Whether a position is the end of a last line that had no line break."""
        return self.lacks_break and self.next_line(end) == len(self.text)

    def blank_lines(self, position: int) -> str:
        """Return the blank lines from a position on, with their line breaks."""
        found = _BLANK_LINES.match(self.text, position)
        return found[0] if found else ""

    def starts_with(self, position: int, words: str) -> bool:
        """Whether a text stands at a position."""
        return self.text.startswith(words, position)


@dataclass(slots=True)
class Splices:
    """Replacements in a page, collected and then made at once; those at one position stay in their order."""

    page: Page
    splices: list[_Splice] = field(default_factory=list)

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace what stands between two positions."""
        self.splices.append(_Splice(start, end, text))

    def insert(self, position: int, text: str) -> None:
        """Insert a text."""
        self.replace(position, position, text)

    def insert_lines(self, position: int, lines: list[str]) -> None:
        """Insert lines below that of a position."""
        self.insert(self.page.next_line(position), "".join(line + self.page.newline for line in lines))

    def remove_lines(self, start: int, end: int) -> None:
        """Remove the lines of two positions and those between."""
        self.replace(self.page.line_start(start), self.page.next_line(end), "")

    def mark(self) -> int:
        """Return where the collection stands, for `undo`."""
        return len(self.splices)

    def undo(self, mark: int) -> None:
        """Forget what was collected since a mark."""
        del self.splices[mark:]

    def result(self) -> str | None:
        """Return the text with all replacements made, or none if two of them overlap."""
        parts, done = [], 0
        for start, end, text in sorted(self.splices, key=lambda splice: splice[:2]):
            if start < done:
                return None
            parts += [self.page.text[done:start], text]
            done = end
        return "".join([*parts, self.page.text[done:]])
