"""Claiming, ending and giving up runs."""

from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import assignment
from gitcp.core.operations.registry import CancelRun, ClaimRun, FinishRun, ReapRun, ResolveRun
from gitcp.core.plan import plan
from gitcp.errors import ConflictError, IllegalTransitionError, UnknownRecordError
from gitcp.model.amounts import Amounts, Usage
from gitcp.model.memory import Records
from gitcp.model.operation import Archive, Put
from gitcp.model.runs import Cancel, Late, Outcome, Run, RunStatus, Settlement, Verification, Wake
from gitcp.model.tasks import Blocked, Given, Task, TaskStatus
from tests.helpers import (
    NOW,
    SCHEDULER,
    SHA,
    a_block,
    a_budget,
    a_cause,
    a_problem,
    a_run,
    a_task,
    a_wake,
    agent,
    an_agent,
    an_ended_run,
    carry_out,
    edit_of,
    later,
    person,
    run_in,
    snapshot_of,
    task_in,
)

RUN = "20261123T090000Z-riley"
RED = Verification(passed=False, command=("make",), exit_code=2)


def _live(task: Task | None = None, **fields: Any) -> Records:
    """Return a world in which riley works on a task, in a run that answers it."""
    task = task or a_task(status="in_progress")
    return snapshot_of(task, a_run(**({"answers": (assignment(snapshot_of(task), task),)} | fields)))


def _finished(snapshot: Records, **fields: Any) -> tuple[Run, Records]:
    after = carry_out(
        snapshot, FinishRun(**({"run": RUN, "outcome": Outcome.SUCCEEDED} | fields)), now=later(10)
    )
    return run_in(after, RUN), after


# claim


def test_a_claim_notes_how_its_task_was_found_and_how_far_the_word_came() -> None:
    heard = an_ended_run("oscar", None, hops=2)
    task = a_task(given=Given(by="oscar", run=heard.id))
    wanted = a_run(hops=9, found="done", answers=(a_cause(),))
    run = run_in(carry_out(snapshot_of(task, heard), ClaimRun(run=wanted)), RUN)

    assert (run.hops, run.found) == (3, TaskStatus.IN_PROGRESS)


@pytest.mark.parametrize("status", [TaskStatus.IN_REVIEW, None])
def test_a_claim_of_a_review_or_without_a_task_changes_no_task(status: TaskStatus | None) -> None:
    task = a_task(assignee="oscar", review=("riley",), status="in_review")
    wanted = a_run(task=task.id if status else None, answers=(a_cause("manual"),))
    edit = edit_of(snapshot_of(an_agent("oscar"), task), ClaimRun(run=wanted))

    assert [change.record.kind for change in edit.changes if isinstance(change, Put)] == ["run"]
    assert run_in(snapshot_of(task).edited(edit.changes), RUN).found is status


def test_a_claim_writes_the_run_starts_the_task_and_removes_the_wakes_that_it_answers() -> None:
    snapshot = snapshot_of(a_task(), a_budget(), a_wake(task="CI-0001"))
    (claim,) = plan(snapshot, Observed(), NOW).claims
    edit = edit_of(snapshot, ClaimRun(run=claim.run, wakes=(*claim.wakes, "riley/gone"), because="manual"))
    after = snapshot.edited(edit.changes)

    assert run_in(after, RUN).status is RunStatus.ACTIVE
    assert task_in(after).status == "in_progress"
    assert after.get(Wake, "riley/1f3a") is None
    assert len(edit.changes) == 3
    assert (edit.subject, edit.task, edit.run, edit.reason) == (
        "claim run 20261123T090000Z-riley for CI-0001",
        "CI-0001",
        RUN,
        "manual",
    )


def test_a_claim_without_a_task_writes_the_run_alone() -> None:
    edit = edit_of(snapshot_of(), ClaimRun(run=a_run(task=None)))

    assert len(edit.changes) == 1
    assert edit.subject == "claim run 20261123T090000Z-riley"


