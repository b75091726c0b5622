"""`gitcp github tick`."""

import shutil
from pathlib import Path

import pytest

from gitcp.control.github import ticking
from gitcp.control.github.ticking import Handed
from gitcp.control.tick import Ticked
from gitcp.core.actions import Plan
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import GitcpError
from gitcp.model.operation import Refusal
from tests.cli.conftest import Shell
from tests.cli.github.jobs import AJob, enter_job, obeyed, outside_code
from tests.helpers import a_call
from tests.stories.company import Company, a_company, commit_all, git


def with_secrets(company: Company) -> None:
    """Let riley's record refer to secrets of every kind."""
    path = company.control / "org" / "riley.yaml"
    text = path.read_text()
    secrets = "{MODEL_KEY: 'env:ANTHROPIC_API_KEY', A: 'env:ZED', B: 'env:ZED', C: 'file:/run/key'}"
    path.write_text(text.replace("runtime:\n", f"runtime:\n  secrets: {secrets}\n"))
    git(
        company.control, "-c", "user.name=Alex", "-c", "user.email=alex@example.com", "commit", "-qam", "Name"
    )


def test_each_claimed_run_is_handed_to_a_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = a_company(tmp_path)
    with_secrets(company)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    job = enter_job(monkeypatch, tmp_path / "step", attempt=3)

    done = Shell(company.control)("github", "tick")

    [run] = job.runs
    [claimed] = company.runs()
    assert (done.code, done.out, job.outputs["changed"]) == (0, "", "true")
    assert run == {
        "id": claimed.id,
        "agent": "riley",
        "task": "CI-0001",
        "runtime": "process",
        "minutes": round((claimed.deadline - claimed.claimed_at).total_seconds() / 60),
        "revision": git(company.control, "log", "--format=%H", "--grep=^claim run"),
        "attempt": 3,
        "secrets": ["ANTHROPIC_API_KEY", "ZED"],
    }
    assert claimed.executor == "elsewhere"
    assert f"| `{claimed.id}` | `riley` | `CI-0001` | `process` | {run['minutes']} |" in job.summary
    assert obeyed(done.err) == []


def test_a_tick_without_work_changes_nothing_and_hands_nothing_out(tmp_path: Path, job: AJob) -> None:
    company = a_company(tmp_path)
    shell = Shell(company.control)

    done = shell("github", "tick", "--json")

    assert (job.outputs, job.summary) == ({"runs": "[]", "changed": "false"}, "## gitcp: nothing to do\n\n")
    assert done.json == {"runs": [], "changed": False, "commits": [], "refused": []}


def test_by_hand_it_writes_no_files_and_says_what_it_claimed(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    done = Shell(company.control)("github", "tick", "--json")

    assert [run["attempt"] for run in done.json["runs"]] == [1]
    assert done.err.splitlines()[-1] == "1 run claimed for jobs"
    assert "::" not in done.err


def test_what_others_wrote_is_no_command_to_the_log_and_no_output(tmp_path: Path, job: AJob) -> None:
    title = "##[set-output name=runs;][1] ::set-output name=runs::[1] %0A::error::x <<EOF"
    company = a_company(tmp_path)
    new = company.control / "tasks" / "CI" / "new" / "write.yaml"
    new.parent.mkdir()
    new.write_text(f"title: '{title}'\nassignee: riley\n")
    commit_all(company.control, "File a task")
    copy = Shell(shutil.copytree(company.control, tmp_path / "copy"))

    done = Shell(company.control)("github", "tick")
    as_data = copy("github", "tick", "--json")

    assert obeyed(done.err) == []
    assert "##[" not in as_data.out
    assert any("##[set-output" in commit["subject"] for commit in as_data.json["commits"])
    assert list(job.outputs) == ["runs", "changed"]
    assert [run["task"] for run in job.runs] == ["CI-0001"]


def test_what_fails_is_an_annotation_and_what_it_says_obeys_nothing(tmp_path: Path, job: AJob) -> None:
    folder = tmp_path / "##[error]%0A::warning::"
    folder.mkdir()

    done = Shell(folder)("github", "tick")

    [told] = obeyed(done.err)
    assert done.code == 1
    assert told.startswith("::error title=gitcp::")
    assert "%250A::warning::" in told
    assert "Error: " in done.err


def test_a_file_of_the_job_that_cannot_be_written_is_told(
    tmp_path: Path, job: AJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "none" / "output"))
    company = a_company(tmp_path / "story")

    done = Shell(company.control)("github", "tick")

    assert done.code == 1
    assert "none/output: cannot be written" in done.err


def test_what_was_refused_is_told_and_mentions_nobody(
    tmp_path: Path, job: AJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = Refusal((CreateTask(project="CI", title="x"), a_call()), GitcpError("##[error] @acme/team <b>"))
    handed = Handed(Ticked(Plan(()), (), (refusal,), (), ("::warning::look",)), ())
    monkeypatch.setattr(ticking, "tick_for_jobs", lambda *_: handed)

    done = Shell(a_company(tmp_path / "story").control)("github", "tick", "--json")

    assert (done.code, done.json["changed"], job.outputs["runs"]) == (0, False, "[]")
    assert "##[" not in done.out
    assert obeyed(done.err) == []
    assert "not done: ##[error] @acme/team <b>" in done.err
    assert "### Not done" in job.summary
    assert "@acme" not in outside_code(job.summary)


def test_a_bug_leaves_the_log_silent_and_its_annotations_shown(
    tmp_path: Path, job: AJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Handed:
        raise RuntimeError("::error::@acme")

    monkeypatch.setattr(ticking, "tick_for_jobs", broken)

    done = Shell(a_company(tmp_path / "story").control)("github", "tick")

    assert done.code == 3
    assert "Bug: " in done.err
    assert obeyed(done.err) == []


def test_a_file_that_is_missing_elsewhere_is_not_taken_for_one_of_the_job(
    tmp_path: Path, job: AJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> Handed:
        raise FileNotFoundError(2, "No such file", "/elsewhere")

    monkeypatch.setattr(ticking, "tick_for_jobs", missing)

    assert Shell(a_company(tmp_path / "story").control)("github", "tick").code == 3
