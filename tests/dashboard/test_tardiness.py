from dataclasses import replace
from datetime import datetime, timedelta

from gitcp.core.lateness import Due
from gitcp.dashboard.register import Register
from gitcp.dashboard.tardiness import MOST, answered, due_by_the_clock, who_wakes
from gitcp.model.base import Record, format_instant
from gitcp.model.members import WakeReason
from gitcp.model.planning import Overlap, Routine, TaskTemplate
from gitcp.model.runs import Cause, Run
from gitcp.model.tasks import Origin, Task
from tests.dashboard.company import COMPANY, NOW, a_bare_site, a_run, a_site, a_task, ago, an_agent


def answering(at: datetime, late: float) -> Run:
    slot = format_instant(at - timedelta(minutes=late))
    return a_run("riley", at, answers=(Cause(reason=WakeReason.HEARTBEAT, record="riley", digest=slot),))


def a_scan(overlap: Overlap = Overlap.SKIP) -> Routine:
    return Routine(
        id="scan", title="Scan", cron="0 9 * * *", overlap=overlap, task=TaskTemplate(project="CI", title="x")
    )


def made(name: str, at: datetime, late: float) -> Task:
    origin = Origin(routine="scan", slot=at - timedelta(minutes=late), number=1)
    return a_task(name, created=at, routine=origin)


def told(*records: Record) -> list[tuple[str, float]]:
    found = answered(Register(a_bare_site(COMPANY, an_agent("riley"), *records)), "")
    return [(each.by, each.late / timedelta(minutes=1)) for each in found]


def test_the_last_answers_come_first_whatever_they_answered() -> None:
    assert told(
        answering(ago(hours=30), 3), made("CI-0002", ago(hours=20), 5), answering(ago(hours=1), 0), a_scan()
    ) == [
        (answering(ago(hours=1), 0).id, 0),
        ("CI-0002", 5),
        (answering(ago(hours=30), 3).id, 3),
    ]


def test_what_no_clock_asked_for_is_no_answer() -> None:
    assert told(a_run("riley", ago(hours=1)), a_task("CI-0001")) == []


def test_tasks_that_wait_for_each_other_are_left_out() -> None:
    assert told(made("CI-0002", ago(hours=20), 5), a_scan(Overlap.QUEUE)) == []


def test_only_the_last_ones_are_told() -> None:
    runs = [answering(ago(hours=n), 1) for n in range(1, MOST + 3)]

    assert [by for by, _ in told(*runs)] == [run.id for run in runs[:MOST]]


def test_the_end_of_a_run_changes_nothing_of_it() -> None:
    read = Register(a_site()).answer("answered-lately", "").read

    assert "run beats?" in read
    assert "run" not in read


def test_who_wakes_is_linked_where_it_has_a_page() -> None:
    register = Register(a_bare_site(COMPANY, an_agent("riley"), a_scan()))

    assert who_wakes(register, "agent", "riley").text == "Riley"
    assert who_wakes(register, "routine", "scan").text == "Scan"
    assert (who_wakes(register, "routine", "gone").text, who_wakes(register, "routine", "gone").href) == (
        "gone",
        None,
    )


def test_what_is_due_is_as_it_was_given() -> None:
    due = (Due("agent", "riley", NOW),)

    assert due_by_the_clock(Register(replace(a_site(), due=due)), "") == due