@pytest.mark.parametrize(
    "task", [a_task(status="in_progress"), a_task(status="in_review", assignee="oscar", review=("riley",))]
)
def test_a_claim_leaves_a_task_that_has_begun_or_is_reviewed_as_it_is(task: Task) -> None:
    after = carry_out(snapshot_of(task, an_agent("oscar")), ClaimRun(run=a_run()))

    assert task_in(after) == task


def test_a_claim_charges_and_reserves_by_what_is_now_in_the_branch() -> None:
    forged = a_run(charges=(), reserved=Amounts())
    after = carry_out(snapshot_of(a_task(), a_budget(), a_budget("agent/riley")), ClaimRun(run=forged))

    assert run_in(after, RUN).charges == ("company", "agent/riley")
    assert run_in(after, RUN).reserved == Amounts(usd=Decimal(1), tokens=1000, minutes=Decimal(30), runs=1)


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([an_agent(status="paused")], "agent riley is paused"),
        ([a_budget(usd=Decimal("0.5"))], "budget company: 0.5 usd left"),
        ([a_run("oscar")], "run 20261123T090000Z-oscar works on CI-0001"),
        ([a_run(task=None, claimed_at=later(-5))], "riley has 1 of 1 runs"),
        ([a_task(status="done")], "task CI-0001 is done and not for riley to work on"),
        ([a_task(assignee="oscar")], "task CI-0001 is todo and not for riley to work on"),
        ([a_task(blocked_by=("CI-0009",))], "task CI-0001 is todo and not for riley to work on"),
    ],
)
def test_a_claim_is_refused_when_money_place_or_task_are_gone(records: list[Any], message: str) -> None:
    with pytest.raises(ConflictError, match=message):
        carry_out(snapshot_of(a_task(), *records), ClaimRun(run=a_run()))


def test_a_claim_of_a_task_that_is_gone_or_of_a_run_that_exists_is_refused() -> None:
    with pytest.raises(ConflictError, match="task CI-0001 cannot be read"):
        carry_out(snapshot_of(), ClaimRun(run=a_run()))
    with pytest.raises(ConflictError, match=f"run {RUN} exists already"):
        carry_out(snapshot_of(a_task(), an_ended_run()), ClaimRun(run=a_run()))
    with pytest.raises(UnknownRecordError, match="agent ghost does not exist"):
        carry_out(snapshot_of(a_task()), ClaimRun(run=a_run("ghost")))


# finish


def test_a_run_and_its_task_end_in_one_commit() -> None:
    operation = FinishRun(
        run=RUN,
        outcome=Outcome.SUCCEEDED,
        declared="finish",
        started_at=later(1),
        branch="riley/CI-0001",
        commits=(SHA,),
        summary="Done.",
        isolation="process-group",
        usage=Usage(usd=Decimal("0.25"), tokens=70, minutes=Decimal(9), input_tokens=60),
        settled_by=Settlement.METERED,
    )
    edit = edit_of(_live(), operation, SCHEDULER, later(10))
    after = _live().edited(edit.changes)
    run = run_in(after, RUN)

    assert (run.status, run.outcome, run.started_at, run.ended_at) == (
        "ended",
        "succeeded",
        later(1),
        later(10),
    )
    assert (run.branch, run.commits, run.summary, run.isolation) == (
        "riley/CI-0001",
        (SHA,),
        "Done.",
        "process-group",
    )
    assert run.usage == Usage(usd=Decimal("0.25"), tokens=70, minutes=Decimal(9), input_tokens=60, runs=1)
    assert run.settled_by is Settlement.METERED
    assert (task_in(after).status, task_in(after).closed) == ("done", later(10))
    assert edit.subject == "finish run 20261123T090000Z-riley of CI-0001: succeeded, CI-0001 is done"


def test_what_is_said_about_the_task_is_gitcps_comment_from_the_run() -> None:
    _, after = _finished(_live(), declared="finish", verification=RED)
    (comment,) = after.comments("CI-0001")

    assert (comment.author, comment.run) == ("scheduler", RUN)
    assert comment.body == "The check `make` ended with 2 on what was delivered."


