from gitcp.dashboard import SiteInput
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.agent_runs import PART, SHOWN, agent_runs, names, parts_of, path
from tests.dashboard.company import a_bare_site, ago, an_agent, an_ended_run


def a_site_of(runs: int, agent: str = "riley") -> SiteInput:
    ended = (an_ended_run(agent, ago(hours=number), 1, "0.10") for number in range(runs))
    return a_bare_site(an_agent(), *ended)


def test_an_agent_whose_page_shows_all_has_no_parts() -> None:
    assert list(names(Register(a_site_of(SHOWN)))) == []
    assert list(names(Register(a_site_of(SHOWN + 1)))) == ["riley/1"]
    assert (parts_of(PART), parts_of(PART + 1)) == (1, 2)


def test_every_run_is_in_one_part_the_oldest_in_the_first() -> None:
    register = Register(a_site_of(PART + 30))
    parts = [agent_runs(register, name) for name in names(register)]

    assert [len(part.runs) for part in parts if part] == [PART, 30]
    shown = [run.id for part in reversed(parts) if part for run in part.runs]
    assert shown == list(register.runs)


def test_a_full_part_stays_as_it_is_when_the_agent_runs_again() -> None:
    before, after = Register(a_site_of(PART + 5)), Register(a_site_of(PART + 5))
    again = Register(
        a_bare_site(
            an_agent(),
            *(an_ended_run("riley", ago(hours=number), 1, "0.10") for number in range(-1, PART + 5)),
        )
    )

    with before.noting() as asked:
        shown = agent_runs(before, "riley/1")
    assert shown == agent_runs(after, "riley/1") == agent_runs(again, "riley/1")
    assert not asked & {"any run", "runs-by riley"}
    assert agent_runs(before, "riley/2") != agent_runs(again, "riley/2")


def test_parts_lead_to_each_other() -> None:
    register = Register(a_site_of(2 * PART + 1))
    found = [agent_runs(register, f"riley/{part}") for part in (1, 2, 3)]

    assert [(part.newer, part.older) for part in found if part] == [
        ("org/riley/runs-2.html", None),
        ("org/riley/runs-3.html", "org/riley/runs-1.html"),
        (None, "org/riley/runs-2.html"),
    ]
    assert path("riley/2") == "org/riley/runs-2.html"


def test_who_is_not_in_the_org_chart_has_no_page_of_runs() -> None:
    assert agent_runs(Register(a_site_of(SHOWN + 1, agent="ghost")), "ghost/1") is None
    assert agent_runs(Register(a_site_of(SHOWN + 1)), "riley/2") is None
