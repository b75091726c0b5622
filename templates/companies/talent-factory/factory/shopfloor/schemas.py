"""Which front matter each kind of page has: the one table that programs and checks share."""

from collections.abc import Mapping
from typing import Final

from shopfloor.frontmatter import (
    Schema,
    Value,
    a_date,
    a_number,
    a_slug,
    one_of,
    slugs,
    some_list,
    some_text,
)

RINGS: Final = ("adopt", "trial", "assess", "hold")
CONFIDENCE: Final = ("low", "medium", "high")
EVIDENCE: Final = ("measured", "production", "customer", "reading", "opinion")
PROOF: Final = ("measured", "production")
"""Evidence that carries a ring of adopt: numbers of our own, or use by a customer."""


def evidence_list(value: Value) -> str | None:
    """Accept entries such as `measured: 40 of 48 cases`."""
    kinds = ", ".join(EVIDENCE)
    if some_list(value) or any(entry.partition(": ")[0] not in EVIDENCE for entry in value):
        return f"entries `kind: text` with a kind of {kinds}"
    return None


NOTE: Final = Schema(
    {
        "title": some_text,
        "date": a_date,
        "topic": a_slug,
        "ring": one_of(*RINGS),
        "confidence": one_of(*CONFIDENCE),
        "author": a_slug,
        "evidence": evidence_list,
    },
    {"tags": slugs},
)
SKILL: Final = Schema({"name": a_slug, "description": some_text}, {})
ROLE: Final = Schema({"name": some_text, "title": some_text, "team": some_text, "skills": slugs}, {})
PROCESS: Final = Schema({"title": some_text, "owner": a_slug, "reviewed": a_date, "skills": slugs}, {})
LINE: Final = Schema(
    {
        "title": some_text,
        "status": one_of("released", "ready", "building"),
        "owner": a_slug,
        "keywords": some_list,
    },
    {},
)
REQUEST: Final = Schema(
    {
        "title": some_text,
        "customer": some_text,
        "contact": some_text,
        "received": a_date,
        "value": one_of("small", "medium", "large"),
        "wanted_within_days": a_number,
    },
    {"volume_per_month": a_number},
)
DONE_REQUEST: Final = Schema({**REQUEST.required, "closed": a_date, "outcome": some_text}, REQUEST.optional)
INDEX: Final = "knowledge/INDEX.md"
"""The one page among the notes that is none."""
BY_PATTERN: Final[Mapping[str, Schema]] = {
    "knowledge/*.md": NOTE,
    "lines/*/README.md": LINE,
    "processes/*.md": PROCESS,
    "requests/done/*.md": DONE_REQUEST,
    "requests/inbox/*.md": REQUEST,
    "roles/*/role.md": ROLE,
    "skills/*/SKILL.md": SKILL,
}