@pytest.mark.parametrize(
    ("fields", "usage", "settled_by"),
    [
        ({}, {"usd": 1, "tokens": 1000, "minutes": 30}, "reserved"),
        ({"settled_by": "metered"}, {"usd": 1, "tokens": 1000, "minutes": 30}, "reserved"),
        ({"usage": Usage(), "settled_by": "metered"}, {}, "metered"),
        ({"usage": Usage(usd=5), "settled_by": "reported"}, {"usd": 5}, "reported"),
        ({"usage": Usage(minutes=4)}, {"usd": 1, "tokens": 1000, "minutes": 4}, "reserved"),
        ({"usage": Usage(usd=3, minutes=4)}, {"usd": 3, "tokens": 1000, "minutes": 4}, "reserved"),
    ],
)
def test_an_unknown_cost_settles_at_the_reservation_and_a_run_counts_as_one(
    fields: dict[str, Any], usage: dict[str, Any], settled_by: str
) -> None:
    run, _ = _finished(_live(), **fields)

    assert run.usage == Usage(**usage, runs=1)
    assert run.settled_by == settled_by


def test_a_run_without_a_task_ends_alone() -> None:
    edit = edit_of(_live(task=None), FinishRun(run=RUN, outcome="failed"), SCHEDULER)
    alone = edit_of(snapshot_of(a_run(task=None)), FinishRun(run=RUN, outcome="failed", only_run=True))

    assert edit.subject == "finish run 20261123T090000Z-riley of CI-0001: failed, CI-0001 is in_progress"
    assert alone.subject == "finish run 20261123T090000Z-riley: failed"
    put, _ = alone.changes
    assert put.record.pending is False  # type: ignore[union-attr]


def test_a_reviewers_run_ends_without_touching_the_task() -> None:
    task = a_task(status="in_review", review=("oscar",))
    snapshot = snapshot_of(task, an_agent("oscar"), a_run("oscar"))
    edit = edit_of(snapshot, FinishRun(run="20261123T090000Z-oscar", outcome="succeeded", declared="finish"))

    assert len(edit.changes) == 1
    assert edit.subject == "finish run 20261123T090000Z-oscar of CI-0001: succeeded"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"declared": "block", "blocked": a_block("which?", by="riley")}, a_block("which?", by="riley")),
        ({"declared": "block", "reason": "no key"}, Blocked(by="riley", reason="no key")),
        ({"outcome": "cancelled"}, Blocked(reason=f"run {RUN} was cancelled")),
        ({"outcome": "failed", "declared": "block", "blocked": a_block()}, None),
        ({"declared": "finish", "blocked": a_block()}, None),
        ({"declared": "continue"}, None),
    ],
)
def test_a_run_keeps_the_block_that_it_left_its_task_in(
    fields: dict[str, Any], expected: Blocked | None
) -> None:
    run, after = _finished(_live(), **fields)

    assert run.blocked == expected
    assert task_in(after).blocked == expected


def test_a_block_by_used_up_attempts_is_kept_too_and_one_that_stood_in_the_file_is_not() -> None:
    used_up, _ = _finished(_live(a_task(status="in_progress", attempts=2)), outcome="failed")
    leftover, _ = _finished(_live(a_task(status="in_progress", blocked=a_block())), declared="continue")

    assert used_up.blocked == Blocked(reason="3 attempts failed")
    assert leftover.blocked is None


def test_a_block_of_a_task_that_a_person_took_elsewhere_stays_in_the_run() -> None:
    run, after = _finished(_live(a_task(status="backlog")), declared="block", blocked=a_block("which?"))

    assert run.blocked == a_block("which?")
    assert task_in(after).status == "backlog"


def test_a_run_that_does_not_exist_is_not_ended() -> None:
    for operation in (FinishRun(run=RUN, outcome="failed"), ReapRun(run=RUN), ResolveRun(run=RUN)):
        with pytest.raises(UnknownRecordError, match=f"run {RUN} does not exist"):
            carry_out(snapshot_of(), operation)


# late results


