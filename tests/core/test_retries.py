"""What follows a run that did not end the work: another one, later, or a person."""

from datetime import timedelta
from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import LONGEST_RETRY, last_run, retry_after
from gitcp.core.operations.registry import (
    FinishRun,
    ReopenTask,
    UnblockTask,
)
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from gitcp.model.runs import Cancel, Wake
from tests.core.looping import Loop, nothing
from tests.core.waking import answered, at_rest, claims_of
from tests.helpers import (
    NOW,
    a_block,
    a_cause,
    a_comment,
    a_company,
    a_heartbeat,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
    carry_out,
    later,
    person,
    snapshot_of,
    task_in,
    ticked,
)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("failed", ["retry"]),
        ("timed_out", ["retry"]),
        ("silent", ["retry"]),
        ("abandoned", ["retry"]),
        ("over_budget", ["retry"]),
        ("succeeded", ["continue"]),
        ("cancelled", ["unblocked"]),
    ],
)
def test_what_the_last_run_left_undone_wakes_again(outcome: str, expected: list[str]) -> None:
    assert [claim[2] for claim in claims_of(at_rest(outcome=outcome, declared=None))] == [expected]


def test_a_retry_waits_and_doubles_and_never_longer_than_six_hours() -> None:
    pauses = []
    runs = [an_ended_run(outcome="failed", claimed_at=later(number)) for number in range(12)]
    for number, run in enumerate(runs, start=1):
        pauses.append(retry_after(snapshot_of(*runs[:number]), run).total_seconds() / 60)

    assert all(2 * 2**n <= pause <= 2.5 * 2**n for n, pause in enumerate(pauses[:7]))
    assert all(0.8 * 360 <= pause <= 360 for pause in pauses[-3:])
    assert len(set(pauses[-3:])) == 3
    assert retry_after(Records.of(runs[:1]), runs[0]).total_seconds() / 60 == pauses[0]


def test_the_pause_before_a_retry_is_the_companys() -> None:
    run = an_ended_run(outcome="failed")
    snapshot = snapshot_of(a_company(scheduler={"retry_minutes": 60}), run)

    assert 60 <= retry_after(snapshot, run).total_seconds() / 60 <= 75


def test_a_back_off_holds_the_tasks_other_causes_and_a_mention_breaks_it() -> None:
    snapshot = at_rest(outcome="failed", declared=None, ended_at=later(-1))
    edited = Records.of([*snapshot.by_key.values(), task_in(snapshot).evolve(title="Other")])
    mentioned = Records.of([*snapshot.by_key.values(), a_comment("@riley now")])

    (waiting,) = plan(edited, Observed(), NOW).waiting
    assert (waiting.reason, waiting.causes) == (
        "backs off after runs that failed or got nowhere",
        ("assignment", "retry"),
    )
    assert waiting.until is not None
    assert [claim[2] for claim in claims_of(edited, waiting.until)] == [["assignment", "retry"]]
    assert [claim[2] for claim in claims_of(mentioned)] == [["mention", "retry"]]


def test_a_success_in_between_ends_the_row_of_failures() -> None:
    runs = [
        an_ended_run(outcome="failed", claimed_at=later(-50)),
        an_ended_run(outcome="succeeded", claimed_at=later(-40)),
        an_ended_run(outcome="failed", claimed_at=later(-30)),
    ]
    (claim,) = plan(snapshot_of(a_task(), *runs), Observed(), later(60)).claims

    assert claim.run.attempt == 2


