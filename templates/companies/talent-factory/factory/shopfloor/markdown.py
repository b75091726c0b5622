"""Read links and headings out of Markdown, write tables into it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from shopfloor.files import read
from shopfloor.problems import Problem

_FENCE = re.compile(r"\s*(```|~~~)")
_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_CODE = re.compile(r"`[^`]*`")
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines outside of code blocks."""
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def headings(text: str) -> list[str]:
    """Return the text of each heading."""
    return [match[1] for _, line in prose(text) if (match := _HEADING.fullmatch(line))]


def broken_links(root: Path, path: str) -> list[Problem]:
    """Return the links of a page that lead nowhere in the repository."""
    found = []
    for number, line in prose(read(root, path)):
        for match in _LINK.finditer(_CODE.sub("", line)):
            reason = _broken(root, path, match[1])
            if reason:
                found.append(
                    Problem(path, number, f"link to {match[1]}: {reason}", "an existing target", "correct it")
                )
    return found


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table; a bar inside a cell is escaped."""
    lines = [_row(head), _row(["---"] * len(head))]
    return lines + [_row([cell.replace("|", "\\|") for cell in row]) for row in rows]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _broken(root: Path, path: str, target: str) -> str:
    if _ELSEWHERE.match(target):
        return ""
    name, _, anchor = target.partition("#")
    place = (root / path).parent / name if name else root / path
    if not place.resolve().is_relative_to(root.resolve()):
        return "it leaves the repository"
    if not place.exists():
        return "there is no such file"
    if anchor and place.suffix == ".md":
        text = read(root, place.resolve().relative_to(root.resolve()).as_posix())
        return "" if anchor in {_anchor(each) for each in headings(text)} else "there is no such heading"
    return ""


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
