import pytest

from gitcp.dashboard import SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.task import TaskView, task_view
from gitcp.model.tasks import Comment, Delivery, Task, TaskStatus
from tests.dashboard.company import a_bare_site, a_site, a_task, ago, sha


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
        "Delivered": sha("three")[:7],
        "Branch": "riley/CI-0021",
    }
    assert facts(shown("CI-0025"))["Due"] == "21 Nov overdue"
    assert facts(shown(a_task(reopened=2)))["Reopened"] == "2 times"


def test_a_delivery_leads_to_its_run_where_that_is_known() -> None:
    delivery = Delivery(commit=sha("x"), branch="b", run="20200101T000000Z-gone")
    known = next(fact for fact in shown("CI-0021").facts if fact.label == "Delivered")
    gone = next(fact for fact in shown(a_task(delivery=delivery)).facts if fact.label == "Delivered")

    assert known.ref is not None
    assert known.ref.href == "runs/20261121T123000Z-riley.html"
    assert gone.ref is not None
    assert gone.ref.href is None


def test_the_goal_is_shown_with_what_it_serves_the_widest_first() -> None:
    assert [goal.text for goal in shown().goals] == [
        "Every guide is true this season",
        "No page is older than seven days",
        "The scan runs every Monday",
    ]
    assert shown(a_task("ZZ-0001")).goals == ()
    assert [goal.href for goal in shown(a_task("ZZ-0001", goal="gone")).goals] == [None]


def test_checks_are_written_as_a_person_would_type_them() -> None:
    view = shown(a_task(verify=(("sh", "-c", "exit 0 # ok"),)))

    assert view.checks == ("sh -c 'exit 0 # ok'",)
    assert view.checked is None


@pytest.mark.parametrize(("verified", "label"), [(True, "Passed"), (False, "Not passed yet")])
def test_checks_passed_where_the_delivery_says_so(verified: bool, label: str) -> None:
    delivery = Delivery(commit=sha("x"), branch="b", run="20200101T000000Z-x", verified=verified)

    checked = shown(a_task(verify=(("true",),), delivery=delivery)).checked

    assert checked is not None
    assert checked.label == label


def test_reviewers_are_asked_one_after_the_other() -> None:
    task = a_task(
        status=TaskStatus.IN_REVIEW,
        assignee="riley",
        review=("clara", "riley", "ben", "ada"),
        reviewed=("clara",),
    )

    assert [(stage.reviewer.text, stage.state.label) for stage in shown(task).stages] == [
        ("Clara", "Agreed"),
        ("Ben Lindqvist", "Asked now"),
        ("Ada Okafor", "Later"),
    ]


def test_related_tasks_are_named_by_how_they_are_related() -> None:
    view = shown()

    assert [(relation.label, [task.id for task in relation.tasks]) for relation in view.relations] == [
        ("Part of", ["CI-0022"]),
        ("Blocked by", ["CI-0021"]),
        ("Blocks", ["CI-0029"]),
    ]
    assert [relation.label for relation in shown("CI-0022").relations] == ["Subtasks"]


def test_a_relation_to_a_task_that_does_not_exist_is_named() -> None:
    (relation,) = shown(a_task(blocked_by=("CI-9999",))).relations

    assert (relation.tasks, relation.missing) == ((), ("CI-9999",))


def test_the_discussion_is_in_order_with_who_when_and_in_which_run() -> None:
    remarks = shown().remarks

    assert [(remark.author.text, remark.at and remark.at.text) for remark in remarks] == [
        ("Oscar", "20 Nov, 10:30"),
        ("Riley", "21 Nov, 15:30"),
        ("Ben Lindqvist", "21 Nov, 16:30"),
    ]
    assert [remark.run is not None for remark in remarks] == [False, True, False]


def test_a_comment_with_a_name_that_says_nothing_is_shown_all_the_same() -> None:
    site = a_bare_site(a_task(), Comment(id="CI-0001/hello", body="x", run="20200101T000000Z-gone"))
    (remark,) = shown("CI-0001", site).remarks

    assert (remark.author.text, remark.at, remark.run) == ("\u2013", None, None)


def test_documents_are_shown_with_the_task() -> None:
    (paper,) = shown().papers

    assert paper.name == "plan"
    assert "<h4" in str(paper.body)


def test_runs_are_the_newest_first_with_their_sum() -> None:
    view = shown()

    assert [run.outcome.label for run in view.runs] == ["Running", "Succeeded"]
    assert view.runs_caption == "2 runs for $0.87"


def test_the_timeline_tells_who_what_why_and_in_which_run() -> None:
    first = shown().days[-1].events[-1]
    finish = next(event for day in shown().days for event in day.events if "finish task" in event.what)

    assert (first.who.text, first.time) == ("Oscar", "09:30")
    assert "create task" in first.what
    assert '<a href="../org/ada.html" class="short">@ada</a>' in str(first.why)
    assert finish.run is not None
    assert finish.run.href == "runs/20261121T143000Z-riley.html"


def test_a_project_that_is_gone_leaves_its_key() -> None:
    assert shown(a_task("ZZ-0001")).project == "ZZ"
    assert shown(a_task("CI-0001", closed=ago(days=1))).project == "Continuous inventory"
