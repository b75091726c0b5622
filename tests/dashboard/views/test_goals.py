import pytest

from gitcp.dashboard.register import Register
from gitcp.dashboard.views import goals as module
from gitcp.dashboard.views.goals import goals
from gitcp.model.planning import Goal, GoalLevel
from gitcp.model.tasks import TaskStatus
from tests.dashboard.company import NOW, a_bare_site, a_site, a_task, an_ended_run


def a_goal(name: str, parent: str | None = None, level: GoalLevel = GoalLevel.TEAM) -> Goal:
    return Goal(id=name, title=name.title(), level=level, parent=parent)


def a_chain(length: int) -> list[Goal]:
    names = [f"goal-{number}" for number in range(length)]
    return [a_goal(name, parent) for name, parent in zip(names, [None, *names], strict=False)]


def test_a_goal_says_how_far_it_is_and_what_it_cost() -> None:
    site = a_bare_site(
        a_goal("top"),
        a_goal("below", "top"),
        a_task("CI-0001", goal="top"),
        a_task("CI-0002", goal="below", status=TaskStatus.DONE),
        a_task("CI-0003", goal="below", status=TaskStatus.CANCELLED),
        an_ended_run("riley", NOW, 3, "0.25", task="CI-0001"),
        an_ended_run("iris", NOW, 3, "0.50", task="CI-0003"),
    )

    found = [(goal.title, goal.progress) for goal in goals(Register(site)).goals]

    assert [(title, of.text, of.width, of.cost, of.open) for title, of in found] == [
        ("Top", "1 of 2 done", "50.0", "$0.75", "1 open task"),
        ("Below", "1 of 1 done", "100.0", "$0.50", "0 open tasks"),
    ]


def test_a_goal_that_nothing_serves_says_so() -> None:
    (goal,) = goals(Register(a_bare_site(a_goal("top")))).goals

    assert (goal.progress.text, goal.progress.width) == ("No tasks", "0.0")


def test_the_widest_goals_come_first_and_children_after_their_parent() -> None:
    assert [(goal.title, goal.below) for goal in goals(Register(a_site())).goals][:4] == [
        ("A thousand readers who write back", "2 goals below"),
        ("A Spanish edition", ""),
        ("Answer every letter within a day", ""),
        ("Every guide is true this season", "2 goals below"),
    ]


def test_what_serves_no_goal_is_counted_too() -> None:
    assert goals(Register(a_bare_site(a_task(goal="gone")))).rest == (
        "1 task serves no goal; their runs cost $0.00."
    )
    assert goals(Register(a_bare_site(a_task(), a_task("CI-0002")))).rest == (
        "2 tasks serve no goal; their runs cost $0.00."
    )
    assert goals(Register(a_site())).rest is None


def test_goals_in_a_circle_are_all_shown_once() -> None:
    found = goals(Register(a_bare_site(a_goal("a", "b"), a_goal("b", "a"), a_task(goal="b")))).goals

    assert [(goal.title, goal.progress.text) for goal in found] == [
        ("A", "0 of 1 done"),
        ("B", "0 of 1 done"),
    ]


def test_a_deep_goal_is_not_indented_further() -> None:
    found = goals(Register(a_bare_site(*a_chain(9)))).goals

    assert [goal.opens for goal in found] == ["steps"] * 5 + ["steps flat"] * 3 + [None]
    assert [goal.closes for goal in found] == [0] * 8 + [8]


def test_where_there_are_too_many_goals_the_deepest_are_left_to_their_own_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 4)
    leaves = [a_goal(f"leaf-{number}", "goal-2") for number in range(3)]

    view = goals(Register(a_bare_site(*a_chain(3), *leaves)))

    assert [(goal.title, goal.opens, goal.closes) for goal in view.goals] == [
        ("Goal-0", "steps", 0),
        ("Goal-1", "steps", 0),
        ("Goal-2", None, 2),
    ]
    assert view.goals[-1].below == "3 goals below"
    assert view.cut == "3 goals further down: see the pages of those above."
