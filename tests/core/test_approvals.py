"""The life of an approval, who may decide it, and which decisions count."""

from dataclasses import replace
from typing import Any

import pytest

from gitcp.core.approvals import (
    TRANSITIONS,
    ApprovalEvent,
    advance,
    awaited,
    content_hash,
    counting,
    deciders,
    event_of,
    missing,
    pending,
    to_decide,
    told_as_asked,
    why_decide,
)
from gitcp.errors import Consent, IllegalTransitionError
from gitcp.model.guards import Approval, ApprovalStatus, Decision
from gitcp.model.problem import Problem
from gitcp.model.tasks import Task
from tests.helpers import NOW, a_person, a_task, an_agent, an_approval, later, snapshot_of

ALEX, CLARA, DORA = a_person("alex", roles=("owner",)), a_person("clara"), a_person("dora", roles=("owner",))


def a_decision(approval: Approval, by: str = "clara", verdict: Any = "approve", **fields: Any) -> Decision:
    values = {"by": by, "at": NOW, "verdict": verdict, "content": content_hash(approval)}
    return Decision(**(values | fields))


def decided(approval: Approval, *decisions: Decision) -> Approval:
    return approval.evolve(decisions=decisions)


@pytest.mark.parametrize("status", list(ApprovalStatus))
@pytest.mark.parametrize("event", list(ApprovalEvent))
def test_a_step_is_in_the_table_or_an_error_that_says_what_to_do(
    status: ApprovalStatus, event: ApprovalEvent
) -> None:
    approval = an_approval(status=status)

    if event in TRANSITIONS[status]:
        assert advance(approval, event) is TRANSITIONS[status][event]
        return
    with pytest.raises(IllegalTransitionError, match=f"AP-1 is {status}: {event} is not possible") as refused:
        advance(approval, event)
    assert refused.value.hint == "ask anew: gitcp approval request"


def test_every_status_has_a_row_and_is_reached_and_what_is_approved_is_applied_or_void() -> None:
    assert set(TRANSITIONS) == set(ApprovalStatus)
    assert {after for row in TRANSITIONS.values() for after in row.values()} == set(ApprovalStatus)
    assert {status: set(row.values()) for status, row in TRANSITIONS.items() if row} == {
        ApprovalStatus.PENDING: set(ApprovalStatus) - {ApprovalStatus.APPLIED},
        ApprovalStatus.APPROVED: {ApprovalStatus.APPLIED, ApprovalStatus.VOID},
    }


@pytest.mark.parametrize(
    ("fields", "is_other"),
    [
        ({"title": "Must I?"}, True),
        ({"description": "More."}, True),
        ({"options": ("a", "b")}, True),
        ({"for_operation": "agent.hire"}, True),
        ({"content": "sha256:0"}, True),
        ({"task": "CI-0001"}, True),
        ({"requested_by": "oscar"}, True),
        ({"approvers": ("alex",)}, False),
        ({"quorum": 2}, False),
        ({"expires": NOW}, False),
        ({"requested_at": later(5)}, False),
        ({"status": "approved"}, False),
    ],
)
def test_the_hash_is_of_what_is_asked_and_of_nothing_else(fields: dict[str, Any], is_other: bool) -> None:
    approval = an_approval()

    assert (content_hash(approval.evolve(**fields)) != content_hash(approval)) is is_other
    assert content_hash(approval) == content_hash(an_approval())
    assert content_hash(approval).startswith("sha256:")


def test_parts_of_the_content_do_not_run_into_each_other() -> None:
    one, other = an_approval(options=("a", "b, c")), an_approval(options=("a, b", "c"))

    assert content_hash(one) != content_hash(other)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("alex", "clara", "dora")),
        ({"approvers": ("clara",)}, ("clara",)),
        ({"approvers": ("owner",)}, ("alex", "dora")),
        ({"approvers": ("owner", "clara", "nobody")}, ("alex", "clara", "dora")),
        ({"approvers": ("riley", "oscar")}, ()),
        ({"requested_by": "dora"}, ("alex", "clara")),
        ({"requested_by": "dora", "approvers": ("owner",)}, ("alex",)),
    ],
)
def test_persons_decide_who_are_named_by_id_or_role_and_did_not_ask(
    fields: dict[str, Any], expected: tuple[str, ...]
) -> None:
    snapshot = snapshot_of(ALEX, CLARA, DORA, an_agent("oscar"))

    assert deciders(snapshot, an_approval(**fields)) == expected


def test_only_the_last_decision_of_who_may_decide_about_the_present_content_counts() -> None:
    snapshot, approval = snapshot_of(ALEX, CLARA, DORA), an_approval(approvers=("alex", "clara"))
    last = a_decision(approval, "clara", comment="after all")
    voided = a_decision(approval.evolve(title="Another"), "alex")

    told = decided(
        approval, a_decision(approval, "clara", "reject"), last, voided, a_decision(approval, "dora")
    )

    assert counting(snapshot, told) == (last,)
    assert counting(snapshot, decided(approval, a_decision(approval, content=None))) == ()


