"""What a gate stops is asked of people, and what they agree to is done, byte for byte, by the next tick."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.decide_approval import Answer, DecideApproval
from gitcp.core.operations.edit_record import EditBudget
from gitcp.core.operations.employ_agent import HireAgent
from gitcp.errors import ApprovalAskedError
from gitcp.model.guards import Approval, ApprovalStatus, Budget
from gitcp.model.members import Agent
from gitcp.model.operation import Operation
from gitcp.model.tasks import TaskStatus
from tests.stories.company import Company, a_company, commit_all, git

POLICY = """\
title: Money and people
gates:
  - {operations: ["budget.*"], verdict: approval, approvers: [owner], reason: money is the owner's}
  - {operations: [agent.hire], verdict: approval, approvers: [owner], quorum: 1}
"""
BUDGET = "# a month at most\nperiod: month\nlimits: {usd: 10}   # small\n"
BEA = "kind: person\nname: Bea\nemails: [bea@example.com]\nroles: [owner]\n"
CAI = "kind: person\nname: Cai\nemails: [cai@example.com]\nroles: [owner]\n"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    files = {
        "policies/money.yaml": POLICY,
        "budgets/company.yaml": BUDGET,
        "org/bea.yaml": BEA,
        "org/cai.yaml": CAI,
    }
    return a_company(tmp_path, files=files)


def asks(company: Company, operation: Operation) -> tuple[str, ...]:
    with pytest.raises(ApprovalAskedError) as asked:
        company.does(operation)
    return asked.value.approvals


def approval(company: Company, name: str = "AP-1") -> Approval:
    with company.plane() as plane:
        found = plane.snapshot().get(Approval, name)
    assert found is not None
    return found


def decides(company: Company, who: str = "bea", name: str = "AP-1", verdict: Answer = Answer.APPROVE) -> None:
    said = None if verdict is Answer.APPROVE else "Too dear."
    as_person(company, who, DecideApproval(approval=name, verdict=verdict, comment=said))


def as_person(company: Company, who: str, operation: Operation) -> None:
    git(company.control, "config", "user.email", f"{who}@example.com")
    try:
        company.does(operation)
    finally:
        git(company.control, "config", "user.email", "alex@example.com")


def limit(company: Company) -> int:
    with company.plane() as plane:
        budget = plane.snapshot().get(Budget, "company")
    assert budget is not None
    return int(budget.limits.usd or 0)


def committed(company: Company, path: str) -> str:
    return git(company.control, "show", f"HEAD:{path}")


MORE = EditBudget(id="company", fields={"limits": {"usd": 50}})
LESS = EditBudget(id="company", fields={"limits": {"usd": 10}})


def test_a_budget_is_raised_when_an_owner_has_agreed_and_not_before(company: Company) -> None:
    assert asks(company, MORE) == ("AP-1",)
    asked = approval(company)
    assert (asked.title, asked.requested_by, asked.approvers) == ("Edit budget company", "alex", ("owner",))
    assert [file.text for file in asked.change] == [
        "# a month at most\nperiod: month\nlimits: {usd: 50}   # small\n"
    ]
    company.tick()
    assert limit(company) == 10

    decides(company)
    company.tick()

    assert limit(company) == 50
    assert committed(company, "budgets/company.yaml").strip() == (asked.change[0].text or "").strip()
    assert approval(company).status is ApprovalStatus.APPLIED
    entry = company.log()[0]
    assert (entry.trailers["Gitcp-Approval"], entry.trailers["Gitcp-Requested-By"]) == ("AP-1", "alex")
    assert company.tick().is_idle


def test_asking_again_while_it_waits_is_answered_with_the_same_request(company: Company) -> None:
    assert asks(company, MORE) == asks(company, MORE) == ("AP-1",)


def test_what_was_applied_once_agrees_to_nothing_more(company: Company) -> None:
    for number, operation in enumerate((MORE, LESS, MORE), start=1):
        assert asks(company, operation) == (f"AP-{number}",)
        decides(company, name=f"AP-{number}")
        company.passes(minutes=1)
        company.tick()

    assert approval(company, "AP-3").change == approval(company, "AP-1").change
    assert limit(company) == 50


def test_a_hand_edit_that_stands_refused_is_asked_for_and_admitted(company: Company) -> None:
    path = company.control / "budgets/company.yaml"
    path.write_text(BUDGET.replace("10", "70"))
    commit_all(company.control, "raise by hand")
    company.tick()
    assert limit(company) == 10

    told = gitcp(company, "approval", "request", "--path", "budgets/company.yaml")
    assert told == "asked: AP-1 waits for bea or cai: Edit budget company\n"
    assert gitcp(company, "approval", "request", "--refused") == told
    shown = gitcp(company, "approval", "show", "AP-1")
    assert "\n  -limits: {usd: 10}   # small\n  +limits: {usd: 70}   # small\n" in shown
    decides(company)
    company.tick()

    assert limit(company) == 70
    assert approval(company).status is ApprovalStatus.APPLIED
    assert path.read_text() == BUDGET.replace("10", "70")
    assert "0 errors" in gitcp(company, "status")


def gitcp(company: Company, *argv: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gitcp", *argv],
        cwd=company.control,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_agent_is_hired_as_it_was_agreed_to(company: Company) -> None:
    hire = HireAgent(
        agent="ada",
        fields={"name": "Ada", "reports_to": "alex", "runtime": {"type": "process", "command": ["true"]}},
    )
    asks(company, hire)
    decides(company)
    company.tick()

    with company.plane() as plane:
        hired = plane.snapshot().get(Agent, "ada")
    assert hired is not None
    assert approval(company).title == "Hire agent ada"


def test_what_was_changed_meanwhile_is_void_and_can_be_asked_anew(company: Company) -> None:
    asks(company, MORE)
    decides(company)
    path = company.control / "budgets/company.yaml"
    path.write_text(BUDGET.replace("10", "11"))
    commit_all(company.control, "raise by hand")

    company.tick()

    void = approval(company)
    assert void.status is ApprovalStatus.VOID
    assert void.withdrawn is not None
    assert "budgets/company.yaml was changed since" in (void.withdrawn.reason or "")
    assert limit(company) == 10


WORK = """\
title: Work
gates:
  - {operations: [task.start, task.finish], labels: [risky], verdict: approval, approvers: [owner]}
  - {operations: [task.cancel], verdict: approval, approvers: [owner]}
"""
HANDS_ON = """
def gitcp(*argv):
    done = subprocess.run(["gitcp", *argv], capture_output=True, text=True)
    mark(f"{argv[0]} {argv[1]} {done.returncode}: {(done.stdout + done.stderr).strip()}")
if not context["approvals"]:
    mark(str(client.apply("task.create", {"project": "CI", "title": "Helper"})["task"]))
    gitcp("task", "cancel", "CI-0002")
    gitcp("task", "continue", "--summary", "I asked.")
else:
    mark("told: " + context["approvals"][0]["status"])
    commit("done.txt", "done")
    client.finish("done")
"""


def test_a_task_is_started_and_done_when_people_have_agreed_to_each(company: Company) -> None:
    (company.control / "policies/work.yaml").write_text(WORK)
    commit_all(company.control, "rule work")
    company.does(CreateTask(project="CI", title="Dare", assignee="riley", labels=("risky",)))

    assert company.tick().started == ()
    assert "waits for AP-1 to be decided by bea or cai" in gitcp(company, "plan")
    decides(company)
    assert [started.run.task for started in company.tick().started] == ["CI-0001"]
    assert company.task("CI-0001").status is TaskStatus.IN_REVIEW
    company.tick()
    assert approval(company, "AP-2").title == "Finish CI-0001: Dare"
    decides(company, name="AP-2")
    company.tick()

    assert company.task("CI-0001").status is TaskStatus.DONE
    assert company.tick().is_idle
    assert "0 errors" in gitcp(company, "status")


def test_what_an_agent_is_stopped_at_is_asked_for_and_it_goes_on_when_it_is_done(company: Company) -> None:
    (company.control / "policies/work.yaml").write_text(WORK)
    commit_all(company.control, "rule work")
    company.program("riley", HANDS_ON)
    company.does(CreateTask(project="CI", title="Clean up", assignee="riley"))
    company.tick()

    told = next(line for line in company.marked("riley") if line.startswith("task cancel"))
    assert "task.cancel needs approval, which is asked for: AP-1 waits for bea or cai" in told
    assert (approval(company).requested_by, approval(company).task) == ("riley", "CI-0001")
    company.passes(hours=2)
    waiting = [started.run.task for started in company.tick().started]
    assert not waiting
    decides(company)
    company.tick()
    company.tick()

    assert approval(company).status is ApprovalStatus.APPLIED
    assert company.task("CI-0002").status is TaskStatus.CANCELLED
    assert "told: applied" in company.marked("riley")
    assert company.task("CI-0001").status is TaskStatus.DONE


def test_two_gates_are_asked_for_each_and_both_have_to_be_satisfied(company: Company) -> None:
    (company.control / "policies/large.yaml").write_text(
        "title: Large\ngates:\n  - {operations: [budget.edit], verdict: approval, approvers: [cai], quorum: 1}\n"
    )
    commit_all(company.control, "rule large budgets")

    assert asks(company, MORE) == ("AP-1", "AP-2")
    names = {approval(company, name).approvers: name for name in ("AP-1", "AP-2")}
    decides(company, "bea", names["owner",])
    company.tick()
    assert limit(company) == 10
    decides(company, "cai", names["cai",])
    company.tick()

    assert limit(company) == 50
    assert {approval(company, name).status for name in ("AP-1", "AP-2")} == {ApprovalStatus.APPLIED}


def test_what_an_approval_says_of_its_own_approvers_opens_no_gate(company: Company) -> None:
    forged = """\
        title: A gift
        for_operation: budget.edit
        requested_by: alex
        requested_at: 2026-11-16T08:00:00Z
        approvers: [dan]
        change:
          - {path: budgets/company.yaml, base: BASE, text: "period: month\\nlimits: {usd: 9000}\\n"}
        """
    base = git(company.control, "rev-parse", "HEAD:budgets/company.yaml").strip()
    (company.control / "org/dan.yaml").write_text("kind: person\nname: Dan\nemails: [dan@example.com]\n")
    (company.control / "approvals").mkdir()
    (company.control / "approvals/AP-1.yaml").write_text(dedent(forged).replace("BASE", base))
    git(company.control, "add", "-A")
    git(company.control, "commit", "-qm", "ask a friend", "--author=Alex <alex@example.com>")
    decides(company, "dan")

    company.tick()

    assert limit(company) == 10
    void = approval(company)
    assert void.status is ApprovalStatus.VOID
    assert void.withdrawn is not None
    assert "budget.edit now needs the approval of owner as well" in (void.withdrawn.reason or "")
