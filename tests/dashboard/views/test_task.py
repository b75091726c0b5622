from decimal import Decimal

from gitcp.dashboard import BudgetRow, BudgetUse, SiteInput
from gitcp.dashboard.forges import Forge
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.task import DESCRIPTION, EVENTS, RUNS, TaskView, task_view
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.company import ForgeKind
from gitcp.model.guards import Approval, Budget, Period
from gitcp.model.planning import Goal, GoalLevel
from gitcp.model.tasks import Delivery, Origin, Paused, Task
from tests.dashboard.company import (
    NOW,
    Log,
    a_bare_site,
    a_site,
    a_task,
    ago,
    an_ended_run,
    an_entry,
    sha,
)


def shown(task: str | Task = "CI-0028", site: SiteInput | None = None) -> TaskView:
    register = Register(site or a_site())
    found = register.task(task) if isinstance(task, str) else task
    assert found is not None
    return task_view(register, found, Prose(register.find, "../"))


def facts(view: TaskView) -> dict[str, str]:
    return {
        fact.label: " ".join(
            part for part in (fact.ref and fact.ref.text, fact.stamp and fact.stamp.text, fact.text) if part
        )
        for fact in view.facts
    }


def test_the_facts_are_those_that_there_are() -> None:
    assert facts(shown()) == {
        "Created": "20 Nov, 09:30",
        "Created by": "Oscar",
        "Due": "25 Nov",
        "Attempts": "1",
    }
    assert facts(shown("CI-0021")) == {
        "Created": "11 Nov, 10:30",
        "Created by": "Oscar",
        "Closed": "21 Nov, 14:30",
    }
    assert facts(shown("CI-0025"))["Due"] == "21 Nov overdue"
    assert facts(shown(a_task(reopened=2)))["Reopened"] == "2 times"


def delivered(view: TaskView) -> dict[str, tuple[str, str | None]]:
    return {
        fact.label: (fact.ref.text, fact.ref.href) if fact.ref else (fact.text, fact.url)
        for fact in view.delivery
    }


def test_a_delivery_leads_to_its_run_where_that_is_known() -> None:
    delivery = Delivery(commit=sha("x"), branch="b", run="20200101T000000Z-gone")

    assert delivered(shown("CI-0021")) == {
        "Commit": (sha("three")[:7], None),
        "By": ("run", "runs/20261121T123000Z-riley.html"),
        "Branch": ("riley/CI-0021", None),
    }
    assert delivered(shown(a_task(delivery=delivery))) == {
        "Commit": (sha("x")[:7], None),
        "Branch": ("b", None),
    }


def test_a_delivery_is_seen_on_its_forge_where_that_is_known() -> None:
    forge = Forge(ForgeKind.GITHUB, "https://github.com/press/guides")
    found = delivered(shown("CI-0021", a_site(repository_forges={"guides": forge})))

    assert found["Commit"][1] == f"https://github.com/press/guides/commit/{sha('three')}"
    assert found["Branch"][1] == "https://github.com/press/guides/tree/riley/CI-0021"


def test_a_delivery_says_whether_it_was_integrated_and_what_is_in_the_way() -> None:
    delivery = Delivery(commit=sha("x"), branch="b", run="20200101T000000Z-gone", into="main")
    held = shown(a_task(delivery=delivery.model_copy(update={"obstacle": "it *conflicts*"})))
    done = shown(a_task(delivery=delivery.model_copy(update={"integrated": sha("y")})))

    assert delivered(held)["Integrated"] == ("not into main yet", None)
    assert "<em>conflicts</em>" in str(held.obstacle)
    assert delivered(done)["Integrated"] == ("into main", None)
    assert delivered(done)["As commit"] == (sha("y")[:7], None)


def test_the_goal_is_shown_with_what_it_serves_the_widest_first() -> None:
    assert [goal.text for goal in shown().goals] == [
        "Every guide is true this season",
        "No page is older than seven days",
        "The scan runs every Monday",
    ]
    assert shown(a_task("ZZ-0001")).goals == ()
    assert [goal.href for goal in shown(a_task("ZZ-0001", goal="gone")).goals] == [None]


def test_a_goal_that_leads_back_to_itself_is_shown_once() -> None:
    loop = [Goal(id=a, title=a, level=GoalLevel.TEAM, parent=b) for a, b in (("a", "b"), ("b", "a"))]
    task = a_task(goal="a")

    assert [goal.text for goal in shown(task, a_bare_site(*loop)).goals] == ["b", "a"]


def test_runs_are_the_newest_first_with_their_sum_and_cut() -> None:
    view = shown()
    many = [an_ended_run("riley", ago(hours=n), 1, "0.10", task="CI-0001") for n in range(RUNS + 2)]
    cut = shown("CI-0001", a_bare_site(a_task("CI-0001"), *many))

    assert [run.outcome.label for run in view.runs] == ["Running", "Succeeded"]
    assert view.runs_caption == "2 runs for $0.87"
    assert len(cut.runs) == RUNS
    assert cut.runs_caption == f"{RUNS + 2} runs for $5.20; the newest {RUNS} are shown"


