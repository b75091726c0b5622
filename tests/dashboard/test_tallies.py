from gitcp.dashboard import SiteInput
from gitcp.dashboard.costs import Cost
from gitcp.dashboard.register import Register
from gitcp.dashboard.tallies import (
    SHOWN,
    below,
    months_of,
    of_goal,
    of_project,
    open_of_goal,
    open_of_project,
    over,
    projects_of,
    statuses_of,
    weeks_of,
)
from gitcp.model.planning import Goal, GoalLevel, Project
from gitcp.model.tasks import Priority, TaskStatus
from tests.dashboard.company import NOW, a_bare_site, a_task, ago, an_ended_run

DONE, CANCELLED = TaskStatus.DONE, TaskStatus.CANCELLED


def a_goal(name: str, parent: str | None = None) -> Goal:
    return Goal(id=name, title=name.title(), level=GoalLevel.TEAM, parent=parent)


def a_company() -> SiteInput:
    return a_bare_site(
        a_goal("top"),
        a_goal("below", "top"),
        a_goal("alone"),
        Project(id="CI", name="CI", repository="r", goal="top"),
        a_task("CI-0001"),
        a_task("CI-0002", goal="below", status=DONE, closed=ago(days=9)),
        a_task("CI-0003", goal="below", status=CANCELLED, closed=ago(days=1)),
        a_task("CI-0004", goal="gone"),
        a_task("XX-0001", status=DONE, closed=ago(days=40)),
        an_ended_run("riley", NOW, 3, "0.25", task="CI-0001"),
        an_ended_run("iris", ago(days=8), 3, "0.50", task="CI-0003"),
        an_ended_run("iris", ago(days=7), 3, "0.10"),
    )


def test_a_goal_counts_what_serves_it_its_projects_and_the_goals_below() -> None:
    register = Register(a_company())
    top, under = of_goal(register, "top"), of_goal(register, "below")

    assert (top.open, top.done, top.cancelled, top.wanted, top.runs) == (1, 1, 1, 2, 2)
    assert top.cost.text == "$0.75"
    assert (under.open, under.done, under.cancelled, under.cost.text) == (0, 1, 1, "$0.50")
    assert of_goal(register, "alone").wanted == 0
    assert of_goal(register, "nowhere").cost == Cost()


def test_what_serves_no_goal_that_there_is_counts_for_none() -> None:
    rest = of_goal(Register(a_company()), "")

    assert (rest.open, rest.done) == (1, 1)


def test_goals_know_what_is_above_and_below_them() -> None:
    register = Register(a_company())

    assert below(register, "top") == ("below",)
    assert over(register, "below") == ["top"]
    assert projects_of(register, "top") == ["CI"]
    assert below(register, "nowhere") == ()


def test_goals_in_a_circle_are_counted_once() -> None:
    register = Register(a_bare_site(a_goal("a", "b"), a_goal("b", "a"), a_task(goal="b")))

    assert [of_goal(register, name).open for name in ("a", "b")] == [1, 1]


def test_what_was_done_is_counted_by_month_for_all_goals_above() -> None:
    register = Register(a_company())

    assert months_of(register, "below") == months_of(register, "top") == [("2026-11", 1)]
    assert months_of(register, "alone") == []


def test_open_tasks_are_the_most_urgent_first_and_cut() -> None:
    tasks = [a_task(f"CI-{number:04d}", goal="top") for number in range(SHOWN + 5)]
    urgent = a_task("CI-9000", goal="top", priority=Priority.CRITICAL)
    register = Register(a_bare_site(a_goal("top"), *tasks, urgent))

    number, names = open_of_goal(register, "top")

    assert (number, len(names), names[0]) == (SHOWN + 6, SHOWN, "CI-9000")
    assert open_of_project(register, "CI") == (number, names)
    assert open_of_project(register, "XX") == (0, [])


def test_a_project_is_counted_by_how_far_its_tasks_are() -> None:
    register = Register(a_company())

    assert (of_project(register, "CI").open, of_project(register, "CI").done) == (2, 1)
    assert statuses_of(register, "CI") == {TaskStatus.TODO: 2}
    assert statuses_of(register, "XX") == {}


def test_a_week_counts_what_was_made_done_and_spent_in_it() -> None:
    weeks = weeks_of(Register(a_company()), "CI")

    assert [(week.name, week.created, week.done, week.runs, week.cost.text) for week in weeks] == [
        ("2026-11-09", 4, 1, 1, "$0.50"),
        ("2026-11-16", 0, 0, 1, "$0.25"),
    ]


def test_a_page_of_a_goal_is_touched_by_what_serves_it_alone() -> None:
    before, site = Register(a_company()), a_company()
    more = a_bare_site(*site.snapshot.all(Goal), *site.snapshot.all(Project), a_task("CI-0001", goal="alone"))
    after = Register(more)

    assert repr(of_goal(before, "alone")) != repr(of_goal(after, "alone"))
    assert repr(below(before, "top")) == repr(below(after, "top"))
