from itertools import product
from typing import Any

import pytest

from gitcp.core.causes import assignment
from gitcp.core.consequences import DECLARED, FAILED, OTHERWISE, Consequence, consequence
from gitcp.core.inbox import responsible_for
from gitcp.core.outcomes import settle
from gitcp.model.memory import Records
from gitcp.model.runs import Cancel, Declared, FailureClass, Outcome, Run, Verification
from gitcp.model.tasks import Blocked, Delivery, Task, TaskStatus
from tests.helpers import (
    NOW,
    SHA,
    a_block,
    a_company,
    a_run,
    a_task,
    an_ended_run,
    later,
    run_in,
    snapshot_of,
)

GREEN = Verification(passed=True, command=("pytest", "-q"), exit_code=0)
RED = Verification(passed=False, command=("pytest", "-q"), exit_code=1, tail="1 failed\n")
_C = Consequence


def _settled(
    run: dict[str, Any], task: Task | None = None, *records: Any, changed: dict[str, Any] | None = None
) -> tuple[Task, str | None]:
    """End a run that answered its task as it was; return the task as it becomes and what is said about it."""
    before = task or a_task(status="in_progress")
    answers = (assignment(snapshot_of(before, *records), before),)
    after = before.evolve(**(changed or {}))
    live = a_run(answers=answers)
    ended = an_ended_run(answers=answers, **run)
    settled = settle(snapshot_of(after, live, *records), ended, later(10))
    assert settled is not None
    return settled.task, settled.comment


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_way_to_end_has_one_consequence(outcome: Outcome) -> None:
    for declared, failure in product([*Declared, None], [*FailureClass, None]):
        run = an_ended_run(outcome=outcome, declared=declared, failure=failure)
        if outcome is Outcome.SUCCEEDED:
            expected = DECLARED[declared or Declared.NOTHING]
        elif outcome is Outcome.FAILED or (outcome is Outcome.ABANDONED and failure):
            expected = FAILED[failure or FailureClass.AGENT]
        else:
            expected = OTHERWISE[outcome]

        assert consequence(run) is expected


def test_the_tables_are_complete() -> None:
    assert set(DECLARED) == set(Declared)
    assert set(FAILED) == set(FailureClass)
    assert set(OTHERWISE) == set(Outcome) - {Outcome.SUCCEEDED, Outcome.FAILED}
    assert {*DECLARED.values(), *FAILED.values(), *OTHERWISE.values()} == set(_C) - {_C.REJECT, _C.HOLD}


@pytest.mark.parametrize(
    ("declared", "verification", "undelivered", "expected"),
    [
        (Declared.FINISH, None, None, _C.DELIVER),
        (Declared.FINISH, GREEN, None, _C.DELIVER),
        (Declared.FINISH, RED, None, _C.REJECT),
        (Declared.FINISH, GREEN, "conflict", _C.REJECT),
        (Declared.CONTINUE, RED, "conflict", _C.CONTINUE),
        (Declared.BLOCK, RED, None, _C.BLOCK),
    ],
)
def test_what_was_finished_is_rejected_if_checks_are_red_or_it_was_not_delivered(
    declared: Declared, verification: Verification | None, undelivered: str | None, expected: Consequence
) -> None:
    run = an_ended_run(declared=declared, verification=verification, undelivered=undelivered)

    assert consequence(run) is expected


# the table of the design


@pytest.mark.parametrize(
    ("run", "status"),
    [
        ({"declared": "finish"}, "done"),
        ({"declared": "finish", "verification": GREEN}, "done"),
        ({"declared": "finish", "verification": RED}, "in_progress"),
        ({"declared": "finish", "undelivered": "conflict"}, "in_progress"),
        ({"declared": "block"}, "blocked"),
        ({"declared": "continue"}, "in_progress"),
        ({"declared": "nothing"}, "in_progress"),
        ({"declared": None}, "in_progress"),
        ({"outcome": "failed", "failure": "platform"}, "in_progress"),
        ({"outcome": "failed", "failure": "transient"}, "in_progress"),
        ({"outcome": "failed", "failure": "agent"}, "in_progress"),
        ({"outcome": "failed"}, "in_progress"),
        ({"outcome": "timed_out"}, "in_progress"),
        ({"outcome": "silent"}, "in_progress"),
        ({"outcome": "over_budget"}, "todo"),
        ({"outcome": "cancelled"}, "blocked"),
        ({"outcome": "abandoned"}, "in_progress"),
    ],
)
def test_a_task_becomes_what_the_table_says(run: dict[str, Any], status: str) -> None:
    task, _ = _settled(run)

    assert task.status == status