@pytest.mark.parametrize(
    ("quorum", "verdicts", "expected", "lacking"),
    [
        (1, {}, ApprovalEvent.DECIDE, 1),
        (1, {"alex": "approve"}, ApprovalEvent.APPROVE, 0),
        (2, {"alex": "approve"}, ApprovalEvent.DECIDE, 1),
        (2, {"alex": "approve", "dora": "approve"}, ApprovalEvent.APPROVE, 0),
        (3, {"alex": "approve", "dora": "reject"}, ApprovalEvent.REJECT, 2),
        (1, {"alex": "approve", "dora": "reject"}, ApprovalEvent.REJECT, 0),
    ],
)
def test_a_quorum_approves_and_one_rejection_rejects(
    quorum: int, verdicts: dict[str, str], expected: ApprovalEvent, lacking: int
) -> None:
    snapshot, asked = snapshot_of(ALEX, CLARA, DORA), an_approval(quorum=quorum)
    told = decided(asked, *(a_decision(asked, by, verdict) for by, verdict in verdicts.items()))

    assert (event_of(snapshot, told), missing(snapshot, told)) == (expected, lacking)


def test_a_quorum_agrees_on_one_of_the_options() -> None:
    snapshot, asked = snapshot_of(ALEX, CLARA, DORA), an_approval(options=("red", "blue"), quorum=2)

    def told(*options: str | None) -> ApprovalEvent:
        people = ("alex", "clara", "dora")
        made = (a_decision(asked, by, option=o) for by, o in zip(people, options, strict=False))
        return event_of(snapshot, decided(asked, *made))

    assert told("red", "blue") is ApprovalEvent.DECIDE
    assert told("red", "blue", "red") is ApprovalEvent.APPROVE
    assert told(None, "green", "green") is ApprovalEvent.DECIDE


def test_what_waits_is_told_the_oldest_first_and_to_whoever_has_not_decided_yet() -> None:
    asked = an_approval("AP-2", quorum=2, requested_at=later(-5))
    old = asked.evolve(decisions=(a_decision(asked, "clara"),))
    done = an_approval("AP-3", status="approved")
    snapshot = snapshot_of(ALEX, an_approval(approvers=("clara",)), old, done)

    assert [approval.id for approval in pending(snapshot)] == ["AP-2", "AP-1"]
    assert [approval.id for approval in to_decide(snapshot, "clara")] == ["AP-1"]
    assert [approval.id for approval in to_decide(snapshot, "alex")] == ["AP-2"]
    assert to_decide(snapshot, "riley") == []


def test_an_agents_task_waits_for_what_that_agent_asked_about_it() -> None:
    snapshot = snapshot_of(
        an_approval("AP-1", task="CI-0001"),
        an_approval("AP-2", task="CI-0001", requested_by="oscar"),
        an_approval("AP-3"),
        an_approval("AP-4", task="CI-0001", status="withdrawn"),
    )

    assert [approval.id for approval in awaited(snapshot, "riley", "CI-0001")] == ["AP-1"]


@pytest.mark.parametrize(
    ("task", "about"),
    [
        (a_task(status="in_progress", assignee="riley"), ", and CI-0001 waits for it"),
        (a_task(status="done", assignee="riley"), " on CI-0001"),
        (a_task(status="in_progress", assignee="hugo"), " on CI-0001"),
    ],
)
def test_only_an_open_task_of_whoever_asked_is_said_to_wait(task: Task, about: str) -> None:
    said = why_decide(snapshot_of(task), an_approval(task=task.id))

    assert said == f"riley asks for your decision{about}"


CHANGE = ({"path": "org/eve.yaml", "text": "kind: agent\n"},)
REFUSED = Problem(
    path="org/eve.yaml",
    message="agent.hire needs the approval of owner",
    hint="ask for it",
    consent=Consent("agent.hire", ("owner",)),
)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        ("pending", "AP-1 asks for it and waits for alex, dora: gitcp approval show AP-1"),
        ("approved", "AP-1 is approved: the next tick applies it"),
        ("rejected", "ask for it"),
        ("void", "ask for it"),
    ],
)
def test_a_refused_change_that_is_asked_for_says_by_which_request(status: str, hint: str) -> None:
    asked = an_approval(
        change=CHANGE,
        for_operation="agent.hire",
        requested_by="clara",
        approvers=("owner",),
        status=status,
    )
    other = replace(REFUSED, path="org/fay.yaml")

    told = told_as_asked(snapshot_of(ALEX, CLARA, DORA, asked), [REFUSED, other])

    assert [problem.hint for problem in told] == [hint, "ask for it"]
