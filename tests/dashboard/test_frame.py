from gitcp.dashboard.frame import frame
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_bare_site, a_site


def test_the_navigation_marks_the_page_or_the_section_that_it_is_in() -> None:
    register = Register(a_site())
    page = frame(register, "tasks.html", "Tasks", "tasks.html")
    below = frame(register, "tasks/CI-0028.html", "x", "tasks.html")

    assert [(s.label, s.current) for s in page.sections if s.current] == [("Tasks", "page")]
    assert [(s.label, s.current) for s in below.sections if s.current] == [("Tasks", "true")]


def test_problems_are_counted_where_there_are_any() -> None:
    assert frame(Register(a_site()), "index.html", "x", "index.html").sections[-1].count == "2"
    assert frame(Register(a_bare_site()), "index.html", "x", "index.html").sections[-1].count == ""


def test_a_company_whose_file_is_broken_still_has_a_frame() -> None:
    found = frame(Register(a_bare_site()), "org/riley.html", "Riley", "org.html")

    assert (found.company, found.root, found.zone) == ("A company without a name", "../", "UTC")


def test_every_page_says_the_level_of_assurance_and_what_it_promises() -> None:
    found = frame(Register(a_bare_site()), "org/riley.html", "Riley", "org.html")

    assert found.assurance == "local"
    assert found.promise.startswith("who acts is who a commit says it is")
