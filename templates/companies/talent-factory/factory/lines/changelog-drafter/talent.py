"""Changelog drafter: turn the subjects of commits into release notes and say how far the version has to go up.

Rule: only what a user of the product notices is listed; the rest is counted.
"""

import re
from typing import Any, Final

VERSION: Final = "0.4.0"

_SUBJECT: Final = re.compile(r"(?P<kind>[a-z]+)(?:\((?P<scope>[^)]+)\))?(?P<breaking>!)?: (?P<what>.+)")
_HEADS: Final = {"feat": "Added", "fix": "Fixed", "perf": "Faster", "deprecate": "Deprecated"}
_STEPS: Final = ("patch", "minor", "major")


def run(text: str) -> dict[str, Any]:
    """Return the notes as Markdown, the step of the version, and how many commits are not listed."""
    sections: dict[str, list[str]] = {}
    step, unlisted = 0, 0
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        match = _SUBJECT.fullmatch(line)
        head = _head(match)
        if match is None or head is None:
            unlisted += 1
            continue
        sections.setdefault(head, []).append(_entry(match))
        step = max(step, 2 if match["breaking"] else 1 if match["kind"] == "feat" else 0)
    return {"step": _STEPS[step], "notes": _notes(sections), "unlisted": unlisted}


def _head(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    return "Changed, take care" if match["breaking"] else _HEADS.get(match["kind"])


def _entry(match: re.Match[str]) -> str:
    what = match["what"].rstrip(".")
    sentence = what[0].upper() + what[1:]
    return f"- {match['scope']}: {sentence}." if match["scope"] else f"- {sentence}."


def _notes(sections: dict[str, list[str]]) -> str:
    order = ["Changed, take care", *_HEADS.values()]
    parts = [f"### {head}\n\n" + "\n".join(sorted(set(sections[head]))) for head in order if head in sections]
    return "\n\n".join(parts)
