"""What follows a run that did not end the work: another one, later, or a person."""

from datetime import timedelta
from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import LONGEST_RETRY, last_run, retry_after
from gitcp.core.operations.registry import (
    ReopenTask,
    UnblockTask,
)
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from tests.core.waking import answered, at_rest, claims_of
from tests.helpers import (
    NOW,
    a_block,
    a_comment,
    a_company,
    a_run,
    a_task,
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
    assert pauses[-1] == LONGEST_RETRY.total_seconds() / 60
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
    assert (waiting.reason, waiting.causes) == ("backs off after a failed run", ("assignment", "retry"))
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


def test_no_retry_waits_longer_than_six_hours() -> None:
    assert timedelta(hours=6) == LONGEST_RETRY
