"""Asking for an approval, deciding it, taking it back, and letting it expire."""

from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.approvals import content_hash
from gitcp.core.operations.registry import (
    OPERATIONS,
    DecideApproval,
    ExpireApproval,
    RequestApproval,
    WithdrawApproval,
)
from gitcp.core.operations.request_approval import MOST_PENDING
from gitcp.errors import (
    ConflictError,
    GitcpError,
    IllegalTransitionError,
    NotAllowedError,
    RecordError,
    UnknownRecordError,
)
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.memory import Records
from gitcp.model.operation import Actor
from gitcp.model.runs import Run
from gitcp.model.tasks import Counter
from tests.helpers import (
    NOW,
    SCHEDULER,
    a_person,
    a_problem,
    a_run,
    a_task,
    agent,
    an_agent,
    an_approval,
    carry_out,
    edit_of,
    later,
    person,
    run_in,
    snapshot_of,
)

RUN: Final = "20261123T090000Z-riley"
IN_RUN: Final = agent("riley", RUN)
ALEX: Final = a_person("alex", roles=("owner",))
COMPANY: Final = snapshot_of(
    ALEX,
    a_person("clara", reports_to="alex"),
    a_person("dora", roles=("owner", "finance")),
    an_agent("oscar"),
    an_agent("riley", reports_to="oscar"),
    a_task(),
    a_task("CI-0002", assignee="oscar"),
    a_run(),
)


def asked(snapshot: Records = COMPANY, actor: Actor = IN_RUN, **fields: Any) -> Records:
    return carry_out(snapshot, RequestApproval(**({"title": "May I?"} | fields)), actor)


def decide(
    snapshot: Records, by: str = "clara", verdict: str = "approve", approval: str = "AP-1", **fields: Any
) -> Records:
    operation = OPERATIONS["approval.decide"].model_validate(
        {"approval": approval, "verdict": verdict, **fields}
    )
    return carry_out(snapshot, operation, person(by), later(1))


def the(snapshot: Records, approval: str = "AP-1") -> Approval:
    found = snapshot.get(Approval, approval)
    assert found is not None
    return found


# asking


def test_a_request_says_who_asked_when_from_which_run_and_about_which_task() -> None:
    found = the(asked(description="Why.", options=("red", "blue"), quorum=1, expires_days=2))

    assert found == Approval(
        id="AP-1",
        title="May I?",
        description="Why.",
        requested_by="riley",
        requested_at=NOW,
        task="CI-0001",
        run=RUN,
        options=("red", "blue"),
        approvers=("clara",),
        expires=NOW + timedelta(days=2),
    )


@pytest.mark.parametrize(
    ("actor", "fields", "expected"),
    [
        (IN_RUN, {}, ("clara",)),
        (IN_RUN, {"approvers": ("owner", "clara", "owner")}, ("owner", "clara")),
        (person("clara"), {}, ("alex",)),
        (person("alex"), {}, ()),
    ],
)
def test_the_nearest_person_above_decides_where_nobody_is_named(
    actor: Actor, fields: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert the(asked(actor=actor, **fields)).approvers == expected


def test_who_has_no_person_above_asks_any_person() -> None:
    snapshot = snapshot_of(an_agent("riley", reports_to=None), a_run(), a_task())

    assert the(asked(snapshot)).approvers == ()


@pytest.mark.parametrize(
    ("actor", "fields"),
    [
        (IN_RUN, {}),
        (IN_RUN, {"task": "CI-0001"}),
        (agent("riley"), {"task": "CI-0001"}),
        (agent("riley"), {}),
        (person("clara"), {"task": "CI-0002"}),
    ],
)
def test_an_agent_asks_about_its_own_task_or_none_and_a_person_about_any(
    actor: Actor, fields: dict[str, Any]
) -> None:
    assert the(asked(actor=actor, **fields)).requested_by == actor.id


def test_an_agent_does_not_ask_about_a_task_of_another() -> None:
    with pytest.raises(NotAllowedError, match=r"agent riley may not approval\.request CI-0002: expected its"):
        asked(task="CI-0002")


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"approvers": ("cara",)}, UnknownRecordError, "no person and no role is cara"),
        ({"approvers": ("zzz",)}, UnknownRecordError, "no person and no role is zzz"),
        ({"approvers": ("oscar",)}, RecordError, "found oscar: agents do not decide"),
        ({"quorum": 2}, RecordError, r"as many as may decide \(clara\), found 2"),
        ({"approvers": ("owner",), "quorum": 3}, RecordError, r"\(alex, dora\), found 3"),
        ({"task": "CI-0099"}, UnknownRecordError, "task CI-0099 does not exist"),
    ],
)
def test_a_request_that_nobody_could_decide_is_refused(
    fields: dict[str, Any], error: type[GitcpError], message: str
) -> None:
    with pytest.raises(error, match=message):
        asked(**fields)


