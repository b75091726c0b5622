"""What stands around every page: the company, the way to the other pages."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.edition import company_name
from gitcp.dashboard.kinds import Shown
from gitcp.dashboard.pages import EXTRAS, KINDS
from gitcp.dashboard.register import Register

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
_GROUPS: Final = (
    ("", (("Overview", links.HOME), ("Search", links.SEARCH))),
    ("Members", (("Org chart", links.ORG), ("People", links.PEOPLE))),
    (
        "Work",
        (
            ("Tasks", links.BOARD),
            ("Goals", links.GOALS),
            ("Projects", links.PROJECTS),
            ("Routines", links.ROUTINES),
            ("Schedule", links.SCHEDULE),
            ("Runs", links.RUNS),
        ),
    ),
    ("Money", (("Budgets", links.BUDGETS), ("Costs", links.COSTS))),
    (
        "Governance",
        (
            ("Approvals", links.APPROVALS),
            ("Policies", links.POLICIES),
            ("Audit log", links.LOG),
            ("Problems", links.PROBLEMS),
        ),
    ),
)
_FEEDS: Final = ((links.FEED, "What happens"), (links.APPROVALS_FEED, "Approvals"))
_COUNTS: Final = {links.PROBLEMS: "problems", links.APPROVALS: "approvals", links.RUNS: "running"}


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation; `count` names the number that the edition shows there, if it does."""

    label: str
    href: str
    current: str
    count: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of the navigation that belong together; the first group has no label."""

    label: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed beside the pages, which a reader of feeds finds by the head of any of them."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page; `here` is the section that it belongs to, and `address` where it will be read, if that is known."""

    company: str
    title: str
    root: str
    policy: str
    groups: tuple[Group, ...]
    here: str
    feeds: tuple[Feed, ...]
    address: str | None
    base_url: str | None


def frame(register: Register, page: str, shown: Shown) -> Frame:
    """Frame the page at a site path."""
    base_url = register.site.base_url
    return Frame(
        company=company_name(register),
        title=shown.title,
        root=links.root_of(page),
        policy=POLICY,
        groups=_groups(page if page in _sections() else "", shown.section),
        here=_sections().get(shown.section, ""),
        feeds=_feeds(),
        address=None if base_url is None else base_url + ("" if page == links.HOME else page),
        base_url=base_url,
    )


@cache
def _sections() -> dict[str, str]:
    """Return the label of each section whose page there is."""
    paths = {kind.name for kind in KINDS}
    return {href: label for _, sections in _GROUPS for label, href in sections if href in paths}


@cache
def _feeds() -> tuple[Feed, ...]:
    paths = {extra.name for extra in EXTRAS}
    return tuple(Feed(label, href) for href, label in _FEEDS if href in paths)


@cache
def _groups(page: str, section: str) -> tuple[Group, ...]:
    groups = (
        Group(label, tuple(_section(*it, page, section) for it in sections if it[1] in _sections()))
        for label, sections in _GROUPS
    )
    return tuple(group for group in groups if group.sections)


def _section(label: str, href: str, page: str, section: str) -> Section:
    current = "page" if href == page else "true" if href == section else ""
    return Section(label, href, current, _COUNTS.get(href))
