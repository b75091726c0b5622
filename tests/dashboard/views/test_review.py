from collections.abc import Sequence

import pytest

from gitcp.dashboard.register import Register
from gitcp.dashboard.views.review import LOOKED_AT, Checks, Stage, checks, stages
from gitcp.model.history import Entry
from gitcp.model.runs import Run, Verification
from gitcp.model.tasks import Comment, Delivery, Task, TaskStatus
from tests.dashboard.company import a_bare_site, a_run, a_site, a_task, ago, an_ended_run, an_entry, sha

GREEN, RED = (
    Verification(passed=True, command=("true",), exit_code=0),
    Verification(passed=False, command=("make", "a b"), exit_code=2, tail="no such file"),
)


def checked(task: Task, *runs: Run) -> Checks | None:
    register = Register(a_bare_site(task, *runs))
    return checks(register, task, register.runs_on(task.id))


def staged(task: Task, *entries: Entry, comments: Sequence[Comment] = ()) -> list[Stage]:
    return list(stages(Register(a_site()), task, entries, comments))


def said(reviewer: str, verb: str, hours: float, name: str = "x") -> Entry:
    path = f"comments/CI/CI-0001/{name}.yaml"
    trailers = {"op": "task.review", "actor": reviewer, "task": "CI-0001"}
    return an_entry(ago(hours=hours), reviewer.title(), f"{verb} task CI-0001", path, **trailers)


def test_checks_are_written_as_a_person_would_type_them() -> None:
    found = checked(a_task(verify=(("sh", "-c", "exit 0 # ok"),)))

    assert found is not None
    assert found.commands == ("sh -c 'exit 0 # ok'",)
    assert found.result.label == "Not run yet"
    assert checked(a_task()) is None


def test_the_newest_run_that_checked_says_how_it_went() -> None:
    task = a_task(verify=(("true",), ("make", "a b")))
    found = checked(
        task,
        an_ended_run("riley", ago(hours=3), 3, "0", task=task.id, verification=GREEN),
        an_ended_run("riley", ago(hours=2), 3, "0", task=task.id, verification=RED),
        an_ended_run("riley", ago(hours=1), 3, "0", task=task.id),
        a_run("riley", ago(minutes=5), task=task.id),
    )

    assert found is not None
    assert (found.result.label, found.failed, found.tail) == ("Failed", "make 'a b'", "no such file")
    assert found.failed in found.commands
    assert found.at is not None
    assert found.run is not None
    assert found.run.href == f"runs/{ago(hours=2):%Y%m%dT%H%M%SZ}-riley.html"


def test_no_more_than_a_few_runs_are_looked_at() -> None:
    task = a_task(verify=(("true",),))
    old = an_ended_run("riley", ago(hours=90), 3, "0", task=task.id, verification=GREEN)
    newer = [an_ended_run("riley", ago(hours=n + 1), 3, "0", task=task.id) for n in range(LOOKED_AT)]

    found = checked(task, old, *newer)

    assert found is not None
    assert found.result.label == "Not run yet"


@pytest.mark.parametrize(("verified", "label"), [(True, "Passed"), (False, "Not passed yet")])
def test_without_such_a_run_the_delivery_says_it(verified: bool, label: str) -> None:
    delivery = Delivery(commit=sha("x"), branch="b", run="20200101T000000Z-x", verified=verified)

    found = checked(a_task(verify=(("true",),), delivery=delivery))

    assert found is not None
    assert found.result.label == label


def test_reviewers_are_asked_one_after_the_other() -> None:
    task = a_task(
        status=TaskStatus.IN_REVIEW,
        assignee="riley",
        review=("clara", "riley", "ben", "ada"),
        reviewed=("clara",),
    )

    assert [(stage.reviewer.text, stage.state.label) for stage in staged(task)] == [
        ("Clara", "Agreed"),
        ("Ben Lindqvist", "Asked now"),
        ("Ada Okafor", "Later"),
    ]


def test_a_reviewer_s_newest_word_is_told_with_its_time_and_place() -> None:
    task = a_task(review=("clara", "ben"), reviewed=("clara",))

    (clara, ben) = staged(
        task,
        said("clara", "approve", 1, "new"),
        said("ben", "return", 2, "gone"),
        said("clara", "return", 3, "old"),
        comments=[Comment(id=f"CI-0001/{name}", body="x") for name in ("old", "new")],
    )

    assert (clara.state.label, clara.said) == ("Agreed", "tasks/CI-0001.html#comment-new")
    assert clara.at is not None
    assert clara.at.text == "22 Nov, 09:30"
    assert (ben.state.label, ben.said) == ("Asked for changes", None)


def test_what_others_did_is_not_taken_for_a_review() -> None:
    comment = an_entry(ago(hours=1), "Ben", "comment task CI-0001", "comments/x.yaml", actor="ben")

    (stage,) = staged(a_task(review=("ben",)), comment)

    assert (stage.state.label, stage.at) == ("Later", None)
