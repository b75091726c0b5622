"""An agent asks, ends its run, and is not woken before a person has decided; then it goes on with the decision."""

import subprocess
import sys
from pathlib import Path

from gitcp.core.approvals import content_hash
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.request_approval import RequestApproval, WithdrawApproval
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.tasks import TaskStatus
from tests.stories.company import Company, a_company, git

ASKS = """
def gitcp(*argv):
    done = subprocess.run(["gitcp", *argv], capture_output=True, text=True)
    mark(f"{argv[0]} {argv[1]} {done.returncode}: {(done.stdout + done.stderr).strip()}")
brief = pathlib.Path(os.environ["GITCP_BRIEF"]).read_text()
if not context["approvals"]:
    gitcp("approval", "request", "--title", "Which zone?", "-d", "Either will do.", "--option", "UTC", "--option", "Madrid", *MORE)
    gitcp("approval", "decide", "AP-1", "--approve", "--option", "UTC")
    gitcp("task", "continue", "--summary", "I asked.")
else:
    [approval] = context["approvals"]
    mark("told: " + approval["status"])
    mark("brief: " + str("alex: approve Madrid: As ever." in brief))
    commit("zone.txt", approval["status"])
    gitcp("task", "finish", "--summary", "done")
"""


def an_asking_company(folder: Path, *more: str) -> Company:
    company = a_company(folder)
    company.program("riley", f"MORE = {more!r}\n{ASKS}")
    company.does(CreateTask(project="CI", title="Set the zone", assignee="riley"))
    assert [started.run.task for started in company.tick().started] == ["CI-0001"]
    return company


def the_approval(company: Company) -> Approval:
    with company.plane() as plane:
        found = plane.snapshot().get(Approval, "AP-1")
    assert found is not None
    return found


def as_alex(company: Company, *argv: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gitcp", *argv],
        cwd=company.control,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_agent_waits_for_a_persons_word_and_goes_on_with_it(tmp_path: Path) -> None:
    company = an_asking_company(tmp_path)
    asked = the_approval(company)
    assert (asked.requested_by, asked.task, asked.run, asked.approvers) == (
        "riley", "CI-0001", company.runs()[0].id, ("alex",),
    )  # fmt: skip
    company.passes(hours=30)

    waiting = company.tick()

    assert (waiting.started, waiting.is_idle) == ((), True)
    assert "AP-1      riley asks for your decision, and CI-0001 waits for it" in as_alex(company, "inbox")
    assert "waits for AP-1 to be decided by alex" in as_alex(company, "plan")
    told = as_alex(company, "approval", "decide", "AP-1", "--approve", "--option", "Madrid", "-m", "As ever.")
    assert told == "approve approval AP-1: Which zone?\n"
    assert [started.run.task for started in company.tick().started] == ["CI-0001"]
    marks = [line for line in company.marked("riley") if not line.startswith("run ")]
    assert marks[0] == "approval request 0: request approval AP-1 for CI-0001: Which zone?"
    assert marks[1].startswith("approval decide 1: Error: agent riley may not approval.decide")
    assert {"told: approved", "brief: True"} < set(marks)
    assert company.task("CI-0001").status is TaskStatus.DONE
    assert company.tick().is_idle


def test_what_nobody_decides_in_time_wakes_the_agent_all_the_same(tmp_path: Path) -> None:
    company = an_asking_company(tmp_path, "--expires-days", "3")
    company.passes(days=2, hours=23)
    assert company.tick().is_idle
    company.passes(hours=1, minutes=1)

    company.tick()

    assert the_approval(company).status is ApprovalStatus.EXPIRED
    assert "told: expired" in company.marked("riley")
    assert company.task("CI-0001").status is TaskStatus.DONE


def test_a_person_above_who_takes_it_back_wakes_the_agent(tmp_path: Path) -> None:
    company = an_asking_company(tmp_path)

    company.does(WithdrawApproval(approval="AP-1", reason="It is all the same to me."))
    company.tick()

    assert "told: withdrawn" in company.marked("riley")


def decide_by_hand(company: Company, content: str) -> None:
    path = company.control / "approvals/AP-1.yaml"
    said = f"by: alex, at: 2026-11-16T09:00:00Z, verdict: approve, option: Madrid{content}"
    text = path.read_text().replace("status: pending\n", f"status: approved\ndecisions:\n  - {{{said}}}\n")
    path.write_text(text)
    git(company.control, "commit", "-qam", "approve AP-1", "--author", "Alex <alex@example.com>")


def test_a_decision_that_a_person_writes_into_the_file_is_read_as_it_is(tmp_path: Path) -> None:
    company = an_asking_company(tmp_path)

    decide_by_hand(company, f', content: "{content_hash(the_approval(company))}"')
    company.tick()

    assert "told: approved" in company.marked("riley")
    assert company.task("CI-0001").status is TaskStatus.DONE
    assert "0 errors" in as_alex(company, "status")


def test_a_decision_about_nobody_knows_what_decides_nothing_and_is_told_with_the_way(tmp_path: Path) -> None:
    company = an_asking_company(tmp_path)
    asked = the_approval(company)

    decide_by_hand(company, "")
    company.tick()

    with company.plane() as plane:
        told = [str(problem) for problem in plane.snapshot().problems()]
        hints = [problem.hint for problem in plane.snapshot().problems()]
    assert told[0] == "approvals/AP-1.yaml: decisions[0].content: expected the hash of what is asked"
    assert hints[0] == f"write `content: {content_hash(asked)}`, or use gitcp approval decide AP-1 --approve"
    assert the_approval(company) == asked
    assert company.task("CI-0001").status is TaskStatus.IN_PROGRESS


def test_two_clones_that_ask_at_once_are_given_two_numbers(tmp_path: Path) -> None:
    company = a_company(tmp_path, files={"org/bea.yaml": "kind: person\nname: Bea\n"})
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(company.control), str(bare))
    clones = [tmp_path / "one", tmp_path / "two"]
    for clone in clones:
        git(tmp_path, "clone", "-q", str(bare), str(clone))
        git(clone, "config", "user.email", "alex@example.com")
        git(clone, "config", "user.name", "Alex")

    with company.plane(clones[0]) as one, company.plane(clones[1]) as two:
        # Neither knows of the other's when it asks.
        assert not [*one.snapshot().all(Approval), *two.snapshot().all(Approval)]
        one.apply(RequestApproval(title="First?"), one.person())
        two.apply(RequestApproval(title="Second?"), two.person())

    assert git(bare, "show", "main:approvals/AP-1.yaml").startswith("title: First?\n")
    assert git(bare, "show", "main:approvals/AP-2.yaml").startswith("title: Second?\n")
    assert git(bare, "show", "main:approvals/next") == "3"