@pytest.mark.parametrize("run", [{"outcome": o, "failure": f} for o, f in product(["failed", "timed_out", "silent", "abandoned", "over_budget"], ["platform", "transient", "agent"])])  # fmt: skip
def test_attempts_are_counted_but_not_for_failures_of_others(run: dict[str, Any]) -> None:
    forgiven = run["outcome"] in {"failed", "abandoned"} and run["failure"] != "agent"

    task, comment = _settled(run, a_task(status="in_progress", attempts=1))

    assert task.attempts == (1 if forgiven else 2)
    assert (comment is None) is forgiven


@pytest.mark.parametrize(
    "run",
    [
        {"outcome": "failed", "reason": "it broke"},
        {"outcome": "timed_out"},
        {"outcome": "over_budget"},
        {"declared": "finish", "verification": RED},
    ],
)
def test_when_the_attempts_are_used_up_the_task_is_blocked(run: dict[str, Any]) -> None:
    task, comment = _settled(run, a_task(status="in_progress", attempts=2))

    assert (task.status, task.attempts) == ("blocked", 3)
    assert task.blocked == Blocked(reason="3 attempts failed")
    assert comment is not None


def test_how_many_attempts_there_are_is_the_companys() -> None:
    task, _ = _settled({"outcome": "failed"}, None, a_company(scheduler={"attempts": 1}))
    assert task.status == "blocked"

    no_company = Records.of([a_task(status="in_progress", attempts=1)])
    settled = settle(no_company, an_ended_run(outcome="failed"), NOW)
    assert settled is not None
    assert settled.task.attempts == 2
    assert settled.task.status == "in_progress"


# finish


def test_a_finished_task_is_done_and_dated() -> None:
    task, comment = _settled({"declared": "finish"}, a_task(status="in_progress", attempts=2))

    assert (task.status, task.closed, task.attempts, comment) == ("done", later(10), 0, None)


def test_a_finished_task_with_reviewers_is_handed_to_them() -> None:
    before = a_task(status="in_progress", review=("clara",), reviewed=("clara",), attempts=2)
    task, _ = _settled({"declared": "finish"}, before)

    assert (task.status, task.submitted, task.reviewed, task.attempts) == ("in_review", later(10), (), 0)
    assert task.closed is None


def test_the_assignee_does_not_review_itself() -> None:
    task, _ = _settled({"declared": "finish"}, a_task(status="in_progress", review=("riley",)))

    assert task.status == "done"


def test_a_task_that_was_never_started_can_be_finished_too() -> None:
    task, _ = _settled({"declared": "finish"}, a_task(status="todo"))

    assert task.status == "done"


def test_checks_that_did_not_run_are_not_passed() -> None:
    task, comment = _settled({"declared": "finish"}, a_task(status="in_progress", verify=(("pytest",),)))

    assert (task.status, task.attempts) == ("in_progress", 1)
    assert comment == "The task declares checks, and none of them ran on what was delivered."


@pytest.mark.parametrize(
    ("verification", "expected"),
    [
        (RED, "The check `pytest -q` ended with 1 on what was delivered.\n\n```\n1 failed\n```"),
        (RED.evolve(tail=" "), "The check `pytest -q` ended with 1 on what was delivered."),
        (RED.evolve(tail=None), "The check `pytest -q` ended with 1 on what was delivered."),
    ],
)
def test_a_red_check_is_told_with_the_end_of_its_output(verification: Verification, expected: str) -> None:
    _, comment = _settled({"declared": "finish", "verification": verification})

    assert comment == expected


def test_a_delivery_that_failed_is_told() -> None:
    _, comment = _settled({"declared": "finish", "undelivered": "conflict in a.py"})

    assert comment == "The work of run 20261123T090000Z-riley could not be delivered: conflict in a.py"


@pytest.mark.parametrize(
    "changed", [{"title": "Other"}, {"description": "More"}, {"priority": "low"}, {"reopened": 1}]
)
def test_a_persons_edit_during_the_run_prevents_done(changed: dict[str, Any]) -> None:
    task, comment = _settled({"declared": "finish"}, changed=changed)

    assert task.status == "in_progress"
    assert comment == "The task was changed while its run was finishing; it is not done as it stands now."


@pytest.mark.parametrize(
    "changed", [{"labels": ("x",)}, {"due": NOW}, {"attempts": 1}, {"review": ("clara",)}]
)
def test_what_does_not_concern_the_agent_prevents_nothing(changed: dict[str, Any]) -> None:
    task, _ = _settled({"declared": "finish"}, changed=changed)

    assert task.status in {"done", "in_review"}


def test_a_blocker_that_came_in_between_prevents_done() -> None:
    task, _ = _settled({"declared": "finish"}, None, a_task("CI-0002"), changed={"blocked_by": ("CI-0002",)})

    assert task.status == "in_progress"