def test_a_live_run_is_not_followed_before_it_has_ended() -> None:
    snapshot = snapshot_of(a_task(status="in_progress"), a_run())

    assert last_run(snapshot, "riley", "CI-0001") is None
    assert claims_of(snapshot) == []


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize(
    "ended", [{"outcome": "succeeded", "declared": "block"}, {"outcome": "cancelled"}, {"outcome": "failed"}]
)
def test_a_block_that_is_lifted_by_hand_or_by_an_operation_wakes_at_once(
    ended: dict[str, Any], by_hand: bool
) -> None:
    blocked = a_block()
    run = an_ended_run(blocked=blocked, claimed_at=later(-11), **ended)
    task = a_task(status="in_progress")
    worked = answered(snapshot_of(task), run)
    snapshot = Records.of([*worked.by_key.values(), task.evolve(status="blocked", blocked=blocked)])
    assert claims_of(snapshot) == []

    if by_hand:
        lifted = Records.of([*snapshot.by_key.values(), task.evolve(status="todo", blocked=None)])
    else:
        lifted = carry_out(snapshot, UnblockTask(task="CI-0001"), person())

    ((_, name, reasons),) = claims_of(lifted)
    assert name == "CI-0001"
    assert reasons == (["unblocked"] if by_hand else ["assignment", "unblocked"])
    assert claims_of(ticked(lifted)) == []


def test_a_task_that_is_reopened_wakes_its_assignee() -> None:
    snapshot = at_rest(a_task(status="in_progress"), declared="finish")
    done = Records.of([*snapshot.by_key.values(), task_in(snapshot).evolve(status="done", closed=NOW)])
    assert claims_of(done) == []

    assert [claim[2] for claim in claims_of(carry_out(done, ReopenTask(task="CI-0001"), person()))] == [
        ["assignment", "continue"]
    ]


def test_no_retry_waits_longer_than_six_hours_and_what_failed_together_does_not_come_back_together() -> None:
    runs = [
        an_ended_run("riley", f"CI-{number:04}", "failed", id=f"20261123T090000Z-riley-{number}")
        for number in range(2, 20)
    ]
    snapshot = snapshot_of(a_company(scheduler={"retry_minutes": 6000}), *runs)
    pauses = {retry_after(snapshot, run) for run in runs}

    assert len(pauses) == len(runs)
    assert max(pauses) <= timedelta(hours=6) == LONGEST_RETRY


# runs without a task


CAUSES: dict[str, list[Any]] = {
    "mention": [a_task(status="done"), a_comment("@riley look")],
    "manual": [a_wake(prompt="count the stars")],
    "approval": [an_approval(status="approved")],
    "heartbeat": [an_agent(heartbeat=a_heartbeat(prompt="/look"))],
}


def _failing(cause: str, **end: Any) -> Loop:
    """Return a world in which what has no task fails each time."""
    return Loop(snapshot_of(*CAUSES[cause]), nothing, lambda _: {"outcome": "failed"} | end)


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("failure", ["platform", "agent"])
def test_a_run_without_a_task_that_failed_is_tried_again_with_what_it_was_asked(
    cause: str, failure: str
) -> None:
    loop = _failing(cause, failure=failure).goes_on(1, timedelta(minutes=2))
    (first,) = loop.snapshot.runs()
    (waiting,) = loop.plan.waiting
    assert (waiting.task, waiting.causes) == (None, ("retry",))
    assert waiting.until is not None

    again = ticked(loop.snapshot, waiting.until).runs(active=True)

    assert [(run.task, run.prompt, run.attempt) for run in again] == [(None, first.prompt, 2)]
    assert {cause, "retry"} == {answer.reason.value for answer in again[0].answers}
    assert set(first.answers) < set(again[0].answers)


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize(("failure", "runs"), [("agent", 3), ("platform", 13)])
def test_what_failed_too_often_without_a_task_is_told_and_tried_no_more(
    cause: str, failure: str, runs: int
) -> None:
    loop = _failing(cause, failure=failure, reason="no such program").goes_on(30, timedelta(hours=7))

    assert loop.claims >= runs if cause == "heartbeat" else loop.claims == runs
    (waiting,) = [found for found in loop.plan.waiting if "retry" in found.causes]
    times, _, why = waiting.reason.partition(" ")
    assert int(times) >= runs
    assert why.startswith("runs in a row failed (no such program): clara must wake riley")
    assert len(loop.snapshot.all(Wake)) == 1


