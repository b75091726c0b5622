"""Runs that get nowhere come less and less often."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.actions import Observed
from gitcp.core.causes import assignment
from gitcp.core.operations.registry import CreateComment, EditTask, FinishRun, ReapRun, ResolveRun
from gitcp.core.pauses import LONGEST_PAUSE
from gitcp.core.plan import plan
from gitcp.core.progress import idle_until
from gitcp.model.ids import run_id
from gitcp.model.memory import Records
from gitcp.model.operation import Actor
from gitcp.model.tasks import Origin
from tests.core.looping import Loop, nothing
from tests.core.waking import answered, claims_of
from tests.helpers import (
    NOW,
    SHA,
    a_comment,
    a_company,
    a_heartbeat,
    a_run,
    a_task,
    a_wake,
    agent,
    an_agent,
    an_ended_run,
    carry_out,
    later,
    person,
    run_in,
    snapshot_of,
    ticked,
)

RUN = "20261123T090000Z-riley"


def _at_work(task: str | None = "CI-0001") -> Records:
    """Return a world in which riley works on its task, or on none."""
    about = a_task(status="in_progress")
    answers = (assignment(snapshot_of(about), about),)
    return snapshot_of(about, a_run(task=task, found="in_progress" if task else None, answers=answers))


def _progress(snapshot: Records, **end: Any) -> bool | None:
    operation = FinishRun(**({"run": RUN, "outcome": "succeeded"} | end))
    return run_in(carry_out(snapshot, operation, now=later(10)), RUN).progress


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ({}, False),
        ({"declared": "continue"}, False),
        ({"declared": "continue", "summary": "much to do"}, False),
        ({"declared": "continue", "commits": (SHA,)}, True),
        ({"declared": "continue", "wrote": True}, True),
        ({"declared": "finish"}, True),
        ({"declared": "block", "reason": "what?"}, True),
        ({"outcome": "failed", "failure": "agent"}, False),
        ({"outcome": "failed", "failure": "agent", "wrote": True}, True),
        ({"outcome": "failed", "failure": "platform"}, None),
        ({"outcome": "failed", "failure": "transient"}, None),
        ({"outcome": "timed_out"}, False),
        ({"outcome": "over_budget"}, False),
        ({"outcome": "cancelled"}, None),
    ],
)
def test_a_run_got_somewhere_if_it_left_something(end: dict[str, Any], expected: bool | None) -> None:
    assert _progress(_at_work(), **end) is expected


def test_what_a_run_says_about_its_task_counts_and_what_others_say_does_not() -> None:
    others = carry_out(_at_work(), CreateComment(task="CI-0001", body="go"), agent("oscar"), later(1))
    own = carry_out(_at_work(), CreateComment(task="CI-0001", body="look"), agent("riley", RUN), later(1))

    assert _progress(others) is False
    assert _progress(own, outcome="failed", failure="platform") is True


def test_a_run_without_a_task_got_somewhere_only_if_it_wrote() -> None:
    assert _progress(_at_work(None)) is False
    assert _progress(_at_work(None), wrote=True) is True


def test_nobody_knows_whether_a_run_got_somewhere_that_had_to_be_given_up() -> None:
    after = carry_out(_at_work(), ReapRun(run=RUN), now=later(60))

    assert run_in(after, RUN).progress is None


def test_a_result_that_waited_counts_when_it_arrives() -> None:
    waiting = carry_out(_at_work(), FinishRun(run=RUN, outcome="succeeded", declared="finish", only_run=True))
    arrived = carry_out(waiting, ResolveRun(run=RUN))

    assert run_in(waiting, RUN).progress is False
    assert run_in(arrived, RUN).progress is True


def _idle(*progress: bool | None) -> Records:
    """Return a world in which riley's runs on its task, the newest first, got somewhere or not."""
    runs = [
        an_ended_run(claimed_at=later(-1000 * number - 11), declared="continue", progress=found)
        for number, found in enumerate(progress)
    ]
    return answered(snapshot_of(a_task(status="in_progress"), *runs[1:]), runs[0], later(-5))


@pytest.mark.parametrize(
    ("progress", "minutes"),
    [
        ((), None),
        ((True,), None),
        ((None,), None),
        ((True, False, False), None),
        ((False,), 2),
        ((False, True, False), 2),
        ((False, False), 4),
        ((False, None, False), 4),
        ((False,) * 5, 32),
    ],
)
def test_the_pause_doubles_with_each_run_that_got_nowhere(
    progress: tuple[bool | None, ...], minutes: float | None
) -> None:
    until = idle_until(_idle(*(progress or (True,))), "riley", "CI-0001")

    assert (until is None) is (minutes is None)
    assert (
        minutes is None
        or until is None
        or minutes <= (until - later(-1)).total_seconds() / 60 <= 1.25 * minutes
    )


def test_the_pause_is_never_longer_than_six_hours() -> None:
    until = idle_until(_idle(*(False,) * 12), "riley", "CI-0001")

    assert until is not None
    assert LONGEST_PAUSE * 0.8 <= until - later(-1) <= LONGEST_PAUSE


def test_the_next_run_waits_says_so_and_comes() -> None:
    snapshot = _idle(False, False, False)

    (waiting,) = plan(snapshot, Observed(), NOW).waiting
    assert waiting.causes == ("continue",)
    assert waiting.until is not None
    assert claims_of(snapshot, waiting.until) == [("riley", "CI-0001", ["continue"])]


