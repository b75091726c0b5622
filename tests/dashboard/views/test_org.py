from dataclasses import replace

from gitcp.dashboard import InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.layout import WIDE
from gitcp.dashboard.lettering import width
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import org
from gitcp.dashboard.views.org import NAME_SIZE, TEXT_AT, Card, Chart, chart
from gitcp.model.members import AgentStatus
from tests.dashboard.company import a_bare_site, a_person, a_run, a_site, ago, an_agent
from tests.dashboard.hostile import LONG_NAME, a_crowded_site


def shown(site: SiteInput) -> Chart:
    return chart(Register(site))


def card(site: SiteInput, name: str) -> Card:
    return next(item.card for item in shown(site).items if item.card.name == name)


def test_everybody_who_works_here_is_drawn_once_and_listed_once() -> None:
    found = shown(a_site())
    names = [item.card.name for item in found.items]

    assert found.summary == "3 people, 12 agents"
    assert len(names) == len(set(names)) == 15
    assert [node.card.name for node in found.nodes] == names
    assert found.former == (Ref("Otto", "org/otto.html", "agent", "O"),)
    assert found.note is None


def test_people_stand_before_agents_and_those_who_lead_before_those_who_do_not() -> None:
    assert [item.card.name for item in shown(a_site()).items] == [
        *("Ada Okafor", "Ben Lindqvist", "Noor Haddad", "Oscar"),
        *("Clara", "Felix", "Iris", "Riley", "Hugo", "Lena", "Mira", "Theo", "Sol", "Juno", "Wren"),
    ]


def test_a_node_knows_below_whom_it_stands() -> None:
    above = {node.card.id: node.above for node in shown(a_site()).nodes}

    assert (above["ada"], above["oscar"], above["riley"]) == ("", "ada", "clara")


def test_a_terminated_agent_who_still_leads_stays_in_the_chart() -> None:
    site = a_bare_site(an_agent("boss", status=AgentStatus.TERMINATED), an_agent("worker", reports_to="boss"))

    assert card(site, "Boss").state == "Terminated"
    assert shown(site).former == ()


def test_who_reports_to_somebody_unknown_is_a_root_and_says_so() -> None:
    site = a_bare_site(a_person("ada"), an_agent("riley", reports_to="ghost"))

    assert card(site, "Riley").state == "Reports to ghost, who is not in the org chart"
    assert [node.above for node in shown(site).nodes] == ["", ""]


def test_a_circle_is_told_where_it_is_opened() -> None:
    site = a_bare_site(an_agent("left", reports_to="right"), an_agent("right", reports_to="left"))

    assert card(site, "Left").state == "Reports to right, in a circle"
    assert card(site, "Right").state == "Nothing to do"


def test_whoever_stands_alone_comes_after_the_trees() -> None:
    site = a_bare_site(a_person("ada"), an_agent("boss"), an_agent("worker", reports_to="boss"))

    assert [item.card.id for item in shown(site).items] == ["boss", "worker", "ada"]


def test_a_card_says_what_its_member_does() -> None:
    site = a_site()
    states = {item.card.name: (item.card.state, item.card.tone) for item in shown(site).items}

    assert states["Riley"] == ("Running CI-0028", "busy")
    assert states["Clara"] == ("3 in the inbox", "plain")
    assert states["Ada Okafor"] == ("3 in the inbox", "plain")
    assert states["Iris"] == ("1 held back", "warn")
    assert states["Wren"] == ("Nothing to do", "faint")
    assert states["Theo"] == ("Paused", "warn")


def test_a_paused_agent_that_still_runs_is_said_to_run() -> None:
    site = a_bare_site(an_agent(status=AgentStatus.PAUSED), a_run("riley", ago(minutes=1)))

    assert card(site, "Riley").state == "Running"


def test_an_inbox_counts_more_than_what_is_held_back() -> None:
    site = replace(
        a_bare_site(an_agent()),
        inbox={"riley": (InboxItem(None, "ready"),)},
        waiting=(WaitingItem("riley", None, "the budget"),),
    )

    assert card(site, "Riley").state == "1 in the inbox"


def test_text_that_does_not_fit_is_cut_in_the_drawing_and_whole_in_its_label() -> None:
    (node,) = shown(a_bare_site(an_agent(name=LONG_NAME))).nodes

    assert node.name.endswith("…")
    assert width(node.name) * NAME_SIZE <= WIDE - TEXT_AT
    assert node.label == f"{LONG_NAME}, agent, Agent. Nothing to do"
    assert node.card.name == LONG_NAME


def test_every_list_that_opens_is_closed() -> None:
    items = shown(a_crowded_site()).items

    assert sum(item.opens for item in items) == sum(item.closes for item in items) > 10


def test_of_a_very_large_company_the_upper_levels_are_drawn() -> None:
    site = a_crowded_site(agents=org.DRAWN + 200)
    found = shown(site)

    assert 400 < len(found.nodes) <= org.DRAWN
    assert found.note is not None
    assert found.note.startswith(f"{org.DRAWN + 200 + 33 - len(found.nodes):,} members further down are not")


def test_a_company_of_nobody_has_an_empty_chart() -> None:
    found = shown(a_bare_site())

    assert (found.nodes, found.items, found.former, found.summary) == ((), (), (), "0 people, 0 agents")