def test_what_a_run_reports_after_it_was_given_up_is_kept_and_changes_nothing() -> None:
    snapshot = carry_out(_live(), ReapRun(run=RUN, reason="its deadline passed"), now=later(60))
    before = run_in(snapshot, RUN)
    said = {
        "declared": "finish",
        "branch": "riley/CI-0001",
        "commits": (SHA,),
        "summary": "done",
        "rescue": "r",
    }
    result = FinishRun(run=RUN, outcome="succeeded", started_at=NOW, reason="slow", **said)

    after = carry_out(snapshot, result, now=later(90))
    run = run_in(after, RUN)

    assert run.late == Late(at=later(90), outcome="succeeded", reason="slow", **said)
    assert task_in(after) == task_in(snapshot)
    assert run == before.evolve(late=run.late, rescue="r")
    again = result.evolve(summary="and more")
    assert edit_of(after, again, now=later(99)).changes == ()


def test_a_result_that_is_sent_twice_is_not_late() -> None:
    result = FinishRun(run=RUN, outcome="succeeded", declared="continue", started_at=NOW, summary="more")
    once = carry_out(_live(), result, now=later(10))

    assert edit_of(once, result, now=later(11)).changes == ()


def test_a_late_result_may_raise_the_cost_and_changes_nothing_else() -> None:
    ended = an_ended_run(outcome="abandoned")
    task = a_task(status="in_progress")
    usage = Usage(usd=Decimal(2), tokens=10, minutes=Decimal(3), output_tokens=4)
    operation = FinishRun(
        run=RUN, outcome="succeeded", declared="finish", usage=usage, rescue="refs/rescue/1"
    )
    edit = edit_of(snapshot_of(task, ended), operation)
    after = snapshot_of(task, ended).edited(edit.changes)
    run = run_in(after, RUN)

    assert run.usage == Usage(usd=Decimal(2), tokens=500, minutes=Decimal(10), runs=1)
    assert (run.outcome, run.declared, run.rescue) == ("abandoned", None, "refs/rescue/1")
    assert task_in(after) == task
    assert edit.subject == f"note late result of run {RUN}"


def test_a_late_result_of_an_archived_run_that_is_in_no_sum_is_refused_and_the_run_stays_archived() -> None:
    snapshot = snapshot_of().edited([Put(an_ended_run()), Archive(Run, RUN)])
    assert snapshot.is_archived(Run, RUN)

    with pytest.raises(ConflictError, match="found none that it fits") as caught:
        carry_out(snapshot, FinishRun(run=RUN, outcome="succeeded", usage=Usage(usd=2)))
    assert caught.value.hint == (
        "the run stays in the archive at what it cost before; see whether `gitcp check` names the ledger"
    )
    assert edit_of(snapshot, FinishRun(run=RUN, outcome="succeeded", usage=Usage())).changes == ()


@pytest.mark.parametrize("usage", [None, Usage(), Usage(usd=Decimal("0.4"))])
def test_a_late_result_that_cost_no_more_changes_nothing(usage: Usage | None) -> None:
    edit = edit_of(snapshot_of(an_ended_run()), FinishRun(run=RUN, outcome="succeeded", usage=usage))

    assert edit.changes == ()


def test_a_late_result_of_a_run_whose_cost_nobody_knows_changes_nothing() -> None:
    snapshot = snapshot_of(an_ended_run(usage=None))

    assert edit_of(snapshot, FinishRun(run=RUN, outcome="succeeded", usage=Usage(usd=9))).changes == ()


# results that wait


@pytest.mark.parametrize(
    "operation",
    [
        FinishRun(run=RUN, outcome="succeeded", declared="finish", only_run=True),
        ReapRun(run=RUN, only_run=True),
    ],
)
def test_a_result_waits_in_the_run_while_somebody_edits_the_tasks_file(
    operation: FinishRun | ReapRun,
) -> None:
    after = carry_out(_live(), operation)

    assert run_in(after, RUN).pending
    assert run_in(after, RUN).status is RunStatus.ENDED
    assert run_in(after, RUN).usage is not None
    assert task_in(after) == a_task(status="in_progress")