def costs(view: TaskView) -> dict[str, str]:
    return {fact.label: fact.text or (fact.ref.text if fact.ref else "") for fact in view.costs}


def test_the_cost_is_told_by_agent_where_there_are_several() -> None:
    runs = [an_ended_run(agent, ago(hours=n), 1, "0.10", task="CI-0001") for n, agent in enumerate("aab")]

    assert costs(shown()) == {"Cost": "$0.87", "Runs": "2"}
    assert costs(shown("CI-0001", a_bare_site(a_task("CI-0001"), *runs))) == {
        "Cost": "$0.30",
        "Runs": "3",
        "a": "$0.20, 2 runs",
        "b": "$0.10, 1 run",
    }
    assert costs(shown(a_task())) == {}


def test_the_cost_stands_against_the_task_s_budget() -> None:
    rows = (BudgetRow(Metric.USD, Decimal(5), Decimal(3), Decimal(1)),)
    budget = Budget(id="task/CI-0001", period=Period.TOTAL, limits=BudgetLimits(usd=Decimal(5)))
    site = a_bare_site(a_task("CI-0001"), budgets=(BudgetUse(budget, None, rows),))

    assert costs(shown("CI-0001", site)) == {"Budget: money": "$4.00 of $5.00"}


def test_approvals_about_the_task_are_shown_with_what_became_of_them() -> None:
    asked = [
        Approval(
            id=f"AP-{n}", title=f"Question {n}", requested_by="ada", requested_at=ago(hours=n), task=task
        )
        for n, task in ((1, "CI-0001"), (2, "CI-0001"), (3, "CI-0002"))
    ]

    view = shown("CI-0001", a_bare_site(a_task("CI-0001"), *asked))

    assert [(it.title, it.href, it.status.label) for it in view.asked] == [
        ("Question 2", "approvals/AP-2.html", "Waits for a decision"),
        ("Question 1", "approvals/AP-1.html", "Waits for a decision"),
    ]


def test_a_long_description_is_cut_and_says_what_prints_it_whole() -> None:
    view = shown(a_task(description="word " * (DESCRIPTION // 3)))

    assert len(str(view.description)) < DESCRIPTION + 100
    assert view.rest == "gitcp task show CI-0001"
    assert shown().rest is None


def test_a_long_timeline_is_cut_and_says_what_prints_it_whole() -> None:
    entries = tuple(
        an_entry(ago(hours=n), "Riley", f"comment task CI-0001 {n}", task="CI-0001")
        for n in range(EVENTS + 1)
    )

    view = shown("CI-0001", a_bare_site(a_task("CI-0001"), history=Log(entries)))

    assert sum(len(day.events) for day in view.days) == EVENTS
    assert view.earlier == "gitcp audit log CI-0001"
    assert shown().earlier is None


def test_the_timeline_tells_who_what_why_and_in_which_run() -> None:
    first = shown().days[-1].events[-1]
    finish = next(event for day in shown().days for event in day.events if "finish task" in event.what)

    assert (first.who.text, first.time) == ("Oscar", "09:30")
    assert "create task" in first.what
    assert '<a href="../org/ada.html" class="short">@ada</a>' in str(first.why)
    assert finish.run is not None
    assert finish.run.href == "runs/20261121T143000Z-riley.html"


def test_a_commit_is_seen_on_its_forge_where_that_is_known() -> None:
    forge = Forge(ForgeKind.GITHUB, "https://github.com/press/control")

    (event, *_) = shown("CI-0028", a_site(forge=forge)).days[0].events

    assert str(event.url).startswith("https://github.com/press/control/commit/")
    assert shown("CI-0028", a_site(forge=None)).days[0].events[0].url is None


def test_a_task_leads_to_its_project_and_one_that_is_gone_leaves_its_key() -> None:
    assert shown(a_task("ZZ-0001")).project == Ref("ZZ", None, "project")
    assert shown(a_task("CI-0001")).project.href == "projects/CI.html"


def test_a_paused_task_and_one_of_a_routine_say_so() -> None:
    task = a_task(
        paused=Paused(by="ada", at=NOW), routine=Origin(routine="scan", slot=NOW, number=3), reopened=1
    )

    found = facts(shown(task))

    assert found["Paused by"] == "Ada Okafor 22 Nov, 10:30"
    assert found["Routine"] == "scan, number 3"


def test_a_task_of_another_agent_does_not_touch_the_page() -> None:
    register = Register(a_site())
    task = register.task("CI-0028")
    assert task is not None

    with register.noting() as asked:
        task_view(register, task, Prose(register.find, "../"))

    assert not {note for note in asked if note.startswith(("any ", "now", "revision"))}
