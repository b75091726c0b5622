from datetime import timedelta
from typing import Any

import pytest

from gitcp.core.approvals import content_hash
from gitcp.model.change import RecordChange
from gitcp.model.guards import Approval, Decision, Withdrawal
from tests.core.changing import CLARA, HUGO, a_change, by_hand, told
from tests.helpers import NOW, a_person, an_approval, snapshot_of

HEATH = a_person("hugo", reports_to="clara")


def decided(approval: Approval, by: str = "clara", **fields: Any) -> Decision:
    return Decision(
        **({"by": by, "at": NOW, "verdict": "approve", "content": content_hash(approval)} | fields)
    )


def changed(before: Approval, **fields: Any) -> RecordChange:
    return a_change(before, before.evolve(**fields), snapshot_of(before, HEATH))


def wheres(*changes: RecordChange, **how: Any) -> list[str]:
    return [problem.where for problem in by_hand(*changes, **how)]


def test_a_request_by_hand_is_the_own_and_undecided() -> None:
    asked = an_approval(requested_by="clara")

    assert by_hand(a_change(None, asked)) == []
    assert wheres(a_change(None, asked), who=HUGO) == ["requested_by"]
    assert wheres(a_change(None, asked.evolve(status="approved", decisions=(decided(asked, "hugo"),)))) == [
        "status",
        "decisions",
    ]


@pytest.mark.parametrize("status", ["pending", "approved"])
def test_a_decision_by_hand_is_the_own_and_its_status_follows_or_is_left_to_the_next_tick(
    status: str,
) -> None:
    asked = an_approval()

    assert by_hand(changed(asked, decisions=(decided(asked),), status=status)) == []
    assert wheres(changed(asked, decisions=(decided(asked),), status=status), who=HUGO) == ["decisions[0].by"]


def test_a_quorum_is_not_reached_by_one() -> None:
    asked = an_approval(quorum=2)

    assert told(changed(asked, decisions=(decided(asked),), status="approved")) == [
        "status: expected pending, which follows from its decisions, found approved"
    ]


@pytest.mark.parametrize(
    "easier", [{"quorum": 1, "approvers": ("hugo",)}, {"quorum": 1, "approvers": ("clara", "hugo")}]
)
def test_who_decides_does_not_choose_who_may_in_the_same_commit(easier: dict[str, Any]) -> None:
    asked = an_approval(approvers=("hugo",), quorum=2)
    easier = easier | {"decisions": (decided(asked),), "status": "approved"}

    assert "decisions[0].by" in wheres(changed(asked, **easier))


@pytest.mark.parametrize("status", ["expired", "applied", "void", "rejected", "approved"])
def test_no_status_is_written_that_no_decision_leads_to(status: str) -> None:
    assert wheres(changed(an_approval(), status=status)) == ["status"]


def test_what_is_over_stays_as_it_is() -> None:
    over = an_approval(status="approved", for_operation="agent.hire")

    assert wheres(changed(over, status="pending")) == ["status"]
    assert wheres(changed(over, title="May I please?")) == ["title"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"content": None}, "decisions[0].content"),
        ({"content": "sha256:0"}, "decisions[0].content"),
        ({"verdict": "reject"}, "decisions[0]"),
        ({"option": "Madrid"}, "decisions[0].option"),
    ],
)
def test_a_decision_says_what_a_command_would_have_said(said: dict[str, Any], where: str) -> None:
    asked = an_approval()

    assert where in wheres(changed(asked, decisions=(decided(asked, **said),)))


def test_the_right_hash_is_named() -> None:
    asked = an_approval()
    (problem,) = by_hand(changed(asked, decisions=(decided(asked, content=None),)))

    assert (
        problem.hint == f"write `content: {content_hash(asked)}`, or use gitcp approval decide AP-1 --approve"
    )


def test_what_expired_is_decided_no_more() -> None:
    asked = an_approval(expires=NOW)
    early = decided(asked, at=NOW - timedelta(hours=1))

    assert wheres(changed(asked, decisions=(decided(asked),))) == ["decisions[0]"]
    assert wheres(changed(asked, decisions=(early,)), at=NOW) == ["decisions[0]"]
    assert by_hand(changed(asked, decisions=(early,)), at=NOW - timedelta(minutes=1)) == []


def test_nobody_takes_away_what_another_decided() -> None:
    asked = an_approval(quorum=2)
    asked = asked.evolve(decisions=(decided(asked, "hugo"),))
    own = an_approval(quorum=2, decisions=(decided(asked),))

    assert wheres(changed(asked, decisions=())) == ["decisions"]
    assert by_hand(changed(own, decisions=())) == []


def test_who_asked_is_fixed_and_so_is_what_a_gate_asks() -> None:
    free, gated = an_approval(), an_approval(for_operation="agent.hire", approvers=("clara",))

    assert wheres(changed(free, requested_by="hugo")) == ["requested_by"]
    assert by_hand(changed(free, approvers=("hugo",), description="Please")) == []
    assert wheres(changed(gated, approvers=("hugo",))) == ["approvers"]


@pytest.mark.parametrize(
    ("asked", "changes", "expected"),
    [
        ({"requested_by": "clara", "approvers": ("hugo",)}, {"approvers": ("dora",)}, ["approvers"]),
        ({"requested_by": "clara", "quorum": 2}, {"quorum": 1}, ["quorum"]),
        ({"requested_by": "clara"}, {"quorum": 2}, []),
        ({"approvers": ("clara", "hugo"), "quorum": 2}, {"quorum": 1}, ["quorum"]),
        ({"approvers": ("hugo",)}, {"approvers": ("clara",)}, ["approvers"]),
        ({"approvers": ("clara",)}, {"approvers": ("hugo",)}, []),
        ({"approvers": ("hugo",)}, {"approvers": ("dora",)}, []),
    ],
)
def test_neither_who_asks_nor_who_decides_with_others_says_who_does(
    asked: dict[str, Any], changes: dict[str, Any], expected: list[str]
) -> None:
    assert wheres(changed(an_approval(**asked), **changes)) == expected


def test_a_request_is_withdrawn_by_who_asked_or_from_above_in_the_own_name() -> None:
    asked = an_approval(requested_by="hugo")
    away = {"status": "withdrawn", "withdrawn": Withdrawal(by="hugo", at=NOW)}
    known = snapshot_of(asked, HEATH)

    assert by_hand(changed(asked, **away), who=HUGO) == []
    assert wheres(changed(asked, **away), who=CLARA) == ["withdrawn.by"]
    assert by_hand(changed(asked, status="withdrawn"), who=CLARA) == []
    assert wheres(a_change(an_approval(), an_approval(status="withdrawn"), known), who=HUGO) == ["status"]
    assert wheres(changed(asked, withdrawn=away["withdrawn"]), who=HUGO) == ["withdrawn"]


def test_a_request_is_kept() -> None:
    (problem,) = by_hand(a_change(an_approval(), None))

    assert problem.message == "expected a file: what was asked and decided is kept"
    assert by_hand(a_change(an_approval(), None, is_broken=True, blob="0" * 40)) == []
