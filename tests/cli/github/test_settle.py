"""`gitcp github settle`."""

from datetime import timedelta
from pathlib import Path

from gitcp.core.operations.create_task import CreateTask
from tests.cli.conftest import Shell
from tests.cli.github.jobs import AJob, obeyed
from tests.stories.company import Company, a_company, git

REFUSED = 'client.apply("task.create", {"project": "NO", "title": "##[error]@team", "assignee": "riley"})\n'


def claimed(company: Company) -> str:
    """Let a run be claimed, and return its name."""
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    done = Shell(company.control)("github", "tick", "--json")
    return str(done.json["runs"][0]["id"])


def test_what_a_job_left_is_settled_once(tmp_path: Path, job: AJob) -> None:
    company = a_company(tmp_path)
    run, outbox, shell = claimed(company), tmp_path / "outbox", Shell(company.control)
    assert shell("exec", run, "--outbox", str(outbox)).code == 0

    done = shell("github", "settle", run, "--from", str(outbox))

    assert (done.code, job.outputs["changed"]) == (0, "true")
    assert f"run {run}: succeeded" in done.err
    assert f"## gitcp: run `{run}`" in job.summary

    again = shell("github", "settle", run, "--from", str(outbox), "--json")
    assert (again.json["standing"], again.json["changed"]) == ("again", False)
    assert job.outputs["changed"] == "false"


def test_a_job_that_left_nothing_is_no_failure(tmp_path: Path, job: AJob) -> None:
    company = a_company(tmp_path)
    run, shell = claimed(company), Shell(company.control)
    before = git(company.control, "rev-parse", "main")
    (tmp_path / "empty").mkdir()

    for folder in ("empty", "none"):
        done = shell("github", "settle", run, "--from", str(tmp_path / folder))
        assert (done.code, job.outputs["changed"]) == (0, "false")
        [warning] = obeyed(done.err)
        assert warning.startswith(f"::warning title=no outbox::run {run}: its job left no outbox")
        assert "a tick after its deadline" in done.err

    assert git(company.control, "rev-parse", "main") == before
    as_data = shell("github", "settle", run, "--from", str(tmp_path / "none"), "--json")
    assert as_data.json == {"run": run, "standing": "missing", "changed": False}


def test_without_an_outbox_a_run_that_is_not_there_is_a_failure(shell: Shell, tmp_path: Path) -> None:
    done = shell("github", "settle", "20261120T090000Z-nobody", "--from", str(tmp_path))

    assert done.code == 1


def test_a_link_in_place_of_an_outbox_is_a_failure(tmp_path: Path, job: AJob) -> None:
    company = a_company(tmp_path)
    run = claimed(company)
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "outbox.json").symlink_to("/etc/passwd")

    done = Shell(company.control)("github", "settle", run, "--from", str(tmp_path / "outbox"))

    assert done.code == 1
    assert "root:" not in done.err


def test_a_run_that_was_given_up_meanwhile_is_told(tmp_path: Path, job: AJob) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    run, shell = (
        Shell(company.control)("github", "tick", "--json").json["runs"][0]["id"],
        Shell(company.control),
    )
    company.now = company.runs()[0].deadline + timedelta(minutes=1)
    company.tick(wait=False)

    done = shell("github", "settle", run, "--from", str(tmp_path / "none"))

    assert done.code == 0
    assert "and it has ended, abandoned" in done.err


def test_what_was_refused_is_told_and_mentions_nobody(tmp_path: Path, job: AJob) -> None:
    company = a_company(tmp_path)
    company.program("riley", f"try:\n    {REFUSED}except Exception:\n    pass\nclient.finish('done')\n")
    run, outbox, shell = claimed(company), tmp_path / "outbox", Shell(company.control)
    shell("exec", run, "--outbox", str(outbox))

    done = shell("github", "settle", run, "--from", str(outbox))

    assert done.code == 0
    assert obeyed(done.err) == []
    assert " @team" not in job.summary
