"""Documents that approvals bind to: what is approved is one revision."""

from typing import Final

import pytest

from gitcp.core.brief import brief
from gitcp.core.documents import changed_since, revision_of
from gitcp.core.operations.registry import (
    ClaimRun,
    DecideApproval,
    RequestApproval,
    WriteDocument,
)
from gitcp.errors import ConflictError, RecordError, UnknownRecordError
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.memory import Records
from gitcp.model.operation import Actor
from gitcp.model.runs import Followed
from gitcp.model.tasks import Document
from tests.helpers import a_person, a_run, a_task, agent, carry_out, edit_of, person, run_in, snapshot_of

PLAN: Final = Document(id="CI-0001/plan", text="First read, then write.\n")
RUN: Final = a_run()
IN_RUN: Final = agent("riley", RUN.id)
COMPANY: Final = snapshot_of(a_task(), a_task("CI-0002"), PLAN, RUN)


def asked(snapshot: Records = COMPANY, document: str = "plan", actor: Actor = IN_RUN) -> Records:
    return carry_out(snapshot, RequestApproval(title="This plan?", document=document), actor)


def approved(snapshot: Records, approval: str = "AP-1") -> Records:
    decision = {"approval": approval, "verdict": "approve"}
    return carry_out(snapshot, DecideApproval.model_validate(decision), person())


def written(snapshot: Records, text: str, actor: Actor = IN_RUN) -> Records:
    return carry_out(snapshot, WriteDocument(task="CI-0001", document="plan", text=text), actor)


def the(snapshot: Records, approval: str = "AP-1") -> Approval:
    found = snapshot.get(Approval, approval)
    assert found is not None
    return found


def told(snapshot: Records) -> str:
    run = a_run()
    return brief(snapshot, run).markdown


@pytest.mark.parametrize("name", ["plan", "CI-0001/plan"])
def test_a_request_about_a_document_names_it_and_its_revision(name: str) -> None:
    found = the(asked(document=name))

    assert (found.document, found.content, found.task) == ("CI-0001/plan", revision_of(PLAN.text), "CI-0001")


def test_a_person_asks_about_a_document_whose_name_says_the_task() -> None:
    company = snapshot_of(a_task(), PLAN, a_person("clara", reports_to="alex"), a_person("alex"))

    assert the(asked(company, "CI-0001/plan", person())).task == "CI-0001"


def test_a_document_that_is_not_there_or_of_another_task_is_not_asked_about() -> None:
    with pytest.raises(UnknownRecordError):
        asked(document="design")
    with pytest.raises(RecordError, match=r"expected one of CI-0002, found CI-0001/plan"):
        edit_of(
            COMPANY, RequestApproval(title="This?", task="CI-0002", document="CI-0001/plan"), agent("riley")
        )


def test_work_that_begins_after_the_approval_names_the_document_and_its_revision() -> None:
    snapshot = approved(asked())
    idle = Records.of(record for record in snapshot.by_key.values() if record.kind != "run")

    claimed = run_in(carry_out(idle, ClaimRun(run=RUN)), RUN.id)

    expected = Followed(document="CI-0001/plan", revision=revision_of(PLAN.text), approval="AP-1")
    assert claimed.follows == (expected,)
    shown = revision_of(PLAN.text).removeprefix("sha256:")[:12]
    assert f"- plan: revision {shown}, approved by AP-1: work by it" in told(snapshot)


def test_work_on_another_task_or_before_the_decision_follows_nothing() -> None:
    idle = Records.of(record for record in asked().by_key.values() if record.kind != "run")

    assert run_in(carry_out(idle, ClaimRun(run=RUN)), RUN.id).follows == ()
    assert "approved by" not in told(asked())


def test_an_agent_that_changes_its_document_ends_its_request() -> None:
    assert the(written(asked(), "Write first.\n")).status is ApprovalStatus.VOID


def test_after_somebody_elses_change_nobody_agrees_to_what_was_asked() -> None:
    after = written(asked(), "Write first.\n", person())

    assert the(after).status is ApprovalStatus.PENDING
    assert changed_since(after, the(after)) == "document CI-0001/plan was changed since it was asked about"
    assert changed_since(asked(), the(asked())) is None
    with pytest.raises(ConflictError, match="was changed since"):
        approved(after)


def test_an_agent_that_changes_what_it_asked_about_is_not_woken_for_that() -> None:
    after = written(asked(), "Write first.\n")

    assert [cause.record for cause in run_in(after, RUN.id).answers][-1:] == ["AP-1"]


def test_writing_the_same_text_again_leaves_the_request_as_it_is() -> None:
    assert the(written(asked(), PLAN.text)).status is ApprovalStatus.PENDING


def test_nobody_agrees_to_a_text_that_was_changed_by_hand_since() -> None:
    by_hand = Records.of([*asked().by_key.values(), PLAN.evolve(text="Something else.\n")])

    with pytest.raises(ConflictError, match=r"document CI-0001/plan was changed since") as refused:
        approved(by_hand)
    assert refused.value.hint is not None
    assert "gitcp approval request --document CI-0001/plan" in refused.value.hint
    rejection = DecideApproval.model_validate(
        {"approval": "AP-1", "verdict": "reject", "comment": "It is not what was asked."}
    )
    assert the(carry_out(by_hand, rejection, person())).status is ApprovalStatus.REJECTED


def test_a_document_that_is_changed_after_the_approval_is_said_to_be_and_one_that_comes_back_holds_again() -> (
    None
):
    changed = written(approved(asked()), "Write first.\n")
    back = written(changed, PLAN.text)

    assert "AP-1 approved revision" in told(changed)
    assert "which nobody has approved" in told(changed)
    assert "approved by AP-1: work by it" in told(back)


def test_of_two_approvals_the_one_that_holds_counts() -> None:
    first = approved(asked())
    second = approved(asked(written(first, "Second.\n")), "AP-2")

    assert "approved by AP-2" in told(second)
    assert "approved by AP-1" in told(written(second, PLAN.text))
