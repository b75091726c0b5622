from gitcp.dashboard import SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.goals import Goals, goals
from gitcp.model.planning import Goal, GoalLevel
from gitcp.model.tasks import TaskStatus
from tests.dashboard.company import NOW, a_bare_site, a_site, a_task, an_ended_run


def shown(site: SiteInput) -> Goals:
    register = Register(site)
    return goals(register, Prose(register.find, ""))


def a_goal(name: str, parent: str | None = None, level: GoalLevel = GoalLevel.TEAM) -> Goal:
    return Goal(id=name, title=name.title(), level=level, parent=parent)


def test_a_goal_counts_what_serves_it_and_what_serves_the_goals_below() -> None:
    site = a_bare_site(
        a_goal("top"),
        a_goal("below", "top"),
        a_task("CI-0001", goal="top"),
        a_task("CI-0002", goal="below", status=TaskStatus.DONE),
        a_task("CI-0003", goal="below", status=TaskStatus.CANCELLED),
        an_ended_run("riley", NOW, 3, "0.25", task="CI-0001"),
        an_ended_run("iris", NOW, 3, "0.50", task="CI-0003"),
    )

    assert [(goal.title, goal.progress, goal.width, goal.cost) for goal in shown(site).goals] == [
        ("Top", "1 of 2 done", "50.0", "$0.75"),
        ("Below", "1 of 1 done", "100.0", "$0.50"),
    ]


def test_a_goal_that_nothing_serves_says_so() -> None:
    (goal,) = shown(a_bare_site(a_goal("top"))).goals

    assert (goal.progress, goal.width) == ("No tasks", "0.0")


def test_the_widest_goals_come_first_and_children_after_their_parent() -> None:
    assert [goal.title for goal in shown(a_site()).goals][:4] == [
        "A thousand readers who write back",
        "A Spanish edition",
        "Answer every letter within a day",
        "Every guide is true this season",
    ]


def test_open_tasks_of_a_goal_are_listed_without_those_of_the_goals_below() -> None:
    found = {goal.title: goal.summary for goal in shown(a_site()).goals}

    assert found["The scan runs every Monday"] == "1 open task"
    assert found["Every guide is true this season"] == "0 open tasks"


def test_what_serves_no_goal_is_counted_too() -> None:
    assert shown(a_bare_site(a_task(goal="gone"))).rest == "1 task serves no goal; their runs cost $0.00."
    assert (
        shown(a_bare_site(a_task(), a_task("CI-0002"))).rest
        == "2 tasks serve no goal; their runs cost $0.00."
    )
    assert shown(a_site()).rest is None


def test_goals_in_a_circle_are_all_shown_once() -> None:
    found = shown(a_bare_site(a_goal("a", "b"), a_goal("b", "a"), a_task(goal="b"))).goals

    assert [(goal.title, goal.progress) for goal in found] == [("A", "0 of 1 done"), ("B", "0 of 1 done")]


def test_a_deep_goal_is_not_indented_further() -> None:
    names = [f"goal-{number}" for number in range(9)]
    site = a_bare_site(*(a_goal(name, parent) for name, parent in zip(names, [None, *names], strict=False)))

    assert [goal.opens for goal in shown(site).goals] == ["steps"] * 5 + ["steps flat"] * 3 + [None]
