"""How reviewers are woken."""

from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.operations.registry import (
    ReviewTask,
)
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from gitcp.model.runs import Cancel, Declared, FailureClass, Outcome
from tests.core.waking import answered, claims_of
from tests.helpers import (
    NOW,
    a_cause,
    a_company,
    a_task,
    agent,
    an_agent,
    an_ended_run,
    carry_out,
    later,
    snapshot_of,
    task_in,
    ticked,
)


def test_a_task_in_review_wakes_its_reviewer_and_not_its_assignee() -> None:
    snapshot = snapshot_of(a_task(status="in_review", review=("oscar", "clara")), an_agent("oscar"))

    assert claims_of(snapshot) == [("oscar", "CI-0001", ["review"])]
    assert claims_of(ticked(snapshot)) == []


def test_a_reviewer_is_woken_again_for_the_next_submission() -> None:
    task = a_task(status="in_review", review=("oscar",), submitted=later(-60))
    snapshot = answered(
        snapshot_of(task, an_agent("oscar")), an_ended_run("oscar", claimed_at=later(-50), declared="nothing")
    )
    returned = carry_out(
        snapshot, ReviewTask(task="CI-0001", verdict="request-changes", comment="no"), agent("oscar")
    )
    again = Records.of(
        [*returned.by_key.values(), task_in(returned).evolve(status="in_review", submitted=later(-60))]
    )

    assert ("oscar", "CI-0001") in [claim[:2] for claim in claims_of(again)]
    assert "review" in claims_of(again)[0][2]


@pytest.mark.parametrize(
    ("ended", "after", "expected"),
    [
        ({"outcome": Outcome.SUCCEEDED, "declared": Declared.NOTHING}, 0, ["continue"]),
        ({"outcome": Outcome.FAILED, "failure": FailureClass.TRANSIENT}, 0, []),
        ({"outcome": Outcome.FAILED, "failure": FailureClass.TRANSIENT}, 10, ["retry"]),
        ({"outcome": Outcome.ABANDONED}, 10, ["retry"]),
        ({"outcome": Outcome.CANCELLED}, 10, []),
        ({"outcome": Outcome.CANCELLED, "cancel": Cancel(by="clara", at=NOW, hold=True)}, 0, ["continue"]),
    ],
)
def test_a_review_that_ended_without_a_verdict_is_asked_for_again(
    ended: dict[str, Any], after: int, expected: list[str]
) -> None:
    run = an_ended_run("oscar", **ended)
    snapshot = answered(snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar")), run)

    found = claims_of(snapshot, later(10 + after))

    assert [claim[2] for claim in found] == ([expected] if expected else [])


def test_a_reviewer_that_is_silent_twice_or_fails_too_often_is_not_asked_again() -> None:
    base = snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar"))
    silent = an_ended_run("oscar", answers=(a_cause("continue"),), declared="nothing")
    assert claims_of(answered(base, silent), later(60)) == []

    failed = [an_ended_run("oscar", outcome="failed", claimed_at=later(-60 * n)) for n in (3, 2, 1)]
    snapshot = Records.of([*answered(base, failed[2]).by_key.values(), *failed[:2]])
    assert claims_of(snapshot, later(24 * 60)) == []
    (stalled,) = plan(snapshot, Observed(), later(24 * 60)).stalled
    assert (stalled.reason, stalled.member) == ("oscar ended without a verdict", "clara")


@pytest.mark.parametrize(("times", "asked"), [(3, True), (4, False)])
def test_a_review_that_the_platform_fails_too_often_is_not_asked_for_again(times: int, asked: bool) -> None:
    company = a_company(scheduler={"attempts": 1, "retries": 3})
    base = snapshot_of(company, a_task(status="in_review", review=("oscar",)), an_agent("oscar"))
    failed = [
        an_ended_run("oscar", outcome="failed", failure="platform", claimed_at=later(-60 * n))
        for n in range(1, times + 1)
    ]
    snapshot = Records.of([*answered(base, failed[0]).by_key.values(), *failed[1:]])

    assert bool(claims_of(snapshot, later(24 * 60))) is asked


def test_nobody_is_asked_again_while_a_result_waits_for_the_file() -> None:
    run = an_ended_run("oscar", declared="nothing", pending=True)
    snapshot = answered(snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar")), run)

    assert claims_of(snapshot, later(60)) == []
