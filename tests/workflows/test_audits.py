"""The daily audit: an issue for what is wrong, and none for what is right."""

from pathlib import Path

import pytest

from tests.workflows.company import SCHEDULER, Company, a_company
from tests.workflows.conftest import NewForge
from tests.workflows.runner.workflow_run import WorkflowRun
from tests.workflows.transcript import logs

pytestmark = pytest.mark.slow


def audited(company: Company) -> WorkflowRun:
    """Let the audit's schedule fire, and nothing else; return its run."""
    company.forge.collect()
    company.forge.events.clear()
    company.forge.fire("audit.yml", company.forge.next_fire("audit.yml", company.forge.now))
    [run] = company.forge.work()
    assert run.jobs[0].permissions == {"contents": "read", "issues": "write"}
    return run


def issues(company: Company) -> list[tuple[str, str]]:
    """Return what each issue is about, and whether it is open."""
    return [(issue["title"], issue["state"]) for issue in company.forge.hub.issues.values()]


def test_a_violation_opens_one_issue_which_is_closed_when_it_is_gone(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0023"])
    good = company.forge.tip()
    task = "tasks/CI/CI-0023.yaml"
    forged = (company.checkout / task).read_text().replace("status: todo", "status: done")
    company.write({task: forged}, "finish run of CI-0023: succeeded", who=SCHEDULER)

    runs = [audited(company), audited(company)]

    assert [run.conclusion for run in runs] == ["failure", "failure"], logs(runs)
    [(first, state)] = issues(company)
    assert "operation/missing" in first
    assert state == "open"

    # Who takes the commit away has rewritten history, which the audit remembers; so that is told in its place.
    company.git("push", "-q", "--force", "origin", f"{good}:main")
    again = audited(company)
    assert again.conclusion == "failure", logs([again])
    [closed, (second, state)] = issues(company)
    assert closed == (first, "closed")
    assert "history/rewritten" in second
    assert state == "open"

    # Whoever has looked into that says so, and the audit leaves it so.
    [number] = [issue["number"] for issue in company.forge.hub.issues.values() if issue["state"] == "open"]
    company.forge.hub.issues[number] |= {"state": "closed", "state_reason": "not_planned"}
    clean = audited(company)
    assert clean.conclusion == "success", logs([clean])
    assert [state for _, state in issues(company)] == ["closed", "closed"]
