"""What stands around every page: the company, the way to the other pages."""

from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

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


class Frame(NamedTuple):
    """The frame of one page; `title` and `address`, where it will be read if that is known, are the page's own.

    `page` is its site path where it is a section's page, else empty, and `section` the site path of the section that it belongs to.
    """

    title: str
    address: str | None
    company: str
    root: str
    page: str
    section: str
    base_url: str | None

    @property
    def around(self) -> tuple[str | None, ...]:
        """What tells frames apart but for what is the page's own."""
        return self[2:]

    @property
    def policy(self) -> str:
        """What a page may load."""
        return POLICY

    @property
    def groups(self) -> tuple[Group, ...]:
        """The navigation."""
        return _groups(self.page, self.section)

    @property
    def here(self) -> str:
        """What the section is called."""
        return _sections().get(self.section, "")

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds of the site."""
        return _feeds()


def frame(register: Register, page: str, shown: Shown) -> Frame:
    """Frame the page at a site path."""
    base_url = register.site.base_url
    return Frame(
        title=shown.title,
        address=None if base_url is None else base_url + ("" if page == links.HOME else page),
        company=company_name(register),
        root=links.root_of(page),
        page=page if page in _sections() else "",
        section=shown.section,
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
