"""What a tick does with approvals: a status follows decisions, all requests for a change count together, and what is over is over."""

from typing import Any

import pytest

from gitcp.core.actions import Action, Apply, Conclude, Expire, Void
from gitcp.core.approvals import content_hash
from gitcp.core.causes import decision
from gitcp.core.consenting import consenting
from gitcp.core.operations.registry import ApplyApproval, ConcludeApproval, VoidApproval
from gitcp.errors import ConflictError
from gitcp.model.guards import Approval, ApprovalStatus, Decision, ProposedFile
from gitcp.model.memory import Records
from tests.helpers import (
    NOW,
    a_person,
    a_problem,
    an_approval,
    carry_out,
    edit_of,
    later,
    snapshot_of,
)

DORA = a_person("dora", roles=("owner",))
FILES = (ProposedFile(path="budgets/company.yaml", text="period: month\nlimits: {usd: 5}\n"),)


def asked(name: str = "AP-1", *decided: tuple[str, str], **fields: Any) -> Approval:
    """Return a request of clara's for a budget, with who said what."""
    base = an_approval(name, **({"requested_by": "clara", "change": FILES} | fields))
    said = tuple(
        Decision(by=who, at=NOW, verdict=verdict, content=content_hash(base), comment="I say so.")
        for who, verdict in decided
    )
    return base.evolve(decisions=said)


def approved(name: str = "AP-1", **fields: Any) -> Approval:
    return asked(name, ("dora", "approve"), status="approved", **fields)


def to_do(*records: Any, minutes: float = 1, **fields: Any) -> list[Action]:
    return list(consenting(snapshot_of(DORA, *records, **fields), later(minutes)))


def status(snapshot: Records, name: str = "AP-1") -> ApprovalStatus:
    found = snapshot.get(Approval, name)
    assert found is not None
    return found.status


def test_what_waits_for_a_decision_is_left_alone() -> None:
    assert to_do(asked(), asked("AP-2", ("dora", "approve"), quorum=2)) == []


@pytest.mark.parametrize(("verdict", "after"), [("approve", "approved"), ("reject", "rejected")])
def test_a_decision_that_somebody_wrote_into_the_file_is_followed_by_its_status(
    verdict: str, after: str
) -> None:
    written = asked("AP-1", ("dora", verdict), change=())
    assert to_do(written) == [Conclude("AP-1")]

    concluded = carry_out(snapshot_of(DORA, written), ConcludeApproval(approval="AP-1"))

    assert status(concluded) == after
    assert edit_of(concluded, ConcludeApproval(approval="AP-1")).changes == ()


def test_a_decision_of_who_may_not_decide_concludes_nothing() -> None:
    assert to_do(asked("AP-1", ("clara", "approve"))) == []
    assert to_do(asked("AP-1", ("riley", "approve"))) == []
    forged = asked("AP-1", ("dora", "approve")).evolve(title="Something else?")
    assert to_do(forged) == []


def test_a_change_is_applied_when_all_that_was_asked_for_it_is_approved() -> None:
    first, second = approved("AP-1"), asked("AP-2")
    assert to_do(first, second) == []

    both = snapshot_of(DORA, first, approved("AP-2"))
    assert list(consenting(both, NOW)) == [Apply("AP-1")]
    edit = edit_of(both, ApplyApproval(approval="AP-1"))
    after = both.edited(edit.changes)

    assert [status(after, name) for name in ("AP-1", "AP-2")] == [ApprovalStatus.APPLIED] * 2
    assert dict(edit.trailers) == {"Gitcp-Approval": "AP-1", "Gitcp-Requested-By": "clara"}
    assert edit_of(after, ApplyApproval(approval="AP-1")).changes == ()


@pytest.mark.parametrize("over", ["rejected", "expired", "withdrawn", "void"])
def test_one_request_that_is_over_makes_the_others_for_its_change_void(over: str) -> None:
    first, second, third = asked("AP-1", status=over), approved("AP-2"), asked("AP-3")

    found = to_do(first, second, third)

    assert [type(action) for action in found] == [Void, Void]
    assert all(
        "AP-1, which is about the same change" in action.reason
        for action in found
        if isinstance(action, Void)
    )


def test_what_was_asked_for_the_same_change_another_time_does_not_count() -> None:
    assert to_do(asked("AP-1", status="rejected"), approved("AP-2", requested_at=later(5))) == [Apply("AP-2")]


def test_an_approval_by_who_may_not_decide_any_more_is_void() -> None:
    lost = approved(approvers=("owner",))
    snapshot = snapshot_of(a_person("dora"), lost)

    [action] = consenting(snapshot, NOW)
    assert action == Void("AP-1", "the decisions that count do not reach its quorum of 1 any more")
    with pytest.raises(ConflictError, match="not to be applied now"):
        edit_of(snapshot, ApplyApproval(approval="AP-1"))


def test_an_approval_whose_change_was_forged_is_void() -> None:
    forged = approved().evolve(change=(FILES[0].evolve(text="period: month\nlimits: {usd: 500}\n"),))

    assert [type(action) for action in to_do(forged)] == [Void]


def test_what_is_over_in_time_expires_before_all_else() -> None:
    late = asked("AP-1", ("dora", "approve"), expires=later(1))

    assert to_do(late, minutes=2) == [Expire("AP-1")]


def test_a_file_that_stands_refused_is_followed_in_nothing() -> None:
    assert to_do(approved(), problems=(a_problem("approval", "AP-1"),)) == []


def test_what_is_void_says_why_and_is_void_once() -> None:
    void = carry_out(snapshot_of(approved()), VoidApproval(approval="AP-1", reason="the file was changed"))

    found = void.get(Approval, "AP-1")
    assert found is not None
    assert found.withdrawn is not None
    assert (found.status, found.withdrawn.by, found.withdrawn.reason) == (
        ApprovalStatus.VOID, "scheduler", "the file was changed",
    )  # fmt: skip
    assert edit_of(void, VoidApproval(approval="AP-1", reason="again")).changes == ()


def test_who_asked_is_woken_when_a_change_is_there_or_void_and_not_before() -> None:
    assert decision(approved(requested_by="riley")) is None
    for status_ in ("applied", "void", "rejected", "expired"):
        assert decision(asked(status=status_, requested_by="riley")) is not None
    assert decision(an_approval(status="approved")) is not None


def test_what_the_scheduler_goes_on_with_itself_wakes_nobody() -> None:
    assert decision(an_approval(status="approved", for_operation="task.start", task="CI-0001")) is None
