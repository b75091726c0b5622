"""Gates on what the scheduler does for a task: a run starts, the task is done, when people have agreed to it as it stands."""

from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.actions import Ask, Integrate, Observed, Stalled, Waiting
from gitcp.core.inbox import inbox
from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.decide_approval import Answer
from gitcp.core.operations.registry import (
    DecideApproval,
    EditTask,
    FinishRun,
    FinishTask,
    IntegrateDelivery,
    ReviewTask,
    UnblockTask,
)
from gitcp.core.operations.review_task import ReviewVerdict
from gitcp.core.plan import plan
from gitcp.errors import ConflictError
from gitcp.model.guards import Approval, ApprovalStatus, Gate, Policy, Verdict
from gitcp.model.memory import Records
from gitcp.model.operation import Put
from gitcp.model.runs import Declared, Outcome, Run
from gitcp.model.tasks import Delivery, TaskStatus
from tests.helpers import (
    NOW,
    SHA,
    a_person,
    a_task,
    agent,
    an_agent,
    carry_out,
    later,
    person,
    snapshot_of,
    task_in,
    ticked,
)


def a_policy(*operations: str, **fields: Any) -> Policy:
    gate = Gate(**({"operations": operations, "verdict": Verdict.APPROVAL, "approvers": ("owner",)} | fields))
    return Policy(id="rule", title="A rule", gates=(gate,))


OWNER = a_person("dora", roles=("owner",))
START = a_policy("task.start", labels=("risky",), reason="it costs")
FINISH = a_policy("task.finish")


def risky(**fields: Any) -> Records:
    return snapshot_of(OWNER, START, a_task(labels=("risky",), **fields))


def approvals(snapshot: Records) -> list[Approval]:
    return list(snapshot.all(Approval))


def statuses(snapshot: Records) -> list[ApprovalStatus]:
    return [approval.status for approval in sorted(approvals(snapshot), key=lambda each: int(each.id[3:]))]


def decided(
    snapshot: Records, verdict: Answer = Answer.APPROVE, name: str = "AP-1", who: str = "dora"
) -> Records:
    said = "Not now." if verdict is Answer.REJECT else None
    return carry_out(snapshot, DecideApproval(approval=name, verdict=verdict, comment=said), person(who))


def claims(snapshot: Records, minutes: float = 0) -> list[str | None]:
    return [claim.run.task for claim in plan(snapshot, Observed(), later(minutes)).claims]


def test_a_run_is_asked_for_before_it_starts_and_starts_when_it_is_approved() -> None:
    before = risky()
    first = plan(before, Observed(), NOW)
    assert (first.claims, [type(action) for action in first.actions]) == ((), [Ask, Waiting])

    asked = ticked(before)
    [approval] = approvals(asked)
    assert (approval.title, approval.requested_by, approval.approvers) == (
        "Start CI-0001: Do CI-0001",
        "riley",
        ("owner",),
    )
    assert approval.description == "it costs\nriley would work on it, each run for 1 USD at most."
    [waiting] = plan(asked, Observed(), NOW).actions
    assert isinstance(waiting, Waiting)
    assert waiting.reason == "waits for AP-1 to be decided by dora"

    assert claims(decided(asked)) == ["CI-0001"]


def test_a_claim_checks_again_what_the_plan_saw() -> None:
    free = snapshot_of(OWNER, a_task(labels=("risky",)))
    [claim] = plan(free, Observed(), NOW).claims

    with pytest.raises(ConflictError, match="waits for the approval of owner"):
        carry_out(risky(), ClaimRun(run=claim.run, wakes=(), because=claim.reason))


@pytest.mark.parametrize("fields", [{"labels": ("safe",)}, {"labels": ()}])
def test_what_no_gate_matches_starts_at_once(fields: dict[str, Any]) -> None:
    assert claims(snapshot_of(OWNER, START, a_task(**fields))) == ["CI-0001"]


def test_a_gate_looks_at_what_a_run_may_cost() -> None:
    rule = a_policy("task.start", above_usd=Decimal("0.5"))
    cheap = an_agent(limits={"usd": "0.5"})

    assert claims(snapshot_of(OWNER, rule, a_task(), cheap)) == ["CI-0001"]
    assert claims(snapshot_of(OWNER, rule, a_task())) == []


def test_a_task_that_is_changed_is_asked_about_anew() -> None:
    asked = decided(ticked(risky()))
    changed = carry_out(asked, EditTask(task="CI-0001", fields={"title": "Something else"}), person())

    after = ticked(ticked(changed, later(1)), later(2))

    assert claims(changed) == []
    assert statuses(after) == [ApprovalStatus.VOID, ApprovalStatus.PENDING]
    assert approvals(after)[-1].title == "Start CI-0001: Something else"


