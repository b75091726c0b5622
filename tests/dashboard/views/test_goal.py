from gitcp.dashboard import SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.tallies import SHOWN
from gitcp.dashboard.views.goal import CHILDREN, GoalView, goal_view
from gitcp.model.planning import Goal, GoalLevel
from gitcp.model.tasks import Paused, TaskStatus
from tests.dashboard.company import NOW, a_bare_site, a_site, a_task, ago


def shown(goal: str, site: SiteInput | None = None) -> GoalView:
    register = Register(site or a_site())
    found = register.goal(goal)
    assert found is not None
    return goal_view(register, found, Prose(register.find, "../"))


def facts(view: GoalView) -> dict[str, str]:
    return {fact.label: fact.text or (fact.ref.text if fact.ref else "") for fact in view.facts}


def test_a_goal_leads_up_to_what_it_serves_and_down_to_what_serves_it() -> None:
    view = shown("fresh")

    assert [(ref.text, ref.href) for ref in view.path] == [
        ("Every guide is true this season", "goals/season.html")
    ]
    assert [child.href for child in view.children] == ["goals/scan.html"]
    assert [project.href for project in view.projects] == ["projects/CI.html"]
    assert view.owner is not None
    assert view.owner.text == "Clara"
    assert "<strong>stale</strong>" in str(view.description)


def test_a_goal_says_how_far_it_is_what_it_cost_and_what_it_may_cost() -> None:
    assert facts(shown("season")) == {
        "Due": "2026-12-31",
        "Open": "10",
        "Done": "10",
        "Cancelled": "1",
        "Runs": "12",
        "Cost": "$4.40",
        "File": "goals/season.yaml",
    }
    assert facts(shown("answers"))["Budget: money"] == "$16.20 of $15.00"


def test_open_tasks_are_cut_and_lead_to_all_of_them() -> None:
    goal = Goal(id="top", title="Top", level=GoalLevel.COMPANY)
    tasks = [a_task(f"CI-{number:04d}", goal="top") for number in range(SHOWN + 1)]

    view = shown("top", a_bare_site(goal, *tasks))

    assert len(view.tasks.tasks) == SHOWN
    assert view.tasks.more is not None
    assert (view.tasks.more.text, view.tasks.more.href) == (
        f"All {SHOWN + 1} open tasks",
        "tasks/all.html#goal=top",
    )


def test_what_was_done_is_drawn_month_by_month_without_gaps() -> None:
    goal = Goal(id="top", title="Top", level=GoalLevel.COMPANY)
    done = [
        a_task(f"CI-{number:04d}", goal="top", status=TaskStatus.DONE, closed=ago(days=days))
        for number, days in enumerate((1, 2, 340))
    ]

    chart = shown("top", a_bare_site(goal, *done)).chart

    assert chart is not None
    assert [row[0] for row in chart.table.rows][:2] == ["December 2025", "January 2026"]
    assert [row[1] for row in chart.table.rows][-1] == "2 tasks"
    assert len(chart.table.rows) == 12
    assert shown("top", a_bare_site(goal)).chart is None


def test_a_paused_goal_says_by_whom_and_why() -> None:
    paused = Paused(by="ada", at=NOW, reason="No `money`.")
    goal = Goal(id="top", title="Top", level=GoalLevel.COMPANY, paused=paused)

    assert str(shown("top", a_bare_site(goal)).paused) == "Paused by @ada: No <code>money</code>."


def test_goals_right_below_are_cut() -> None:
    top = Goal(id="top", title="Top", level=GoalLevel.COMPANY)
    below = [
        Goal(id=f"g-{number}", title="G", level=GoalLevel.TEAM, parent="top")
        for number in range(CHILDREN + 2)
    ]

    view = shown("top", a_bare_site(top, *below))

    assert (len(view.children), view.cut) == (CHILDREN, "2 more are in the tree of all goals.")
