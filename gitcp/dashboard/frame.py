"""What stands around every page: the company, the way to the other pages, the commit and the time that are shown."""

from dataclasses import dataclass
from typing import Final

from gitcp.core.identity import PROMISES, assurance_of
from gitcp.dashboard import links
from gitcp.dashboard.figures import Stamp
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


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation; `count` is shown where it calls for attention."""

    label: str
    href: str
    current: str
    count: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page; the revision is empty for records that are in no commit."""

    company: str
    title: str
    root: str
    policy: str
    sections: tuple[Section, ...]
    revision: str
    revision_full: str
    now: Stamp
    zone: str
    assurance: str
    promise: str


def frame(register: Register, page: str, title: str, section: str) -> Frame:
    """Frame a page; `section` is the site path of the section that it belongs to."""
    snapshot, clock = register.site.snapshot, register.clock
    return Frame(
        company=register.site.title or (snapshot.company.name if snapshot.company else UNTITLED),
        title=title,
        root=links.root_of(page),
        policy=POLICY,
        sections=tuple(_section(register, label, href, page, section) for label, href in _SECTIONS),
        revision=snapshot.revision[:7],
        revision_full=snapshot.revision,
        now=clock.full(clock.now),
        zone=clock.zone_name,
        assurance=assurance_of(snapshot).value,
        promise=PROMISES[assurance_of(snapshot)],
    )


def _section(register: Register, label: str, href: str, page: str, section: str) -> Section:
    current = "page" if href == page else "true" if href == section else ""
    problems = len(register.site.snapshot.problems()) if href == links.PROBLEMS else 0
    return Section(label, href, current, f"{problems:,}" if problems else "")