def test_what_does_not_change_what_is_asked_keeps_the_agreement() -> None:
    asked = decided(ticked(risky()))
    changed = carry_out(asked, EditTask(task="CI-0001", fields={"review": ["clara"]}), person())

    assert claims(changed) == ["CI-0001"]


def test_a_rejected_start_blocks_the_task_in_the_name_of_who_said_so() -> None:
    blocked = ticked(decided(ticked(risky()), Answer.REJECT))

    task = task_in(blocked)
    assert (task.status, task.blocked and task.blocked.by) == (TaskStatus.BLOCKED, "dora")
    assert task.blocked
    assert task.blocked.reason == "dora rejected AP-1: Not now."
    assert [item.task.id for item in inbox(blocked, "dora")] == ["CI-0001"]
    assert ticked(blocked, later(1)) == blocked


def test_a_task_that_is_unblocked_is_asked_about_again() -> None:
    blocked = ticked(decided(ticked(risky()), Answer.REJECT))

    again = ticked(carry_out(blocked, UnblockTask(task="CI-0001"), person("dora")), later(1))

    assert statuses(again) == [ApprovalStatus.REJECTED, ApprovalStatus.PENDING]


def test_nobody_who_may_decide_is_no_dead_end() -> None:
    asked = ticked(snapshot_of(START, a_task(labels=("risky",))))

    [stalled] = plan(asked, Observed(), NOW).actions

    assert isinstance(stalled, Stalled)
    assert (stalled.member, stalled.reason) == ("clara", "waits for AP-1 to be decided by nobody who may")


def test_what_is_denied_waits_in_somebodys_inbox() -> None:
    rule = a_policy("task.start", verdict=Verdict.DENY, approvers=(), reason="it is winter")

    [stalled] = plan(snapshot_of(rule, a_task()), Observed(), NOW).actions

    assert isinstance(stalled, Stalled)
    assert (stalled.member, stalled.reason) == (
        "clara",
        "a policy denies task.start: gates[0] of policy rule denies it: it is winter",
    )


def test_an_approval_of_a_policy_that_is_gone_holds_nothing_and_is_void_when_the_task_is_closed() -> None:
    asked = ticked(risky())
    free = asked.edited([])
    free = Records.of([record for record in asked.by_key.values() if not isinstance(record, Policy)])

    assert claims(free) == ["CI-0001"]
    closed = free.edited([])
    closed = Records.of(
        [*(r for r in closed.by_key.values() if r.id != "CI-0001"), a_task(status="done", closed=NOW)]
    )
    assert statuses(ticked(closed)) == [ApprovalStatus.VOID]


def finished(*records: Any, **fields: Any) -> Records:
    """Return the company after riley has said that CI-0001 is done, and delivered a commit."""
    world = ticked(snapshot_of(OWNER, a_task(**fields), *records))
    run = next(run for run in world.all(Run))
    done = FinishRun(
        run=run.id, outcome=Outcome.SUCCEEDED, declared=Declared.FINISH, commits=(SHA,), branch="riley/ci-0001",
        started_at=NOW,
    )  # fmt: skip
    return carry_out(world, done, now=later(5))


def test_a_task_is_done_when_its_end_is_approved() -> None:
    waiting = finished(FINISH)
    assert task_in(waiting).status is TaskStatus.IN_REVIEW

    asked = ticked(waiting, later(6))
    [approval] = approvals(asked)
    assert (approval.title, approval.requested_by) == ("Finish CI-0001: Do CI-0001", "riley")
    assert approval.description == f"riley delivered commit {SHA} on riley/ci-0001."
    [said] = plan(asked, Observed(), later(6)).actions
    assert isinstance(said, Waiting)
    assert said.reason == "waits for AP-1 to be decided by dora"
    assert inbox(asked, "clara") == []

    done = ticked(decided(asked), later(7))
    assert (task_in(done).status, task_in(done).closed) == (TaskStatus.DONE, later(7))
    assert ticked(done, later(8)) == done


def test_an_end_that_is_rejected_returns_the_task_and_wakes_its_agent() -> None:
    back = ticked(decided(ticked(finished(FINISH), later(6)), Answer.REJECT), later(7))

    task = task_in(back)
    assert (task.status, task.submitted) == (TaskStatus.TODO, None)
    assert [comment.body for comment in back.comments("CI-0001")] == [
        "It is not done: dora rejected AP-1: Not now."
    ]
    assert claims(back, 8) == ["CI-0001"]


def test_reviewers_come_first_and_the_gate_after_them() -> None:
    reviewed = finished(FINISH, review=("clara",))
    assert approvals(ticked(reviewed, later(6))) == []

    review = ReviewTask(task="CI-0001", verdict=ReviewVerdict.APPROVE, comment="Good.")
    agreed = carry_out(reviewed, review, person(), later(6))
    assert task_in(agreed).status is TaskStatus.IN_REVIEW

    done = ticked(decided(ticked(agreed, later(7))), later(8))
    assert task_in(done).status is TaskStatus.DONE


