"""A task whose agent asked for an approval waits for it, by name; what is decided, expired or withdrawn wakes."""

from datetime import datetime
from typing import Any

import pytest

from gitcp.core.actions import Expire, Observed, Stalled, Waiting
from gitcp.core.causes import candidates
from gitcp.core.inbox import inbox
from gitcp.core.operations.registry import FinishRun
from gitcp.core.plan import plan
from gitcp.model.base import Record
from gitcp.model.members import Agent, WakeReason
from gitcp.model.memory import Records
from gitcp.model.runs import Run
from gitcp.model.tasks import TaskStatus
from tests.core.waking import at_rest, claims_of
from tests.helpers import (
    NOW,
    a_comment,
    a_company,
    a_heartbeat,
    a_problem,
    a_run,
    a_task,
    an_agent,
    an_approval,
    an_ended_run,
    carry_out,
    later,
    snapshot_of,
    task_in,
    ticked,
)

ASKED = an_approval(task="CI-0001")


def resting(*records: Record, **ended: Any) -> Records:
    """Return a world in which riley's run on a task has ended, beside these records."""
    return Records.of([*at_rest(**ended).by_key.values(), *records])


def answered_review(snapshot: Records, run: Run) -> Records:
    """Return the snapshot with a run that was woken for its review, and for nothing else."""
    reviewer = next(member for member in snapshot.members() if member.id == run.agent)
    assert isinstance(reviewer, Agent)
    causes = [c.cause for c in candidates(snapshot, reviewer, NOW) if c.cause.reason is WakeReason.REVIEW]
    return Records.of([*snapshot.by_key.values(), run.evolve(answers=tuple(causes))])


def said(snapshot: Records, now: datetime = NOW) -> list[tuple[str | None, str]]:
    actions = plan(snapshot, Observed(), now).actions
    return [(action.task, action.reason) for action in actions if isinstance(action, Waiting | Stalled)]


@pytest.mark.parametrize("declared", ["continue", "nothing", None])
def test_a_run_that_asked_and_left_its_task_open_is_not_followed_before_the_decision(
    declared: str | None,
) -> None:
    assert claims_of(resting(declared=declared)) == [("riley", "CI-0001", ["continue"])]

    snapshot = resting(ASKED, declared=declared)

    assert claims_of(snapshot) == []
    assert said(snapshot) == [("CI-0001", "waits for AP-1 to be decided by clara")]


@pytest.mark.parametrize("status", ["approved", "rejected", "expired", "withdrawn"])
def test_what_is_decided_expired_or_withdrawn_wakes_with_the_task(status: str) -> None:
    snapshot = resting(ASKED.evolve(status=status))

    assert claims_of(snapshot) == [("riley", "CI-0001", ["approval", "continue"])]
    assert claims_of(ticked(snapshot)) == []


@pytest.mark.parametrize(
    "approval",
    [an_approval(), an_approval(task="CI-0002"), an_approval(task="CI-0001", requested_by="oscar")],
)
def test_what_is_asked_about_something_else_or_by_another_holds_nothing(approval: Any) -> None:
    assert claims_of(resting(approval)) == [("riley", "CI-0001", ["continue"])]


def test_what_failed_is_tried_again_all_the_same() -> None:
    assert claims_of(resting(ASKED, outcome="failed", declared=None)) == [("riley", "CI-0001", ["retry"])]


def test_what_was_delivered_and_did_not_pass_its_checks_goes_on_all_the_same() -> None:
    assert claims_of(resting(ASKED, declared="finish")) == [("riley", "CI-0001", ["continue"])]


def test_what_people_want_of_it_meanwhile_wakes_it() -> None:
    snapshot = resting(ASKED, a_comment("@riley, look here"))

    assert claims_of(snapshot) == [("riley", "CI-0001", ["mention"])]


def test_a_heartbeat_finds_no_work_in_a_task_that_waits() -> None:
    beating = an_agent(heartbeat=a_heartbeat())
    snapshot = resting(ASKED, beating)

    assert claims_of(snapshot) == []
    assert said(snapshot) == [("CI-0001", "waits for AP-1 to be decided")]
    assert claims_of(resting(beating)) == [("riley", "CI-0001", ["continue", "heartbeat"])]
    assert claims_of(resting(ASKED, beating, a_comment("@riley"))) == [
        ("riley", "CI-0001", ["heartbeat", "mention"])
    ]


def test_a_decision_waits_for_a_slot_where_only_slots_wake() -> None:
    beating = an_agent(heartbeat=a_heartbeat("0 12 * * *", window_minutes=60), wake_on=("heartbeat",))
    snapshot = resting(ASKED.evolve(status="approved"), beating)

    assert claims_of(snapshot) == []
    assert claims_of(snapshot, later(180)) == [("riley", "CI-0001", ["approval", "continue", "heartbeat"])]


def test_what_nobody_may_decide_is_in_the_managers_inbox() -> None:
    snapshot = resting(ASKED.evolve(approvers=("gone",)))
    told = plan(snapshot, Observed(), NOW)

    assert [(s.task, s.reason, s.member) for s in told.stalled] == [
        ("CI-0001", "nobody may decide AP-1, which it waits for", "clara")
    ]
    assert [item.task.id for item in inbox(snapshot, "clara", told.stalled)] == ["CI-0001"]


def test_a_reviewer_that_asks_is_not_asked_for_its_verdict_before_the_decision() -> None:
    def reviewed(*records: Record) -> Records:
        task = a_task(status="in_review", review=("zoe",), assignee="riley")
        run = an_ended_run("zoe", claimed_at=later(-70))
        return answered_review(
            Records.of([*snapshot_of(an_agent("zoe"), task, *records).by_key.values(), run]), run
        )

    asked = an_approval(task="CI-0001", requested_by="zoe")

    assert claims_of(reviewed()) == [("zoe", "CI-0001", ["continue"])]
    assert claims_of(reviewed(asked)) == []
    assert said(reviewed(asked)) == [("CI-0001", "waits for AP-1 to be decided by clara")]
    assert claims_of(reviewed(asked.evolve(status="approved"))) == [
        ("zoe", "CI-0001", ["approval", "continue"])
    ]


def test_who_asks_as_often_as_it_runs_is_not_blocked_while_it_waits() -> None:
    def ended(*records: Record) -> TaskStatus:
        snapshot = snapshot_of(
            a_company(scheduler={"continue_runs": 0}), a_task(status="in_progress"), a_run(), *records
        )
        finish = FinishRun(run="20261123T090000Z-riley", outcome="succeeded", declared="continue")
        return task_in(carry_out(snapshot, finish, now=later(5))).status

    assert ended(ASKED) is TaskStatus.IN_PROGRESS
    assert ended() is TaskStatus.BLOCKED


def test_a_tick_closes_what_is_over_and_its_agent_wakes() -> None:
    snapshot = resting(ASKED.evolve(expires=later(30)))
    assert plan(snapshot, Observed(), NOW).next_look == later(30)

    after = ticked(snapshot, later(30))

    assert claims_of(after, later(30)) == [("riley", "CI-0001", ["approval", "continue"])]
    assert not [a for a in plan(after, Observed(), later(30)).actions if isinstance(a, Expire)]


def test_what_a_refused_change_left_is_not_closed() -> None:
    over = an_approval(expires=later(-5))

    assert plan(snapshot_of(over), Observed(), NOW).actions == (Expire("AP-1"),)
    assert plan(snapshot_of(over, problems=[a_problem("approval", "AP-1")]), Observed(), NOW).actions == ()
