"""Pull requests, told by the workflow `check` alone: nothing that they bring is ever carried out."""

from pathlib import Path

from tests.workflows.company import Company, a_company
from tests.workflows.conftest import NewForge
from tests.workflows.transcript import logs

PAYLOAD = "echo stolen > /tmp/never && exit 1\n"
WORKFLOW = "on: [pull_request_target, push]\npermissions: {contents: write}\njobs:\n  steal:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo stolen\n"


def proposed(company: Company, files: dict[str, str | None], *, person: str = "alex") -> str:
    """Commit on top of the record without touching it, and return the commit."""
    company.git("checkout", "-q", "--detach", "origin/main")
    commit = company.write(files, f"A change by {person}", push=False)
    company.git("push", "-q", "origin", f"{commit}:refs/pull/0/{commit}")
    company.git("checkout", "-q", "main")
    return commit


def a_quiet_company(new_forge: NewForge, folder: Path) -> Company:
    company = a_company(new_forge, folder)
    company.forge.collect()
    company.forge.events.clear()  # what the first push starts is another story
    company.git("fetch", "-q", "origin")
    return company


def test_a_pull_request_gets_one_comment_and_a_status_that_follow_it(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = a_quiet_company(new_forge, tmp_path)
    hub, good = company.forge.hub, "goals/quality.yaml"
    text = (company.checkout / good).read_text()

    first = proposed(company, {good: text.replace("title:", "title: More", 1)})
    number = company.forge.propose(first)
    runs = company.forge.work()
    broken = proposed(company, {good: text.replace("title:", "titel:", 1)})
    company.forge.propose_anew(number, broken)
    runs += company.forge.work()

    assert [run.workflow.name for run in runs] == ["check", "check"]
    assert [run.conclusion for run in runs] == ["success", "failure"], logs(runs)
    [comment] = hub.said_on(number)
    assert "titel" in comment
    assert [(status["sha"], status["state"], status["context"]) for status in hub.statuses] == [
        (first, "success", "gitcp/check"),
        (broken, "failure", "gitcp/check"),
    ]
    assert {job.conclusion for run in runs for job in run.jobs} == {"success", "failure"}
    assert runs[0].jobs[0].permissions == {"contents": "read", "pull-requests": "write", "statuses": "write"}


def test_a_forks_workflows_and_settings_are_told_and_not_obeyed(new_forge: NewForge, tmp_path: Path) -> None:
    company = a_quiet_company(new_forge, tmp_path)
    settings = (company.checkout / "gitcp.yaml").read_text()
    action = company.checkout / ".github" / "actions" / "gitcp" / "action.yml"
    head = proposed(
        company,
        {
            ".github/workflows/check.yml": WORKFLOW,
            ".github/workflows/steal.yml": WORKFLOW,
            ".github/actions/gitcp/action.yml": action.read_text().replace("gitcp --version", "echo stolen"),
            "gitcp.yaml": settings.replace("concurrency: 4", "concurrency: 400"),
            "sitecustomize.py": "print('stolen')\n",
        },
        person="mallory",
    )

    before = company.forge.tip()
    number = company.forge.propose(head, fork=True)
    runs = company.forge.work()

    assert [run.workflow.name for run in runs] == ["check"]
    told = logs(runs)
    assert "stolen" not in told
    assert company.forge.tip() == before
    [comment] = company.forge.hub.said_on(number)
    assert "stolen" not in comment
    assert ".github/workflows/steal.yml" in comment, comment
    [status] = company.forge.hub.statuses
    assert (status["sha"], status["context"]) == (head, "gitcp/check")
