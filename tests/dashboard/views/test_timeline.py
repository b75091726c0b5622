from dataclasses import replace

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.timeline import Event, days, event
from gitcp.model.history import Entry
from tests.dashboard.company import a_person, a_site, ago, an_entry

REGISTER = Register(a_site())
PROSE = Prose(REGISTER.find, "")


def shown(entry: Entry) -> Event:
    return event(REGISTER, entry, PROSE)


def test_a_person_is_known_by_their_address() -> None:
    entry = an_entry(ago(), "Ada Okafor", "hire agent riley")

    assert shown(entry).who.href == "org/ada.html"
    assert (
        shown(replace(entry, author="A. O.", author_email="ADA@fieldnotes.example")).who.href
        == "org/ada.html"
    )


def test_an_agent_is_known_by_name_and_trailer_together() -> None:
    assert shown(an_entry(ago(), "Riley", "x", actor="riley")).who.href == "org/riley.html"
    assert shown(an_entry(ago(), "Riley", "x")).who.href is None
    assert shown(an_entry(ago(), "Mallory", "x", actor="riley")).who.href is None


def test_a_trailer_makes_nobody_the_author() -> None:
    claimed = shown(an_entry(ago(), "Mallory", "x", actor="ada"))

    assert (claimed.who.text, claimed.who.href) == ("Mallory", None)
    assert shown(an_entry(ago(), "Ada", "x", actor="ada")).who.href is None


def test_the_scheduler_is_a_machine() -> None:
    assert shown(an_entry(ago(), "gitcp scheduler", "x", actor="scheduler")).who.kind == "machine"


def test_a_run_that_is_not_known_is_no_link() -> None:
    assert shown(an_entry(ago(), "Riley", "x", run="20200101T000000Z-riley")).run is None


def test_a_run_that_the_text_names_is_not_named_again() -> None:
    run = "20261121T143000Z-riley"

    assert shown(an_entry(ago(), "Riley", f"finish run {run}", run=run)).run is None
    assert shown(an_entry(ago(), "Riley", "comment task CI-0028", run=run)).run is not None


def test_commits_are_grouped_by_the_company_s_days() -> None:
    late, early = (
        an_entry(ago(hours=10), "Riley", "after midnight"),
        an_entry(ago(hours=11), "Riley", "before"),
    )

    assert [(day.day.text, len(day.events)) for day in days(REGISTER, [late, late, early], PROSE)] == [
        ("22 Nov", 2),
        ("21 Nov", 1),
    ]


def test_a_person_without_an_address_is_nobody_s_author() -> None:
    register = Register(a_site([a_person("zed", name="Zed")]))

    assert event(register, replace(an_entry(ago(), "Zed", "x"), author_email=""), PROSE).who.href is None


def test_what_an_approval_allowed_names_it_unless_the_text_does() -> None:
    told, gone = (
        replace(an_entry(ago(), "Ben Lindqvist", "raise budget company"), trailers={"Gitcp-Approval": name})
        for name in ("AP-3", "AP-99")
    )
    named = replace(told, subject="apply approval AP-3")

    assert shown(told).approval == Ref("AP-3", "approvals/AP-3.html")
    assert shown(gone).approval == Ref("AP-99", None)
    assert shown(named).approval is None