@pytest.mark.parametrize(
    ("record", "breaks"),
    [
        (a_comment("@riley"), True),
        (a_wake(task="CI-0001"), True),
        (a_comment("@riley", by="oscar"), False),
        (a_wake(by="oscar", task="CI-0001"), False),
    ],
)
def test_a_person_breaks_through_and_an_agent_does_not(record: Any, breaks: bool) -> None:
    snapshot = Records.of([*_idle(False, False, False).by_key.values(), an_agent("oscar"), record])

    assert bool(claims_of(snapshot)) is breaks


MADE = Origin(routine="scan", slot=NOW, number=1)


def _waiting_out(**task: Any) -> Records:
    """Return a world in which riley waits out a pause of a task, and boss above it is at work."""
    idle = an_ended_run(claimed_at=later(-11), declared="continue", progress=False)
    boss, riley = an_agent("boss"), an_agent(reports_to="boss")
    begun = snapshot_of(boss, riley, a_task(status="in_progress", **task), a_run("boss", None))
    return answered(begun, idle, later(-5))


def _anew(snapshot: Records, by: Actor, fields: dict[str, Any]) -> list[list[str]]:
    """Return why riley runs when its task is edited."""
    after = carry_out(snapshot, EditTask(task="CI-0001", fields=fields), by)
    return [reasons for who, _, reasons in claims_of(after) if who == "riley"]


@pytest.mark.parametrize(("made", "reason"), [(None, "assignment"), (MADE, "routine")])
@pytest.mark.parametrize("fields", [{"title": "x"}, {"description": "x"}, {"priority": "high"}])
def test_what_a_person_asks_anew_breaks_through_and_what_an_agent_asks_does_not(
    fields: dict[str, Any], made: Origin | None, reason: str
) -> None:
    snapshot = _waiting_out(routine=made)
    assert claims_of(snapshot) == []

    assert _anew(snapshot, person(), fields) == [sorted([reason, "continue"])]
    assert _anew(snapshot, agent("boss", run_id("boss", NOW)), fields) == []


def test_a_persons_edit_that_asks_nothing_else_breaks_no_pause() -> None:
    assert _anew(_waiting_out(), person(), {"labels": ["late"]}) == []


def test_what_an_agent_asks_of_itself_breaks_no_pause() -> None:
    other = a_run(task="CI-0002")
    snapshot = Records.of([*_waiting_out().by_key.values(), an_agent(concurrency=2), other])

    assert _anew(snapshot, agent("riley", other.id), {"title": "x"}) == []
    assert _anew(snapshot, person(), {"title": "x"}) == [["assignment", "continue"]]


def test_an_agents_edit_of_what_it_gave_waits_and_a_persons_edit_of_it_does_not() -> None:
    boss = agent("boss", run_id("boss", NOW))
    edited = carry_out(_waiting_out(), EditTask(task="CI-0001", fields={"title": "x"}), boss)

    (waiting,) = plan(edited, Observed(), NOW).waiting
    assert waiting.causes == ("assignment", "continue")
    assert waiting.until is not None
    assert claims_of(edited, waiting.until) == [("riley", "CI-0001", ["assignment", "continue"])]
    assert _anew(edited, person(), {"title": "y"}) == [["assignment", "continue"]]


def test_what_a_person_asks_while_a_run_gets_nowhere_is_asked_anew_and_once() -> None:
    asked = carry_out(_at_work(), EditTask(task="CI-0001", fields={"title": "x"}), person(), later(1))
    ended = FinishRun(run=RUN, outcome="succeeded", declared="continue")

    nowhere = carry_out(asked, ended, now=later(2))
    assert claims_of(nowhere, later(2)) == [("riley", "CI-0001", ["assignment", "continue"])]
    (again,) = ticked(nowhere, later(2)).runs(active=True)
    ended_again = FinishRun(run=again.id, outcome="succeeded", declared="continue")
    assert claims_of(carry_out(ticked(nowhere, later(2)), ended_again, now=later(3)), later(3)) == []


def test_what_a_person_asks_anew_ends_the_wait_of_a_heartbeat_and_of_an_agents_word() -> None:
    beating = an_agent(reports_to="boss", heartbeat=a_heartbeat("* * * * *"))
    more = [beating, a_comment("@riley", by="boss")]
    snapshot = Records.of([*_waiting_out().by_key.values(), *more])
    assert claims_of(snapshot) == []

    assert _anew(snapshot, person(), {"title": "x"}) == [["assignment", "continue", "heartbeat", "mention"]]


def test_a_heartbeat_of_the_task_waits_too() -> None:
    beating = an_agent(heartbeat=a_heartbeat("* * * * *"))

    assert claims_of(Records.of([*_idle(False, False, False).by_key.values(), beating])) == []


@settings(max_examples=10)
@given(st.sampled_from(["continue", "nothing", None]), st.sampled_from(["* * * * *", "*/5 * * * *"]))
def test_an_agent_that_never_gets_anywhere_runs_a_few_times_a_day(declared: Any, cron: str) -> None:
    company = a_company(scheduler={"continue_runs": 1000, "attempts": 1000})
    child = a_task("CI-0002", parent="CI-0001", assignee="clara")
    beating = an_agent(heartbeat=a_heartbeat(cron))
    begun = snapshot_of(company, beating, a_task(), child)
    loop = Loop(begun, nothing, lambda _: {"declared": declared})

    until = NOW + timedelta(hours=24)
    while loop.now < until:
        look = loop.plan.next_look or until
        loop.goes_on(1, _step(loop.now, look))

    # 2 + 4 + … minutes make six hours within eight runs; then one comes each five to six hours.
    assert 8 <= loop.claims <= 8 + 5


def _step(now: datetime, look: datetime) -> timedelta:
    return max(look - now, timedelta(minutes=1))
