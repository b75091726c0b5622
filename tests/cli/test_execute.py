"""`gitcp exec --outbox` and `gitcp workspace fetch` in a job of GitHub Actions."""

from pathlib import Path

import pytest

from gitcp.core.operations.create_task import CreateTask
from tests.cli.conftest import Shell
from tests.cli.github.jobs import enter_job, obeyed
from tests.stories.company import a_company


def test_the_log_of_a_job_obeys_nothing_of_what_is_told_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    company.program("riley", "raise SystemExit(3)\n")
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    shell = Shell(company.control)
    [run] = shell("tick", "--no-start", "--json").json["claimed"]
    enter_job(monkeypatch, tmp_path / "step")

    done = shell("exec", run["run"], "--outbox", str(tmp_path / "outbox"))

    stop, told, resume, _ = done.err.splitlines()
    assert done.code == 0
    assert stop.startswith("::stop-commands::")
    assert told == f"run {run['run']}: failed: exited with code 3"
    assert resume == f"::{stop.removeprefix('::stop-commands::')}::"


def test_a_repository_that_cannot_be_brought_is_an_annotation_of_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    shell = Shell(company.control)
    [run] = shell("tick", "--no-start", "--json").json["claimed"]
    company.work.rename(tmp_path / "##[error] out of reach")
    enter_job(monkeypatch, tmp_path / "step")

    done = shell("workspace", "fetch", run["run"])

    assert done.code == 1
    [told] = obeyed(done.err)
    assert told.startswith("::error title=gitcp::")