def test_a_result_waits_also_while_the_tasks_file_has_a_problem() -> None:
    snapshot = _live()
    broken = Records.of(snapshot.by_key.values(), problems=[a_problem("task", "CI-0001")])

    ended = carry_out(broken, FinishRun(run=RUN, outcome="succeeded", declared="finish"))

    assert run_in(ended, RUN).pending
    assert edit_of(ended, ResolveRun(run=RUN)).changes == ()
    mended = Records.of(ended.by_key.values())
    assert task_in(carry_out(mended, ResolveRun(run=RUN))).status == "done"


@pytest.mark.parametrize(
    ("fields", "status", "comments"),
    [
        ({"declared": "finish"}, "done", 0),
        ({"declared": "finish", "verification": RED}, "in_progress", 1),
        ({"declared": "block", "blocked": a_block()}, "blocked", 0),
        ({"outcome": "failed"}, "in_progress", 1),
    ],
)
def test_a_result_that_waited_is_what_it_would_have_been(
    fields: dict[str, Any], status: str, comments: int
) -> None:
    run, waiting = _finished(_live(), only_run=True, **fields)
    at_once, _ = _finished(_live(), **fields)
    edit = edit_of(waiting, ResolveRun(run=RUN), SCHEDULER, later(20))
    after = waiting.edited(edit.changes)

    assert run.pending
    assert run_in(after, RUN) == at_once
    assert (task_in(after).status, len(after.comments("CI-0001"))) == (status, comments)
    assert edit.subject == f"resolve run {RUN} of CI-0001, CI-0001 is {status}"


def test_what_a_person_decided_in_the_meantime_stays() -> None:
    _, waiting = _finished(_live(), only_run=True, declared="finish")
    cancelled = Records.of([*waiting.by_key.values(), a_task(status="cancelled")])

    after = carry_out(cancelled, ResolveRun(run=RUN))

    assert task_in(after).status == "cancelled"
    assert not run_in(after, RUN).pending


def test_a_run_that_does_not_wait_is_not_resolved() -> None:
    assert edit_of(snapshot_of(an_ended_run()), ResolveRun(run=RUN)).changes == ()


# reap


def test_a_run_that_is_given_up_settles_at_its_reservation() -> None:
    operation = ReapRun(run=RUN, reason="its deadline passed", rescue="refs/rescue/1")
    edit = edit_of(_live(), operation, SCHEDULER, later(40))
    after = _live().edited(edit.changes)
    run = run_in(after, RUN)

    assert (run.outcome, run.reason, run.rescue, run.ended_at) == (
        "abandoned",
        "its deadline passed",
        "refs/rescue/1",
        later(40),
    )
    assert run.usage == Usage(usd=1, tokens=1000, runs=1, minutes=30)
    assert run.settled_by is Settlement.RESERVED
    assert task_in(after).attempts == 1
    assert edit.subject == f"reap run {RUN} of CI-0001: its deadline passed"


def test_a_run_that_is_given_up_settles_at_what_it_had_reported_where_that_is_more() -> None:
    reported = Usage(usd=Decimal("1.5"), tokens=10, runs=1)

    run = run_in(carry_out(_live(), ReapRun(run=RUN, reported=reported)), RUN)
    unstarted = run_in(carry_out(_live(), ReapRun(run=RUN, reported=reported, started=False)), RUN)

    assert run.usage == Usage(usd=Decimal("1.5"), tokens=1000, runs=1, minutes=30)
    assert unstarted.usage == Usage(runs=1)


def test_a_run_that_never_started_cost_nothing_but_its_place() -> None:
    run = run_in(carry_out(_live(), ReapRun(run=RUN, started=False)), RUN)

    assert run.usage == Usage(runs=1)
    assert run.settled_by is Settlement.METERED


def test_a_cancelled_run_without_a_runner_blocks_its_task_by_who_cancelled_it() -> None:
    cancelled = carry_out(_live(), CancelRun(run=RUN, reason="wrong"), person())
    after = carry_out(cancelled, ReapRun(run=RUN, outcome="cancelled"))

    assert task_in(after).blocked == Blocked(by="clara", reason="wrong", waits_for="clara")
    assert run_in(after, RUN).blocked == task_in(after).blocked