def test_who_asks_is_not_among_those_who_decide() -> None:
    with pytest.raises(RecordError, match=r"as many as may decide \(nobody\), found 1"):
        asked(actor=person("clara"), approvers=("clara",))


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "two\nlines"},
        {"options": ("one",)},
        {"options": ("one", "one")},
        {"options": tuple("abcdefghijk")},
        {"options": ("one", "t\nwo")},
        {"quorum": 0},
        {"expires_days": 0},
        {"expires_days": 100_000},
        {"description": "x" * 20_001},
    ],
)
def test_a_request_has_a_title_two_to_ten_options_and_bounds(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        RequestApproval(**({"title": "May I?"} | fields))


def test_an_agent_has_so_many_questions_open_and_no_more() -> None:
    snapshot = COMPANY
    for _ in range(MOST_PENDING):
        snapshot = asked(snapshot)

    with pytest.raises(NotAllowedError, match="20 of its requests wait for a decision") as refused:
        asked(snapshot)
    assert refused.value.hint == "withdraw what is not needed any more: gitcp approval withdraw AP-1"
    assert the(asked(snapshot, person("clara")), "AP-21").requested_by == "clara"
    assert the(asked(decide(snapshot)), "AP-21").requested_by == "riley"


# numbers


def test_numbers_follow_each_other_and_are_never_given_again() -> None:
    two = asked(asked())
    without = Records.of(record for key, record in two.by_key.items() if key != ("approval", "AP-2"))

    assert [approval.id for approval in two.all(Approval)] == ["AP-1", "AP-2"]
    assert [approval.id for approval in asked(without).all(Approval)] == ["AP-1", "AP-3"]


def test_what_a_person_filed_by_hand_or_what_cannot_be_read_keeps_its_number() -> None:
    snapshot = Records.of(
        [*COMPANY.by_key.values(), an_approval("AP-7"), Counter(id="approvals", next=3)],
        problems=[a_problem("approval", "AP-8")],
    )

    assert the(asked(snapshot), "AP-9").title == "May I?"


def test_a_counter_that_cannot_be_read_gives_no_number() -> None:
    snapshot = Records.of(COMPANY.by_key.values(), problems=[a_problem("counter", "approvals")])

    with pytest.raises(RecordError, match="approvals/next: expected the next number"):
        asked(snapshot)


# deciding


def test_a_decision_names_who_when_and_what_it_was_about() -> None:
    after = the(decide(asked(), comment="Fine."))
    (decision,) = after.decisions

    assert after.status is ApprovalStatus.APPROVED
    assert (decision.by, decision.at, decision.verdict, decision.comment) == (
        "clara", later(1), "approve", "Fine.",
    )  # fmt: skip
    assert decision.content == content_hash(after)


def test_a_rejection_says_why() -> None:
    with pytest.raises(RecordError, match="to say why and no more, found no comment"):
        decide(asked(), verdict="reject")
    with pytest.raises(RecordError, match="to say why and no more, found an option"):
        decide(asked(options=("a", "b")), verdict="reject", comment="No.", option="a")

    assert the(decide(asked(), verdict="reject", comment="No.")).status is ApprovalStatus.REJECTED


@pytest.mark.parametrize(
    ("options", "option", "expected"),
    [
        (("red", "blue"), None, "expected one of red, blue, found none"),
        (("red", "blue"), "green", "expected one of red, blue, found green"),
        ((), "red", "expected no option: there are none, found red"),
    ],
)
def test_an_approval_chooses_one_of_the_options(
    options: tuple[str, ...], option: str | None, expected: str
) -> None:
    with pytest.raises(RecordError, match=expected):
        decide(asked(options=options), option=option)
    if options:
        assert the(decide(asked(options=options), option="red")).decisions[0].option == "red"


@pytest.mark.parametrize(
    ("actor", "because"),
    [
        (person("dora"), "dora may not decide AP-1: it is none of the approvers"),
        (person("ghost"), "ghost may not decide AP-1: it is none of the approvers"),
        (agent("oscar"), r"agent oscar may not approval\.decide"),
        (IN_RUN, r"agent riley may not approval\.decide"),
        (SCHEDULER, "scheduler may not decide AP-1: it is none of the approvers"),
    ],
)
def test_who_is_no_approver_and_every_agent_is_refused(actor: Actor, because: str) -> None:
    with pytest.raises(NotAllowedError, match=because):
        carry_out(asked(), DecideApproval(approval="AP-1", verdict="approve"), actor)


def test_the_requester_is_refused_also_where_everybody_may_decide() -> None:
    snapshot = asked(actor=person("alex"))

    with pytest.raises(NotAllowedError, match="alex may not decide AP-1: it asked for it") as refused:
        decide(snapshot, "alex")
    assert refused.value.hint == "decided by clara, dora"


def test_where_nobody_is_left_to_decide_the_error_says_what_to_do() -> None:
    snapshot = snapshot_of(an_approval(approvers=("gone",)))

    with pytest.raises(NotAllowedError) as refused:
        decide(snapshot)
    assert refused.value.hint == "nobody may: withdraw it, or name approvers in its file"


@pytest.mark.parametrize("status", ["approved", "rejected", "expired", "withdrawn"])
def test_what_is_closed_is_not_decided_again(status: str) -> None:
    with pytest.raises(IllegalTransitionError, match=f"AP-1 is {status}: decide is not possible"):
        decide(snapshot_of(an_approval(status=status)))


def test_what_is_over_is_not_decided_although_no_tick_has_seen_it() -> None:
    with pytest.raises(IllegalTransitionError, match="AP-1 expired at 2026-11-23T09:01:00Z"):
        decide(snapshot_of(an_approval(expires=later(1))))


def test_a_person_changes_a_decision_as_long_as_it_waits_for_others() -> None:
    snapshot = decide(asked(approvers=("owner", "clara"), quorum=3), comment="Fine.")
    assert [d.comment for d in the(decide(snapshot, comment="Better so.")).decisions] == ["Better so."]

    rejected = the(decide(snapshot, verdict="reject", comment="No."))

    assert (len(rejected.decisions), rejected.status) == (1, ApprovalStatus.REJECTED)


def test_the_same_decision_twice_is_one() -> None:
    snapshot = decide(asked(approvers=("owner",), quorum=2), "alex")

    again = edit_of(snapshot, DecideApproval(approval="AP-1", verdict="approve"), person("alex"), later(9))

    assert again.changes == ()


def test_what_was_changed_since_it_was_read_is_not_decided() -> None:
    snapshot = asked()
    read = content_hash(the(snapshot))
    edited = Records.of([*snapshot.by_key.values(), the(snapshot).evolve(title="Give me all")])

    with pytest.raises(ConflictError, match="AP-1 was changed since"):
        decide(edited, content=read)
    assert the(decide(snapshot, content=read)).status is ApprovalStatus.APPROVED


def test_changed_content_voids_the_decisions_before_and_the_same_content_keeps_them() -> None:
    snapshot = decide(asked(approvers=("owner",), quorum=2), "alex")
    same = Records.of([*snapshot.by_key.values(), the(snapshot).evolve(expires=later(999))])
    other = Records.of([*snapshot.by_key.values(), the(snapshot).evolve(description="And a boat.")])

    assert the(decide(same, "dora")).status is ApprovalStatus.APPROVED
    voided = the(decide(other, "dora"))
    assert (voided.status, [d.by for d in voided.decisions]) == (ApprovalStatus.PENDING, ["dora"])


@given(st.data())
@settings(max_examples=150)
def test_however_people_and_agents_try_it_takes_a_quorum_of_others(data: st.DataObject) -> None:
    names = ("alex", "clara", "dora", "erin")
    quorum = data.draw(st.integers(1, 3))
    requester = data.draw(st.sampled_from(["riley", *names]))
    start = an_approval(requested_by=requester, quorum=quorum)
    snapshot = snapshot_of(*map(a_person, names), an_agent("riley"), start)
    tries = st.tuples(st.sampled_from([*names, "riley"]), st.sampled_from(["approve", "reject", "edit"]))
    for by, what in data.draw(st.lists(tries, max_size=10)):
        before = the(snapshot)
        if what == "edit":
            title = data.draw(st.sampled_from(["May I?", "Must I?"]))
            snapshot = Records.of([*snapshot.by_key.values(), before.evolve(title=title)])
            continue
        actor = agent(by) if by == "riley" else person(by)
        try:
            snapshot = carry_out(
                snapshot, DecideApproval(approval="AP-1", verdict=what, comment="x"), actor, later(1)
            )
        except (NotAllowedError, IllegalTransitionError):
            continue
        after = the(snapshot)
        assert before.status is ApprovalStatus.PENDING
        assert {d.content for d in after.decisions} == {content_hash(after)}
        people = [d.by for d in after.decisions]
        assert len(people) == len(set(people))
        assert not {requester, "riley"} & set(people)
        verdicts = [d.verdict for d in after.decisions]
        assert (after.status is ApprovalStatus.APPROVED) is (
            "reject" not in verdicts and verdicts.count("approve") >= quorum
        )
        assert (after.status is ApprovalStatus.REJECTED) is ("reject" in verdicts)


# taking back


def test_who_asked_takes_it_back_and_is_not_woken_by_its_own_word() -> None:
    after = carry_out(asked(), WithdrawApproval(approval="AP-1", reason="Found it."), IN_RUN, later(1))

    withdrawn = the(after).withdrawn
    assert the(after).status is ApprovalStatus.WITHDRAWN
    assert withdrawn is not None
    assert (withdrawn.by, withdrawn.at, withdrawn.reason) == ("riley", later(1), "Found it.")
    assert [cause.reason for cause in run_in(after, RUN).answers] == ["approval"]


@pytest.mark.parametrize(("by", "allowed"), [("clara", True), ("alex", True), ("dora", False)])
def test_a_person_above_takes_it_back(by: str, allowed: bool) -> None:
    if allowed:
        after = carry_out(asked(), WithdrawApproval(approval="AP-1"), person(by))
        assert the(after).status is ApprovalStatus.WITHDRAWN
        assert after.get(Run, RUN) == a_run()
        return
    with pytest.raises(NotAllowedError, match="riley, who asked for it, is not below dora"):
        carry_out(asked(), WithdrawApproval(approval="AP-1"), person(by))


def test_any_person_takes_back_what_somebody_asked_who_is_below_no_person() -> None:
    snapshot = snapshot_of(a_person("dora"), an_agent("riley", reports_to=None), an_approval())

    after = carry_out(snapshot, WithdrawApproval(approval="AP-1"), person("dora"))

    assert the(after).status is ApprovalStatus.WITHDRAWN


def test_another_agent_does_not_take_it_back_also_from_above() -> None:
    with pytest.raises(NotAllowedError, match=r"agent oscar may not approval\.withdraw AP-1: riley asked"):
        carry_out(asked(), WithdrawApproval(approval="AP-1"), agent("oscar"))


# expiring


def test_what_nobody_decided_in_time_expires_and_what_still_has_time_does_not() -> None:
    snapshot = snapshot_of(an_approval(expires=later(10)))

    assert the(carry_out(snapshot, ExpireApproval(approval="AP-1"), now=later(9))).status == "pending"
    assert the(carry_out(snapshot, ExpireApproval(approval="AP-1"), now=later(10))).status == "expired"


@pytest.mark.parametrize("status", ["approved", "rejected", "expired", "withdrawn"])
def test_what_is_closed_does_not_expire(status: str) -> None:
    snapshot = snapshot_of(an_approval(expires=later(-10), status=status))

    assert edit_of(snapshot, ExpireApproval(approval="AP-1")).changes == ()


def test_the_log_tells_the_story() -> None:
    snapshot = asked(title="Buy a boat")
    decided = DecideApproval(approval="AP-1", verdict="reject", comment="No.")

    assert edit_of(COMPANY, RequestApproval(title="Buy a boat"), IN_RUN).subject == (
        "request approval AP-1 for CI-0001: Buy a boat"
    )
    edit = edit_of(snapshot, decided, person())
    assert (edit.subject, edit.reason) == ("reject approval AP-1: Buy a boat", "No.")
