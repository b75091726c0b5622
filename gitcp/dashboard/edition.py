"""Which commit and time the site shows, and the counts of the navigation: told by a style sheet, so that no page changes for them.

Every page says them by `content`, without a script and from a disk; the page of the edition says them in words.
"""

import re
from dataclasses import dataclass
from typing import Final

from gitcp.core.identity import PROMISES, assurance_of
from gitcp.dashboard import links, slices
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.register import Register

UNTITLED: Final = "A company without a name"
SHEET: Final = links.ASSETS + "edition.css"
_SHORT: Final = 7
_PLAIN: Final = re.compile(r"[^\w .,:+/()-]")


@dataclass(frozen=True, slots=True)
class Edition:
    """One revision at one time; the revision is empty for records that are in no commit."""

    revision: str
    revision_full: str
    now: Stamp
    zone: str
    assurance: str
    promise: str
    counts: tuple[tuple[str, int], ...]


def company_name(register: Register) -> str:
    """Return how the site is called; another name is another site, so pages do not note that they ask."""
    company = register.site.snapshot.company
    return register.site.title or (company.name if company else UNTITLED)


@fact("edition")
def _edition(register: Register, _: str) -> Edition:
    snapshot, clock = register.site.snapshot, register.clock
    assurance = assurance_of(snapshot)
    return Edition(
        revision=snapshot.revision[:_SHORT],
        revision_full=snapshot.revision,
        now=clock.full(register.site.now),
        zone=clock.zone_name,
        assurance=assurance.value,
        promise=PROMISES[assurance],
        counts=(
            ("problems", len(snapshot.problems())),
            ("approvals", len(register.pending)),
            ("running", len(register.active)),
            ("open", slices.open_count(register, "")),
            ("closed", sum(month.total for month in slices.closed_months(register, ""))),
        ),
    )


def edition(register: Register) -> Edition:
    """Say what the site shows."""
    return _edition(register, "")


def sheet(shown: Edition) -> str:
    """Write the style sheet that tells the edition on every page."""
    of = f"as of commit {shown.revision}" if shown.revision else "not committed"
    counts = "".join(
        f".count-{name} {{ display: inline-block; }}\n.count-{name}::after {{ content: {_quoted(f'{count:,}')}; }}\n"
        for name, count in shown.counts
        if count
    )
    return (
        f":root {{ --edition-time: {_quoted(shown.now.machine)}; }}\n"
        f".edition-of::before {{ content: {_quoted(of)}; }}\n"
        f".edition-at::before {{ content: {_quoted(shown.now.text)}; }}\n"
        f"{counts}"
    )


def _quoted(text: str) -> str:
    return '"' + _PLAIN.sub("", text) + '"'