def test_what_an_earlier_run_answered_counts() -> None:
    task = a_task(status="in_progress")
    earlier = an_ended_run(claimed_at=later(-60), answers=(assignment(snapshot_of(task), task),))

    settled = settle(snapshot_of(task, earlier), an_ended_run(declared="finish"), NOW)

    assert settled is not None
    assert settled.task.status == "done"


# what was delivered


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ({}, None),
        ({"commits": (SHA,)}, None),
        ({"commits": (SHA,), "branch": "riley/CI-0001", "undelivered": "conflict"}, None),
        ({"commits": ("0" * 40, SHA), "branch": "riley/CI-0001"}, False),
        ({"commits": (SHA,), "branch": "riley/CI-0001", "verification": RED}, False),
        ({"commits": (SHA,), "branch": "riley/CI-0001", "verification": GREEN}, True),
    ],
)
def test_the_task_names_what_was_delivered_and_whether_it_passed(
    run: dict[str, Any], expected: bool | None
) -> None:
    task, _ = _settled({"declared": "continue", **run})

    if expected is None:
        assert task.delivery is None
    else:
        run_id = "20261123T090000Z-riley"
        assert task.delivery == Delivery(commit=SHA, branch="riley/CI-0001", run=run_id, verified=expected)


# block, continue, nothing


def test_an_agent_that_is_blocked_says_why_and_whom_it_waits_for() -> None:
    block = a_block("which?", by="riley", waits_for="zoe")
    assert _settled({"declared": "block", "blocked": block})[0].blocked == block
    assert _settled({"declared": "block", "reason": "no key"})[0].blocked == Blocked(
        by="riley", reason="no key"
    )
    assert _settled({"declared": "block"})[0].blocked == Blocked(by="riley", reason="blocked")


@pytest.mark.parametrize(
    ("cancel", "expected"),
    [
        (Cancel(by="clara", at=NOW, reason="wrong task"), Blocked(by="clara", reason="wrong task", waits_for="clara")),
        (Cancel(by="clara", at=NOW), Blocked(by="clara", reason="run 20261123T090000Z-riley was cancelled", waits_for="clara")),
        (None, Blocked(reason="run 20261123T090000Z-riley was cancelled")),
    ],
)  # fmt: skip
def test_a_cancelled_run_leaves_the_task_to_who_cancelled_it(
    cancel: Cancel | None, expected: Blocked
) -> None:
    assert _settled({"outcome": "cancelled", "cancel": cancel})[0].blocked == expected


def _after(earlier: list[dict[str, Any]], run: dict[str, Any], *records: Any) -> Task:
    """End a run after earlier ones, the oldest first."""
    before = [an_ended_run(claimed_at=later(-60 + n), **fields) for n, fields in enumerate(earlier)]
    task, _ = _settled(run, None, *before, *records)
    return task


_MORE, _SILENT, _DONE = {"declared": "continue"}, {"declared": "nothing"}, {"declared": "finish"}
_UNSAID: dict[str, Any] = {"declared": None}
_FAILED = {"outcome": "failed"}


@pytest.mark.parametrize(
    ("earlier", "run", "blocked"),
    [
        ([], _SILENT, None),
        ([_SILENT], _SILENT, "2 runs in a row ended without finishing it"),
        ([_UNSAID], _UNSAID, "2 runs in a row ended without finishing it"),
        ([_MORE], _SILENT, None),
        ([_SILENT, _MORE], _SILENT, None),
        ([_SILENT, _FAILED], _SILENT, None),
        ([_SILENT | {"blocked": a_block()}], _SILENT, None),
        ([_MORE] * 4, _MORE, None),
        ([_MORE] * 5, _MORE, "6 runs in a row ended without finishing it"),
        ([_MORE, _SILENT, _MORE, _MORE, _MORE], _MORE, "6 runs in a row ended without finishing it"),
        ([_MORE, _MORE, _DONE, _MORE, _MORE, _MORE], _MORE, None),
        ([_MORE] * 4 + [_MORE | {"blocked": a_block()}], _MORE, None),
    ],
)
def test_an_agent_is_asked_once_when_it_says_nothing_and_a_few_times_when_it_says_more(
    earlier: list[dict[str, Any]], run: dict[str, Any], blocked: str | None
) -> None:
    task = _after(earlier, run)

    assert (task.blocked and task.blocked.reason) == blocked
    assert task.status == ("blocked" if blocked else "in_progress")


def test_how_often_an_agent_may_go_on_is_the_companys_also_if_that_is_often() -> None:
    often, never = a_company(scheduler={"continue_runs": 15}), a_company(scheduler={"continue_runs": 0})

    assert _after([_MORE] * 14, _MORE, often).status == "in_progress"
    assert _after([_MORE] * 15, _MORE, often).status == "blocked"
    assert _after([], _MORE, never).status == "blocked"


