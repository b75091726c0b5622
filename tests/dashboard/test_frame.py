from gitcp.dashboard.edition import edition, sheet
from gitcp.dashboard.frame import frame
from gitcp.dashboard.kinds import Shown
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_bare_site, a_site


def test_the_navigation_marks_the_page_or_the_section_that_it_is_in() -> None:
    register = Register(a_site())
    page = frame(register, "tasks.html", Shown("Tasks", "tasks.html", None))
    below = frame(register, "tasks/CI-0028.html", Shown("x", "tasks.html", None))

    assert [(s.label, s.current) for s in page.sections if s.current] == [("Tasks", "page")]
    assert [(s.label, s.current) for s in below.sections if s.current] == [("Tasks", "true")]


def test_problems_are_counted_where_there_are_any() -> None:
    assert '.count-problems::after { content: "2"; }' in sheet(edition(Register(a_site())))
    assert "count-problems" not in sheet(edition(Register(a_bare_site())))


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
