"""A proposal as a comment for a forge.

Rule: what others wrote is inert: it mentions nobody, links nowhere, draws nothing, and never leaves its line. The whole is never longer than a forge takes.
"""

import re
from collections.abc import Sequence
from typing import Final

from gitcp.cli.proposal.sections import Section, kinds, sections, verdict
from gitcp.cli.text import counted
from gitcp.control.proposals import Proposal
from gitcp.core.quoting import at_most, code, one_line

LONGEST: Final = 65_536  # bytes; a forge counts characters, which are never more
_MOST: Final = (200, 50, 10, 3, 0)
_LINE: Final = 400
_COLUMNS: Final = ("created", "changed", "removed", "renamed", "archived", "restored", "broken", "mended")

# A word that no forge reads anything into. All else, and what a forge would make a link of, goes into a code span.
_WORD: Final = re.compile(r"\(*[A-Za-z0-9+→…-][A-Za-z0-9'.,+…-]*\)*[,;:.]?\)*")
_LINKED: Final = re.compile(r"www\.|GH-[0-9]|[0-9a-f]{7,}", re.IGNORECASE)
_INNER: Final = re.compile(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
_EDGES: Final = re.compile(r"(\(*)(.*?)([,;:.)]*)")


def markdown(proposal: Proposal, longest: int = LONGEST) -> str:
    """Return the comment, of at most so many bytes; of what is too much for it, counts."""
    told = sections(proposal)
    pages = (_page(proposal, told, most) for most in _MOST)
    return next(page for page in pages if len(page.encode(errors="replace")) <= longest)


def inert(text: str) -> str:
    """Return a text as one line of Markdown in which nothing of it is more than text."""
    words = one_line(text, _LINE).split(" ")
    spans: list[tuple[bool, list[str]]] = []
    for place, word in enumerate(words):
        is_plain = _is_plain(word) and (place > 0 or word[0].isalpha())
        if spans and spans[-1][0] is is_plain:
            spans[-1][1].append(word)
        else:
            spans.append((is_plain, [word]))
    return " ".join(" ".join(span) if is_plain else _coded(" ".join(span)) for is_plain, span in spans)


def _is_plain(word: str) -> bool:
    return _WORD.fullmatch(_INNER.sub("", word)) is not None and _LINKED.search(word) is None


def _coded(span: str) -> str:
    # Punctuation around what needs a code span reads better outside of it.
    edges = _EDGES.fullmatch(span)
    assert edges is not None
    return f"{edges[1]}{code(edges[2], _LINE)}{edges[3]}" if edges[2] else code(span, _LINE)


def _page(proposal: Proposal, told: Sequence[Section], most: int) -> str:
    parts = [_head(proposal), *(_section(section, most) for section in told)]
    return "\n\n".join(parts) + "\n"


def _head(proposal: Proposal) -> str:
    by = f" By {inert(', '.join(proposal.authors[:3]))}." if proposal.authors else ""
    lines = [
        f"## gitcp: {counted(len(proposal.found), 'record differs', 'records differ')}",
        "",
        f"**{verdict(proposal)}**",
        "",
        f"{code(proposal.head.name)} against {code(proposal.base.name)},"
        f" judged as of {code(proposal.ancestor.commit.oid[:12])}.{by}",
    ]
    table = _table(proposal)
    return "\n".join([*lines, *(["", *table] if table else [])])


def _table(proposal: Proposal) -> list[str]:
    rows = kinds(proposal)
    columns = [name for name in _COLUMNS if any(name in counts for _, counts in rows)]
    if not rows:
        return []
    body = [
        f"| {' | '.join([plural, *(str(counts.get(name, '')) for name in columns)])} |"
        for plural, counts in rows
    ]
    return [f"| Records | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}", *body]


def _section(section: Section, most: int) -> str:
    lines = at_most((f"- {inert(line)}" for line in section.lines), most) if most else []
    title = f"{section.title} ({len(section.lines)})"
    if not lines:
        return f"### {title}"
    body = "\n".join(lines)
    if section.is_detail:
        return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"
    return f"### {title}\n\n{body}"