def test_what_has_ended_is_not_given_up() -> None:
    assert edit_of(snapshot_of(an_ended_run()), ReapRun(run=RUN)).changes == ()


# cancel


def test_the_wish_that_a_run_ends_is_written_into_it_once() -> None:
    edit = edit_of(_live(), CancelRun(run=RUN, reason="wrong task"), person(), later(0.01))
    after = _live().edited(edit.changes)

    assert run_in(after, RUN).cancel == Cancel(by="clara", at=NOW, reason="wrong task")
    assert run_in(after, RUN).is_active
    assert edit.subject == f"cancel run {RUN}: wrong task"
    assert edit_of(after, CancelRun(run=RUN), person()).changes == ()


def test_a_run_that_has_ended_is_not_cancelled() -> None:
    with pytest.raises(
        IllegalTransitionError, match=rf"run {RUN} has ended \(succeeded\): cancel is not possible"
    ):
        carry_out(snapshot_of(an_ended_run()), CancelRun(run=RUN), person())


def test_a_manager_may_cancel_a_run_below_it() -> None:
    snapshot = snapshot_of(an_agent("oscar"), an_agent("riley", reports_to="oscar"), a_run())

    assert run_in(carry_out(snapshot, CancelRun(run=RUN), agent("oscar")), RUN).cancel is not None


def test_a_task_whose_file_has_a_problem_is_not_claimed() -> None:
    broken = snapshot_of(a_task(), problems=[a_problem("task", "CI-0001")])

    with pytest.raises(ConflictError, match="task CI-0001 cannot be read"):
        carry_out(broken, ClaimRun(run=a_run()))


def test_a_claim_clears_what_is_left_of_a_block_that_was_lifted_by_hand() -> None:
    after = carry_out(snapshot_of(a_task(blocked=a_block())), ClaimRun(run=a_run()))

    assert (task_in(after).status, task_in(after).blocked) == ("in_progress", None)


def test_a_silent_run_whose_result_waited_is_not_counted_twice() -> None:
    _, waiting = _finished(_live(), only_run=True, declared="nothing")

    after = carry_out(waiting, ResolveRun(run=RUN), now=later(20))

    assert task_in(after).status == "in_progress"


def test_a_late_result_does_not_replace_where_the_work_was_saved() -> None:
    ended = an_ended_run(rescue="refs/rescue/1")
    late = FinishRun(run=RUN, outcome="succeeded", usage=Usage(usd=9), rescue="refs/rescue/2")

    assert run_in(carry_out(snapshot_of(ended), late), RUN).rescue == "refs/rescue/1"


def test_a_run_that_never_started_failed_by_the_platform() -> None:
    after = carry_out(_live(), ReapRun(run=RUN, started=False, reason="it never started"))

    assert (run_in(after, RUN).outcome, run_in(after, RUN).failure) == (Outcome.ABANDONED, "platform")
    assert task_in(after).attempts == 0
    assert run_in(carry_out(_live(), ReapRun(run=RUN)), RUN).failure is None


def test_a_run_without_a_task_that_failed_asks_for_another() -> None:
    for end in (FinishRun(run=RUN, outcome="timed_out"), ReapRun(run=RUN)):
        (wake,) = carry_out(snapshot_of(a_run(task=None)), end).all(Wake)

        assert (wake.agent, wake.by, wake.again) == ("riley", "riley", RUN)
    assert carry_out(snapshot_of(a_run(task=None)), FinishRun(run=RUN, outcome="succeeded")).all(Wake) == []
    assert carry_out(_live(), FinishRun(run=RUN, outcome="timed_out")).all(Wake) == []


def test_what_a_waiting_result_was_asked_is_kept_when_it_arrives() -> None:
    snapshot = _live(answers=(a_cause("mention", "CI-0001/x"),))
    waiting = carry_out(snapshot, FinishRun(run=RUN, outcome="failed", only_run=True))

    assert waiting.all(Wake) == []
    assert [wake.again for wake in carry_out(waiting, ResolveRun(run=RUN)).all(Wake)] == [RUN]
