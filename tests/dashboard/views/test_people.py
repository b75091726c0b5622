from dataclasses import replace
from datetime import timedelta

from gitcp.dashboard import InboxItem, SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import people as module
from gitcp.dashboard.views.people import INBOX_SHOWN, People, people
from tests.dashboard.company import NOW, a_bare_site, a_person, a_run, a_site, ago, an_agent, an_ended_run


def shown(site: SiteInput) -> People:
    register = Register(site)
    return people(register, Prose(register.find, ""))


def test_people_are_listed_with_what_waits_for_each() -> None:
    found = shown(a_site())

    assert found.summary == "5 things waiting"
    assert [(person.inbox.member.text, person.roles, len(person.inbox.items)) for person in found.people] == [
        ("Ada Okafor", "owner", 2),
        ("Ben Lindqvist", "operator, approver", 1),
        ("Noor Haddad", "", 1),
    ]


def test_people_for_whom_nothing_waits_are_told() -> None:
    assert shown(a_bare_site(a_person())).summary == "Nothing waits for anybody"
    assert shown(a_bare_site()).summary is None


def test_a_long_inbox_is_cut_and_counted_whole() -> None:
    site = replace(a_bare_site(a_person()), inbox={"ada": [InboxItem(None, "decide")] * (INBOX_SHOWN + 5)})
    found = shown(site)

    assert found.summary == f"{INBOX_SHOWN + 5} things waiting"
    assert (len(found.people[0].inbox.items), found.people[0].inbox.more) == (INBOX_SHOWN, 5)


def test_agents_are_listed_with_what_they_did_this_month() -> None:
    runs = [
        an_ended_run("riley", ago(hours=2), 4, "0.50"),
        an_ended_run("riley", ago(days=3), 4, "0.25"),
        an_ended_run("riley", ago(days=40), 4, "9.00"),
        an_ended_run("felix", ago(days=50), 4, "1.00"),
        a_run("clara", ago(minutes=5)),
    ]
    found = shown(a_bare_site(a_person(), an_agent("riley"), an_agent("felix"), an_agent("clara"), *runs))
    lines = {line.agent.text: line for line in found.agents}

    assert found.caption == "3 agents in the order of the org chart; runs and costs of November 2026"
    assert {name: (line.state, line.runs, line.cost) for name, line in lines.items()} == {
        "Clara": ("Running", 1, "$0.00"),
        "Felix": ("Nothing to do", 0, "$0.00"),
        "Riley": ("Nothing to do", 2, "$0.75"),
    }
    assert lines["Felix"].last is not None
    assert lines["Felix"].last.text == "3 Oct, 09:30"


def test_an_agent_that_never_ran_is_listed_and_one_that_is_gone_is_not() -> None:
    found = shown(a_site())

    assert {line.agent.text for line in found.agents if line.last is None} >= {"Wren"}
    assert "Otto" not in {line.agent.text for line in found.agents}


def test_the_month_begins_in_the_company_s_zone() -> None:
    month_begins = NOW.replace(month=11, day=1, hour=0, minute=0)
    site = a_site()  # in Madrid, an hour ahead
    before, after = (
        an_ended_run("wren", month_begins - timedelta(minutes=minutes), 1, "1.00") for minutes in (90, 30)
    )

    (line,) = [line for line in shown(a_site([before, after])).agents if line.agent.text == "Wren"]

    assert site.snapshot.company is not None
    assert (line.runs, line.cost) == (1, "$1.00")


def test_a_list_price_is_explained_where_one_is_shown() -> None:
    assert shown(a_site()).caption.endswith("; ≈ is a list price that was not billed")


def test_of_very_many_agents_the_rest_is_counted() -> None:
    site = a_bare_site(*(an_agent(f"a{number}") for number in range(module.AGENTS_SHOWN + 3)))
    found = shown(site)

    assert (len(found.agents), found.more) == (module.AGENTS_SHOWN, 3)
