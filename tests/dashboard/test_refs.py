from datetime import timedelta

import pytest

from gitcp.dashboard.refs import (
    Ref,
    by_urgency,
    initials,
    member_ref,
    outcome,
    run_caption,
    run_line,
    task_line,
    took,
    why,
)
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import run_row, task_row
from gitcp.model.members import WakeReason
from gitcp.model.runs import Cancel, Cause
from gitcp.model.tasks import Priority, TaskStatus
from tests.dashboard.company import (
    NOW,
    a_bare_site,
    a_person,
    a_run,
    a_site,
    a_task,
    ago,
    an_agent,
    an_ended_run,
)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Riley", "R"),
        ("Ada Okafor", "AO"),
        ("Anna B. van der Mond", "AM"),
        ("(x) - Ö", "Ö"),
        ("   ", " "),
        ("→", "→"),
    ],
)
def test_initials_are_the_first_and_the_last(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_member_is_named_and_a_stranger_has_no_page() -> None:
    register = Register(a_bare_site(a_person("ada", name="Ada Okafor"), an_agent("riley")))

    assert member_ref(register, "ada") == Ref("Ada Okafor", "org/ada.html", "person", "AO")
    assert member_ref(register, "riley").kind == "agent"
    assert member_ref(register, "ghost") == Ref("ghost", None, "text")
    assert member_ref(register, "scheduler") == Ref("scheduler", None, "machine")


def test_the_most_urgent_comes_first_then_what_is_due_then_the_oldest() -> None:
    tasks = [
        a_task("CI-0001", priority=Priority.LOW),
        a_task("CI-0002"),
        a_task("CI-0003", created=ago(days=99)),
        a_task("CI-0004", due=NOW),
        a_task("CI-0005", priority=Priority.CRITICAL),
    ]

    assert [task.id[-1] for task in by_urgency(task_row(task) for task in tasks)] == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize(
    ("task", "note"),
    [
        ("CI-0028", "running now"),
        ("CI-0025", "waits for Ada Okafor"),
        ("CI-0024", "review by Ben Lindqvist"),
        ("CI-0029", "waits for CI-0028"),
        ("CI-0026", None),
        ("CI-0021", None),
    ],
)
def test_a_line_says_what_a_task_waits_for(task: str, note: str | None) -> None:
    register = Register(a_site())

    assert task_line(register, register.tasks[task]).note == note


def test_an_open_task_shows_when_it_is_due_and_a_closed_one_when_it_was_closed() -> None:
    register = Register(a_bare_site())
    late = task_line(register, task_row(a_task(due=ago(days=1))))
    later = task_line(register, task_row(a_task(due=NOW + timedelta(days=1))))
    done = task_line(register, task_row(a_task(status=TaskStatus.DONE, due=ago(days=9), closed=ago(days=1))))

    assert [(line.when_label, line.when_tone) for line in (late, later, done)] == [
        ("due", "bad"),
        ("due", "plain"),
        ("closed", "plain"),
    ]


def test_only_a_done_blocker_satisfies() -> None:
    task = a_task(blocked_by=("CI-0002", "CI-0003", "CI-0004"))
    done, cancelled = (
        a_task("CI-0002", status=TaskStatus.DONE),
        a_task("CI-0003", status=TaskStatus.CANCELLED),
    )
    register = Register(a_bare_site(task, done, cancelled))

    assert task_line(register, task_row(task)).note == "waits for CI-0003, CI-0004"


def test_a_run_names_each_reason_once() -> None:
    causes = tuple(
        Cause(reason=reason, record=record, digest="x")
        for reason, record in ((WakeReason.RETRY, "a"), (WakeReason.RETRY, "b"), (WakeReason.MENTION, "c"))
    )

    assert why(run_row(a_run("riley", NOW, answers=causes))) == "retry, mention"
    assert why(run_row(a_run("riley", NOW))) == "\u2013"


def test_a_run_that_goes_on_is_running_until_somebody_wants_it_to_end() -> None:
    cancel = Cancel(by="ada", at=NOW)

    assert outcome(run_row(a_run("riley", NOW))).label == "Running"
    assert outcome(run_row(a_run("riley", NOW, cancel=cancel))).label == "Stopping"
    assert outcome(run_row(an_ended_run("riley", NOW, 1, "0"))).label == "Succeeded"
    assert outcome(run_row(an_ended_run("riley", NOW, 1, "0").evolve(outcome=None))).label == "Ended"


def test_a_run_took_the_time_from_its_start_to_its_end_which_is_not_known_before() -> None:
    early = an_ended_run("riley", NOW, 3, "0", started_at=NOW + timedelta(hours=1))

    assert took(run_row(an_ended_run("riley", ago(days=1), 3, "0"))) == "3 min 00 s"
    assert took(run_row(a_run("riley", ago(minutes=2)))) == "\u2013"
    assert took(run_row(a_run("riley", ago(minutes=2), started_at=None))) == "\u2013"
    assert took(run_row(early)) == "0 s"


def test_a_caption_explains_the_sign_of_a_list_price_where_it_stands() -> None:
    register = Register(a_site())
    lines = {run.agent: run_line(register, run) for run in register.runs.values()}

    assert run_caption([lines["juno"]], "Runs") == "Runs; ≈ is a list price that was not billed"
    assert run_caption([lines["oscar"]], "Runs") == "Runs"