def test_a_parent_of_open_children_may_go_on_as_long_as_it_takes() -> None:
    child = a_task("CI-0002", parent="CI-0001")

    assert _after([_MORE] * 9, _MORE, child).status == "in_progress"
    assert _after([_SILENT] * 9, _SILENT, child).status == "in_progress"


# what a person decided meanwhile stays


@pytest.mark.parametrize("status", [s for s in TaskStatus if s not in {"todo", "in_progress"}])
def test_a_task_that_a_person_took_elsewhere_stays_there(status: TaskStatus) -> None:
    assert settle(snapshot_of(a_task(status=status)), an_ended_run(declared="finish"), NOW) is None


def test_a_task_that_was_given_to_another_stays_as_it_is() -> None:
    assert settle(snapshot_of(a_task(assignee="oscar")), an_ended_run(declared="finish"), NOW) is None


@pytest.mark.parametrize("task", [None, "CI-0009"])
def test_a_run_without_a_task_settles_nothing_else(task: str | None) -> None:
    assert settle(snapshot_of(), an_ended_run(task=task), NOW) is None


def test_the_same_run_has_the_same_answer_later() -> None:
    task = a_task(status="in_progress")
    run: Run = an_ended_run(declared="finish", answers=(assignment(snapshot_of(task), task),))
    snapshot = snapshot_of(task, run)

    assert settle(snapshot, run, NOW) == settle(snapshot, run, NOW)
    assert run_in(snapshot, run.id) == run


@pytest.mark.parametrize(("reason", "told"), [("it broke", "it broke"), (None, "no reason given")])
def test_a_failure_is_told_with_its_reason(reason: str | None, told: str) -> None:
    _, comment = _settled({"outcome": "timed_out", "reason": reason})

    assert comment == f"Run 20261123T090000Z-riley timed_out: {told}."


@pytest.mark.parametrize(
    ("reason", "told"), [("it took 2 usd", "it took 2 usd"), (None, "it used up its limits")]
)
def test_a_run_that_its_limits_stopped_gives_its_task_back_with_the_reason(
    reason: str | None, told: str
) -> None:
    task, comment = _settled({"outcome": "over_budget", "reason": reason})

    assert (task.status, task.attempts) == ("todo", 1)
    assert comment == f"Run 20261123T090000Z-riley was stopped: {told}."


def _hold(**fields: Any) -> dict[str, Any]:
    return {"outcome": Outcome.CANCELLED, "cancel": Cancel(by="clara", at=NOW, hold=True, **fields)}


def test_a_run_that_ends_for_a_pause_releases_its_task_and_counts_for_nothing() -> None:
    task, comment = _settled(_hold(reason="not today"), a_task(status="in_progress", attempts=2))

    assert consequence(an_ended_run(**_hold())) is _C.HOLD
    assert (task.status, task.attempts, task.blocked, comment) == (TaskStatus.TODO, 2, None, None)


def test_a_run_that_went_well_before_it_saw_the_pause_counts_as_it_ended() -> None:
    run = an_ended_run(declared="finish", cancel=_hold()["cancel"])

    assert consequence(run) is _C.DELIVER


def _lost(times: int, **end: Any) -> list[Run]:
    lost = {"outcome": "failed", "failure": "platform"} | end
    return [an_ended_run(claimed_at=later(-60 * number), **lost) for number in range(1, times + 1)]


@pytest.mark.parametrize(
    ("earlier", "status"),
    [
        (_lost(2), TaskStatus.IN_PROGRESS),
        (_lost(3), TaskStatus.BLOCKED),
        (_lost(30), TaskStatus.BLOCKED),
        (_lost(3, failure="transient"), TaskStatus.BLOCKED),
        (_lost(3, outcome="abandoned"), TaskStatus.BLOCKED),
        ([*_lost(2), *_lost(5, outcome="succeeded")[2:]], TaskStatus.IN_PROGRESS),
        (_lost(3, blocked=a_block()), TaskStatus.IN_PROGRESS),
    ],
)
def test_what_the_platform_fails_too_often_in_a_row_is_its_managers(
    earlier: list[Run], status: TaskStatus
) -> None:
    company = a_company(scheduler={"retries": 3})
    run = {"outcome": "failed", "failure": "platform", "reason": "no such image"}
    task, _ = _settled(run, None, company, *earlier)

    assert (task.status, task.attempts) == (status, 0)
    if task.blocked is not None:
        said = "runs in a row failed, which was not the agent's doing: no such image"
        assert task.blocked.reason.partition(" ")[2] == said
        assert responsible_for(snapshot_of(company, task), task) == "clara"