def test_without_a_gate_a_task_is_done_at_once() -> None:
    assert task_in(finished(START)).status is TaskStatus.DONE


def test_an_agreed_end_holds_for_that_delivery_alone() -> None:
    asked = ticked(finished(FINISH), later(6))
    changed = carry_out(asked, EditTask(task="CI-0001", fields={"description": "And more."}), person())

    after = ticked(ticked(changed, later(7)), later(8))

    assert statuses(after) == [ApprovalStatus.VOID, ApprovalStatus.PENDING]


def test_the_assignee_is_who_asks_and_the_filer_may_agree() -> None:
    own = ticked(risky(created_by="dora"))

    assert claims(decided(own)) == ["CI-0001"]
    assert agent("riley").id == approvals(own)[0].requested_by


DELIVERIES = a_policy("delivery", labels=("risky",))


def held(
    status: TaskStatus = TaskStatus.IN_REVIEW, policy: Policy | None = DELIVERIES, **fields: Any
) -> Records:
    delivery = Delivery(commit=SHA, branch="riley/CI-0001", run="20261123T090000Z-riley", into="main")
    task = a_task(labels=("risky",), status=status, delivery=delivery, **fields)
    return snapshot_of(*([OWNER, policy] if policy else [OWNER]), task)


def test_what_was_held_back_is_integrated_once_it_is_approved() -> None:
    asked = ticked(held())

    assert task_in(asked).status is TaskStatus.IN_REVIEW
    [approval] = approvals(asked)
    assert approval.title == "Integrate CI-0001 into main: Do CI-0001"
    assert plan(decided(asked), Observed(), NOW).actions == (Integrate("CI-0001", SHA),)
    after = ticked(decided(asked))
    assert task_in(after).status is TaskStatus.DONE
    assert task_in(after).delivery == task_in(asked).delivery.evolve(integrated=SHA)  # type: ignore[union-attr]


def test_an_agreement_to_a_delivery_is_to_its_commit_and_not_to_the_words_of_the_task() -> None:
    agreed = decided(ticked(held()))
    retold = carry_out(agreed, EditTask(task="CI-0001", fields={"title": "In other words"}), person())
    task = task_in(agreed)
    assert task.delivery is not None
    other = agreed.edited([Put(task.evolve(delivery=task.delivery.evolve(commit="77aa" * 10)))])

    assert plan(retold, Observed(), NOW).actions == (Integrate("CI-0001", SHA),)
    assert statuses(ticked(ticked(other), later(1))) == [ApprovalStatus.VOID, ApprovalStatus.PENDING]


def test_delivery_and_finish_are_asked_for_at_once_and_both_have_to_be_agreed_to() -> None:
    rule = Policy(id="rule", title="A rule", gates=(*DELIVERIES.gates, *FINISH.gates))
    asked = ticked(held(policy=rule))

    assert sorted(str(each.for_operation) for each in approvals(asked)) == ["delivery", "task.finish"]
    one = ticked(decided(asked, name="AP-1"))
    assert task_in(one).status is TaskStatus.IN_REVIEW
    assert task_in(ticked(decided(one, name="AP-2"))).status is TaskStatus.DONE


def test_what_is_held_back_is_integrated_also_where_its_rule_is_gone() -> None:
    assert task_in(ticked(held(policy=None))).status is TaskStatus.DONE


def test_a_delivery_that_is_denied_waits_for_whoever_is_responsible() -> None:
    snapshot = held(policy=a_policy("delivery", verdict=Verdict.DENY, approvers=()))
    assert [type(action) for action in plan(snapshot, Observed(), NOW).actions] == [Stalled]
    assert [item.task.id for item in inbox(snapshot, "clara")] == ["CI-0001"]


def test_a_persons_finish_or_review_does_not_leave_what_is_held_back_behind() -> None:
    finished = carry_out(held(TaskStatus.IN_PROGRESS), FinishTask(task="CI-0001"), person())
    review = ReviewTask(task="CI-0001", verdict=ReviewVerdict.APPROVE, comment="Good.")
    reviewed = carry_out(held(review=("clara",)), review, person())

    assert task_in(finished).status is task_in(reviewed).status is TaskStatus.IN_REVIEW
    assert task_in(ticked(decided(ticked(reviewed)))).status is TaskStatus.DONE


@pytest.mark.parametrize(("refused", "status"), [(False, TaskStatus.TODO), (True, TaskStatus.BLOCKED)])
def test_what_cannot_be_integrated_returns_or_is_blocked(refused: bool, status: TaskStatus) -> None:
    agreed = decided(ticked(held()))
    failed = IntegrateDelivery(task="CI-0001", commit=SHA, obstacle="main has moved on", refused=refused)
    after = task_in(carry_out(agreed, failed))

    assert after.status is status
    assert carry_out(agreed, failed.evolve(commit="77aa" * 10)) == agreed
