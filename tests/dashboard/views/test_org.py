from gitcp.dashboard import SiteInput
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.trees import depth_first
from gitcp.dashboard.views.org import WIDEST, Card, Chart, chart, shape
from gitcp.model.members import AgentStatus
from tests.dashboard.company import a_bare_site, a_person, a_site, an_agent
from tests.dashboard.hostile import a_crowded_site


def shown(site: SiteInput) -> Chart:
    return chart(Register(site))


def card(site: SiteInput, name: str) -> Card:
    return next(place.card for tree in shown(site).charts for place in tree.places if place.card.name == name)


def layout(parents: dict[str, str | None]) -> dict[str, str]:
    return shape(depth_first(parents, parents))


def test_everybody_who_works_here_is_in_the_chart_once() -> None:
    found = shown(a_site())
    names = [place.card.name for tree in found.charts for place in tree.places]

    assert found.summary == "3 people, 12 agents"
    assert len(names) == len(set(names)) == 15
    assert names[:3] == ["Ada Okafor", "Ben Lindqvist", "Noor Haddad"]
    assert found.former == (Ref("Otto", "org/otto.html", "agent", "O"),)


def test_a_terminated_agent_who_still_leads_stays_in_the_chart() -> None:
    site = a_bare_site(an_agent("boss", status=AgentStatus.TERMINATED), an_agent("worker", reports_to="boss"))

    assert card(site, "Boss").status is not None
    assert shown(site).former == ()


def test_who_reports_to_nobody_and_leads_nobody_stands_alone() -> None:
    found = shown(a_bare_site(a_person("ada"), an_agent("riley", reports_to="ghost")))

    assert [one.name for one in found.alone] == ["Ada", "Riley"]
    assert found.alone[1].note == "Reports to ghost, who is not in the org chart"


def test_a_circle_is_told() -> None:
    site = a_bare_site(an_agent("left", reports_to="right"), an_agent("right", reports_to="left"))

    assert card(site, "Left").note == "Reports to right, in a circle"
    assert card(site, "Right").note is None


def test_a_card_says_what_its_member_does() -> None:
    site = a_site()

    assert (card(site, "Riley").activity, card(site, "Riley").on) == (
        "Running",
        (Ref("CI-0028", "tasks/CI-0028.html", "task"),),
    )
    assert card(site, "Clara").activity == "3 in the inbox"
    assert card(site, "Wren").activity == "Nothing to do"
    assert [card(site, name).status is None for name in ("Theo", "Riley")] == [False, True]


def test_teams_stand_side_by_side_while_there_is_room() -> None:
    parents: dict[str, str | None] = {
        "a": None,
        "b": "a",
        "c": "a",
        "d": "c",
        "e": "c",
        "f": "c",
        "g": "d",
        "h": "d",
    }
    parents |= {"i": "d", "j": "i", "k": "i"}

    assert layout(parents) == {"a": "branches", "c": "branches", "d": "branches", "i": "twigs"}


def test_the_largest_team_is_laid_out_first() -> None:
    small = {f"s{number}": "small" for number in range(4)}
    large = {f"l{number}": "large" for number in range(5)}

    assert layout({"top": None, "small": "top", "large": "top", **small, **large}) == {
        "top": "branches",
        "large": "branches",
        "small": "twigs",
    }


def test_too_many_teams_for_one_row_are_spread_over_several() -> None:
    teams = {f"t{number}": "boss" for number in range(WIDEST + 1)}

    assert layout({"ada": None, "boss": "ada", **teams, "x": "t1"}) == {
        "ada": "branches",
        "boss": "spread",
        "t1": "twigs",
    }


def test_what_is_deeper_than_fits_a_phone_is_not_indented_further() -> None:
    names = [f"n{number}" for number in range(20)]

    found = layout(dict(zip(names, [None, *names], strict=False)))

    assert set(found.values()) == {"branches", "twigs flat"}


def test_the_width_of_a_branch_is_the_number_of_its_columns() -> None:
    places = {place.card.name: place.width for tree in shown(a_site()).charts for place in tree.places}

    assert (places["Ada Okafor"], places["Oscar"], places["Ben Lindqvist"], places["Riley"]) == (6, 4, 1, 1)


def test_a_crowd_is_drawn_densely() -> None:
    assert [tree.density for tree in shown(a_crowded_site()).charts] == ["dense", "roomy", "roomy"]


def test_every_list_that_opens_is_closed() -> None:
    for tree in shown(a_crowded_site()).charts:
        assert sum(place.opens is not None for place in tree.places) == sum(
            place.closes for place in tree.places
        )