def test_one_that_is_tried_again_and_goes_well_leaves_nothing() -> None:
    loop = Loop(
        snapshot_of(*CAUSES["manual"]), nothing, lambda n: {"outcome": "failed" if n < 2 else "succeeded"}
    )
    loop.goes_on(10)

    assert [run.attempt for run in reversed(loop.snapshot.runs())] == [1, 2, 3]
    assert loop.snapshot.all(Wake) == []
    assert loop.plan.is_idle


@pytest.mark.parametrize("cause", ["mention", "manual", "approval"])
def test_what_was_given_up_without_a_task_is_not_tried_again_at_each_slot(cause: str) -> None:
    beating = an_agent(heartbeat=a_heartbeat("0 * * * *"))
    failing = _failing(cause, failure="agent")
    failing.snapshot = Records.of([*failing.snapshot.by_key.values(), beating])

    assert failing.goes_on(30, timedelta(hours=7)).claims == 3


def test_somebodys_wish_takes_along_what_was_given_up() -> None:
    loop = _failing("mention").goes_on(10, timedelta(hours=7))
    asked = Records.of([*loop.snapshot.by_key.values(), a_wake(prompt="go on")])

    assert claims_of(asked, loop.now) == [("riley", None, ["manual", "retry"])]
    assert {wake.id for wake in ticked(asked, loop.now).all(Wake)} == set()


def test_a_run_without_a_task_that_a_person_cancelled_is_not_tried_again_and_one_that_was_paused_is() -> None:
    wish = Cancel(by="clara", at=NOW)
    for hold, expected in ((False, []), (True, [("riley", None, ["retry"])])):
        run = a_run(task=None, answers=(a_cause("manual"),), cancel=wish.model_copy(update={"hold": hold}))
        ended = carry_out(snapshot_of(run), FinishRun(run=run.id, outcome="cancelled"))

        assert claims_of(ended, later(1)) == expected
        assert {run.attempt for run in ticked(ended, later(1)).runs()} == {1}


def test_a_task_goes_on_at_once_after_a_pause() -> None:
    paused = at_rest(outcome="cancelled", declared=None, cancel=Cancel(by="clara", at=NOW, hold=True))

    assert claims_of(paused) == [("riley", "CI-0001", ["continue"])]


def test_a_heartbeat_that_fails_for_weeks_does_not_make_longer_and_longer_records() -> None:
    loop = _failing("heartbeat").goes_on(30, timedelta(hours=25))

    assert loop.claims == 30
    assert max(len(run.answers) for run in loop.snapshot.runs()) == 2


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ({"assignee": "oscar"}, (None, ["mention", "retry"])),
        ({"status": "done", "closed": NOW}, (None, ["mention", "retry"])),
        ({}, ("CI-0001", ["mention", "retry"])),
    ],
)
def test_what_a_failed_run_was_asked_is_done_though_its_task_is_anothers_by_now(
    moved: dict[str, Any], expected: tuple[str | None, list[str]]
) -> None:
    begun = snapshot_of(an_agent("oscar"), a_task(), a_comment("@riley look", when=later(-1)))
    loop = Loop(begun, nothing, lambda _: {"outcome": "failed"}).goes_on(1, timedelta(hours=1))
    task = task_in(loop.snapshot)
    snapshot = Records.of([*loop.snapshot.by_key.values(), task.evolve(**moved)])

    (run,) = (run for run in ticked(snapshot, loop.now).runs(active=True) if run.agent == "riley")

    reasons = sorted({cause.reason.value for cause in run.answers} - {"assignment"})
    assert (run.task, reasons) == expected
    assert run.attempt == 2


def test_what_a_blocked_task_was_asked_waits_with_it() -> None:
    company = a_company(scheduler={"attempts": 2})
    begun = snapshot_of(company, a_task(), a_comment("@riley look", when=later(-1)))
    loop = Loop(begun, nothing, lambda _: {"outcome": "failed"}).goes_on(10, timedelta(hours=7))

    assert loop.claims == 2
    assert loop.snapshot.all(Wake) == []
    assert [stalled.member for stalled in loop.plan.stalled] == ["clara"]
