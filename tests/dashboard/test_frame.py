from pathlib import PurePosixPath

import pytest

from gitcp.dashboard.edition import edition, sheet
from gitcp.dashboard.frame import Frame, frame
from gitcp.dashboard.kinds import Shown
from gitcp.dashboard.pages import KINDS
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_bare_site, a_site
from tests.dashboard.markup import Pages


def _marked(found: Frame) -> list[tuple[str, str]]:
    return [
        (entry.label, entry.current) for group in found.groups for entry in group.sections if entry.current
    ]


def test_the_navigation_marks_the_page_or_the_section_that_it_is_in() -> None:
    register = Register(a_site())
    page = frame(register, "tasks.html", Shown("Tasks", "tasks.html", None))
    below = frame(register, "tasks/CI-0028.html", Shown("x", "tasks.html", None))

    assert (_marked(page), page.here) == ([("Tasks", "page")], "Tasks")
    assert (_marked(below), below.here) == ([("Tasks", "true")], "Tasks")


@pytest.mark.parametrize("path", ["edition.html", "offline.html"])
def test_a_page_about_the_site_is_in_no_section(company_pages: Pages, path: str) -> None:
    page = company_pages[PurePosixPath(path)]

    assert [*page.all("a", aria_current="page"), *page.all("a", aria_current="true")] == []


def test_the_navigation_leads_to_every_page_of_its_own_section_and_to_no_page_that_is_not_there() -> None:
    found = frame(Register(a_site()), "index.html", Shown("Overview", "index.html", None))
    shown = [entry.href for group in found.groups for entry in group.sections]

    assert len(shown) == len(set(shown))
    assert set(shown) <= {kind.name for kind in KINDS}
    assert {"index.html", "org.html", "tasks.html", "runs.html", "budgets.html", "problems.html"} <= set(
        shown
    )


def test_an_address_is_known_only_where_the_site_has_one() -> None:
    unplaced = frame(Register(a_site()), "org.html", Shown("Org chart", "org.html", None))
    register = Register(a_site(base_url="https://press.example/board/"))

    assert (unplaced.address, unplaced.base_url) == (None, None)
    assert [
        frame(register, page, Shown("x", page, None)).address
        for page in ("index.html", "org.html", "tasks/CI-0028.html")
    ] == [
        "https://press.example/board/",
        "https://press.example/board/org.html",
        "https://press.example/board/tasks/CI-0028.html",
    ]


def test_problems_approvals_and_runs_are_counted_where_there_are_any() -> None:
    assert '.count-problems::after { content: "2"; }' in sheet(edition(Register(a_site())))
    assert '.count-running::after { content: "2"; }' in sheet(edition(Register(a_site())))
    assert "count-" not in sheet(edition(Register(a_bare_site())))


def test_a_company_whose_file_is_broken_still_has_a_frame() -> None:
    found = frame(Register(a_bare_site()), "org/riley.html", Shown("Riley", "org.html", None))

    assert (found.company, found.root) == ("A company without a name", "../")


def test_the_edition_says_the_level_of_assurance_and_what_it_promises() -> None:
    found = edition(Register(a_bare_site()))

    assert found.assurance == "local"
    assert found.promise.startswith("who acts is who a commit says it is")


def test_every_page_says_the_commit_and_the_time_by_the_sheet_of_the_edition() -> None:
    shown = sheet(edition(Register(a_site())))

    assert 'content: "as of commit 4f1c2a9"' in shown
    assert '--edition-time: "2026-11-22T09:30:00Z"' in shown
