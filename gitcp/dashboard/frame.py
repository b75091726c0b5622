"""What stands around every page: the company, the way to the other pages."""

from dataclasses import dataclass
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.kinds import Shown
from gitcp.dashboard.register import Register

POLICY: Final = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
UNTITLED: Final = "A company without a name"
_SECTIONS: Final = (
    ("Overview", links.HOME),
    ("Org chart", links.ORG),
    ("Tasks", links.BOARD),
    ("Goals", links.GOALS),
    ("Runs", links.RUNS),
    ("Budgets", links.BUDGETS),
    ("People", links.PEOPLE),
    ("Problems", links.PROBLEMS),
)
_COUNTS: Final = {links.PROBLEMS: "problems"}


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation; `count` names the number that the edition shows there, if it does."""

    label: str
    href: str
    current: str
    count: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page."""

    company: str
    title: str
    root: str
    policy: str
    sections: tuple[Section, ...]


def frame(register: Register, page: str, shown: Shown) -> Frame:
    """Frame the page at a site path."""
    company = register.site.snapshot.company
    return Frame(
        company=register.site.title or (company.name if company else UNTITLED),
        title=shown.title,
        root=links.root_of(page),
        policy=POLICY,
        sections=tuple(_section(label, href, page, shown.section) for label, href in _SECTIONS),
    )


def _section(label: str, href: str, page: str, section: str) -> Section:
    current = "page" if href == page else "true" if href == section else ""
    return Section(label, href, current, _COUNTS.get(href))
