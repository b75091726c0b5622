"""Where a gate is on deliveries, what a run has committed is integrated when people have agreed to exactly that commit."""

import subprocess
import sys
from pathlib import Path

import pytest

from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.decide_approval import Answer, DecideApproval
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.tasks import Task, TaskStatus
from tests.stories.company import Company, a_company, commit_all, git

POLICY = """\
title: What is integrated
gates:
  - {operations: [delivery], labels: [risky], verdict: approval, approvers: [owner], reason: main is what we ship}
"""
BEA = "kind: person\nname: Bea\nemails: [bea@example.com]\nroles: [owner]\n"
BRANCH = "riley/CI-0001"
# Follows the project's branch where it was told to, and writes the same file as others.
WRITES = """
told = subprocess.run(["git", "log", "--format=%s", "origin/main"], capture_output=True, text=True).stdout
if "by hand" in told:
    subprocess.run(["git", "reset", "-q", "--hard", "origin/main"], check=True)
runs = len([line for line in (marks / "riley.marks").read_text().splitlines() if line.startswith("run")])
commit("page.txt", f"page {runs}\\n")
client.finish("done")
"""
FINISHES_ALONE = 'client.finish("done")\n'


@pytest.fixture(params=["ff", "rebase"])
def company(tmp_path: Path, request: pytest.FixtureRequest) -> Company:
    project = f"name: CI\nrepository: work\nlead: alex\nintegrate: {request.param}\n"
    files = {"policies/delivery.yaml": POLICY, "org/bea.yaml": BEA, "projects/CI.yaml": project}
    company = a_company(tmp_path, files=files)
    git(company.work, "checkout", "--quiet", "--detach")
    company.program("riley", WRITES)
    return company


def asked(company: Company) -> list[Approval]:
    with company.plane() as plane:
        found = plane.snapshot().all(Approval)
    return sorted(found, key=lambda each: int(each.id[3:]))


def bea(company: Company, name: str = "AP-1", verdict: Answer = Answer.APPROVE) -> None:
    said = None if verdict is Answer.APPROVE else "Too soon."
    git(company.control, "config", "user.email", "bea@example.com")
    company.does(DecideApproval(approval=name, verdict=verdict, comment=said))
    git(company.control, "config", "user.email", "alex@example.com")


def tip(company: Company, branch: str) -> str | None:
    found = git(company.work, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
    return found or None


def page(company: Company) -> str:
    return git(company.work, "show", "main:page.txt")


def held(company: Company) -> Task:
    """A task whose work is done, and for which somebody is asked."""
    company.does(CreateTask(project="CI", title="Write a page", assignee="riley", labels=("risky",)))
    company.tick()
    company.tick()
    return company.task("CI-0001")


def moved(company: Company, file: str, text: str) -> str:
    git(company.work, "checkout", "--quiet", "main")
    (company.work / file).write_text(text)
    commit_all(company.work, "write by hand")
    git(company.work, "checkout", "--quiet", "--detach")
    return tip(company, "main") or ""


def verifies(company: Company) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gitcp", "audit", "verify"],
        cwd=company.control,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_delivery_is_integrated_when_people_have_agreed_to_its_commit(company: Company) -> None:
    begun = tip(company, "main")

    task = held(company)

    assert task.status is TaskStatus.IN_REVIEW
    assert task.delivery is not None
    commit = task.delivery.commit
    assert (tip(company, "main"), tip(company, BRANCH)) == (begun, commit)
    [request] = asked(company)
    assert request.title == "Integrate CI-0001 into main: Write a page"
    assert commit in (request.description or "")
    assert company.tick().is_idle

    bea(company)
    company.tick()

    task = company.task("CI-0001")
    assert task.status is TaskStatus.DONE
    assert task.delivery is not None
    assert tip(company, "main") == task.delivery.integrated == commit
    assert tip(company, BRANCH) is None
    assert company.tick().is_idle
    verifies(company)


def test_what_no_gate_matches_is_integrated_at_once(company: Company) -> None:
    company.does(CreateTask(project="CI", title="Write a page", assignee="riley"))
    company.tick()

    assert company.task("CI-0001").status is TaskStatus.DONE
    assert page(company) == "page 1"
    assert asked(company) == []


def test_a_rejected_delivery_returns_to_its_agent_and_another_one_is_asked_for_anew(company: Company) -> None:
    begun = held(company).delivery
    bea(company, verdict=Answer.REJECT)
    for _ in range(3):
        company.tick()

    again = company.task("CI-0001")
    assert begun is not None
    assert again.delivery is not None
    assert again.delivery.commit != begun.commit
    assert [each.status for each in asked(company)] == [ApprovalStatus.REJECTED, ApprovalStatus.PENDING]
    bea(company, "AP-2")
    company.tick()

    assert page(company) == "page 2"
    assert company.task("CI-0001").status is TaskStatus.DONE
    verifies(company)


def test_what_conflicts_meanwhile_returns_to_its_agent_with_the_reason(company: Company) -> None:
    held(company)
    by_hand = moved(company, "page.txt", "by hand\n")
    bea(company)
    company.tick(wait=False)

    assert tip(company, "main") == by_hand
    [comment] = (company.control / "comments/CI/CI-0001").iterdir()
    assert "git rebase origin/main" in comment.read_text()
    for _ in range(3):
        company.tick()

    assert [each.status for each in asked(company)] == [ApprovalStatus.VOID, ApprovalStatus.PENDING]
    assert tip(company, "main") == by_hand
    bea(company, "AP-2")
    company.tick()
    assert page(company) == "page 2"
    assert company.task("CI-0001").status is TaskStatus.DONE
    verifies(company)


def test_an_agent_that_delivers_nothing_else_does_not_go_round_for_ever(company: Company) -> None:
    held(company)
    moved(company, "page.txt", "by hand\n")
    bea(company)
    company.program("riley", FINISHES_ALONE)
    for _ in range(8):
        company.tick()
        company.passes(hours=1)

    task = company.task("CI-0001")
    assert task.status is TaskStatus.BLOCKED
    assert len(company.runs()) == 1 + task.attempts
    assert company.tick().is_idle


def test_a_repository_that_takes_nothing_blocks_the_task_for_people(company: Company) -> None:
    held(company)
    git(company.work, "checkout", "--quiet", "main")
    bea(company)
    company.tick()

    task = company.task("CI-0001")
    assert task.status is TaskStatus.BLOCKED
    assert task.blocked is not None
    assert task.blocked.waits_for == "alex"
    assert "does not take main" in task.blocked.reason


def test_a_repository_that_cannot_be_reached_is_tried_again(company: Company) -> None:
    held(company)
    bea(company)
    away = company.work.rename(company.folder / "away")
    assert any("CI-0001: what was agreed to is not integrated yet" in note for note in company.tick().notes)
    away.rename(company.work)

    company.tick()

    assert company.task("CI-0001").status is TaskStatus.DONE
