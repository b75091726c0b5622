"""A history that real operations made verifies clean."""

from pathlib import Path
from typing import Final

from gitcp.audit.finding import Weight
from gitcp.audit.rules.may_write import writes_of
from gitcp.core.operations.registry import (
    CreateComment,
    CreateGoal,
    CreatePolicy,
    CreateTask,
    EditMember,
    EditPolicy,
    EditTask,
    HireAgent,
    PauseAgent,
    PauseProject,
    RemovePerson,
    RemovePolicy,
    RenameAgent,
    RequestApproval,
    RequestWake,
    ResumeProject,
    TerminateAgent,
    WriteDocument,
)
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.operation import Operation
from gitcp.store.git_store import GitStore
from tests.audit.company import ALEX, Worked, worked
from tests.audit.histories import findings_of
from tests.store.repositories import commit_files

NORA: Final = {"name": "Nora", "reports_to": "bea", "runtime": {"type": "process", "command": ["true"]}}
STOP: Final = {"operations": ["comment.remove"], "verdict": "deny"}
FOR_ALEX: Final[list[Operation]] = [
    CreateGoal(id="quality", fields={"title": "Quality", "level": "company", "owner": "vera"}),
    CreatePolicy(id="talk", fields={"title": "Talk", "gates": [STOP]}),
    EditPolicy(id="talk", fields={"title": "Who talks"}),
    RemovePolicy(id="talk"),
    HireAgent(agent="nora", fields=NORA),
    EditMember(id="nora", fields={"title": "Scout"}),
    PauseAgent(agent="nora", reason="Not yet."),
    RemovePerson(person="bea", move_reports_to="alex"),
    CreateTask(project="CI", title="Look", assignee="vera"),
    EditTask(task="CI-0001", fields={"priority": "high"}),
    RequestWake(agent="riley", prompt="Have a look."),
    RenameAgent(agent="vera", to="veronica"),
    TerminateAgent(agent="nora", reason="Not needed."),
    PauseProject(project="CI", reason="A break."),
    ResumeProject(project="CI"),
    CreateComment(task="CI-0001", body="Go on."),
]


def test_what_operations_wrote_breaks_no_rule(tmp_path: Path) -> None:
    company = worked(tmp_path / "company.git")

    assert findings_of(company.folder) == []


def test_what_the_scheduler_commits_for_a_person_breaks_no_rule(tmp_path: Path) -> None:
    company = Worked.founded(tmp_path / "company.git", {"policies/money.yaml": "title: Money\n"})

    for operation in FOR_ALEX:
        company.does(operation, "alex", by_token=True)

    assert findings_of(company.folder) == []


def test_an_agent_that_writes_what_it_asked_about_anew_breaks_no_rule(tmp_path: Path) -> None:
    company = Worked.founded(tmp_path / "company.git")
    company.does(CreateTask(project="CI", title="Plan", assignee="riley"), "alex")
    run = company.claims("CI-0001")
    company.does(WriteDocument(task="CI-0001", document="plan", text="First.\n"), "riley", run)
    company.does(RequestApproval(title="So?", task="CI-0001", document="plan"), "riley", run)

    company.does(WriteDocument(task="CI-0001", document="plan", text="Second.\n"), "riley", run)

    with GitStore.open(company.folder) as store:
        asked = store.snapshot().get(Approval, "AP-1")
    assert asked is not None
    assert asked.status is ApprovalStatus.VOID
    assert findings_of(company.folder) == []


def test_to_ask_for_money_files_a_request_and_writes_no_budget() -> None:
    writes = writes_of("budget.ask")

    assert writes.creates == frozenset({"approval", "counter"})
    assert writes.changes == frozenset({"counter"})


def test_an_approval_that_was_forged_by_hand_and_refused_is_taken_back_without_a_violation(
    tmp_path: Path,
) -> None:
    company = worked(tmp_path / "company.git")
    asked = "title: Buy a licence\nrequested_by: alex\nrequested_at: 2026-08-03T09:00:00Z\napprovers: [board]\nstatus: {}\n"
    for status in ("pending", "approved", "pending"):
        text = asked.format(status)
        commit_files(company.folder, {"approvals/AP-90.yaml": text}, message=f"{status}\n", author=ALEX)

    found = findings_of(company.folder)

    assert {finding.weight for finding in found} == {Weight.NOTE}
    assert "approval/no-quorum" in {finding.rule for finding in found}
