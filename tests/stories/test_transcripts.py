"""What runs say is kept for a while, wherever they ended."""

from pathlib import Path

import pytest

from gitcp.control.transcripts import FILE_BYTES, gathered, prune
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome
from tests.stories.company import FINISHES, Company, a_company, git
from tests.stories.test_crashes import kill, runner_of, wait_for_mark

SPEAKS = 'print("said aloud", flush=True)\n' + FINISHES


def a_speaking_company(folder: Path, **settings: str) -> Company:
    company = a_company(folder)
    company.program("riley", SPEAKS)
    if settings:
        written = ", ".join(f"{name}: {value}" for name, value in settings.items())
        with (company.control / "gitcp.yaml").open("a") as file:
            file.write(f"logs: {{{written}}}\n")
        git(company.control, "commit", "-qam", "say how transcripts are kept")
    return company


def work(company: Company, folder: Path | None = None) -> str:
    """Let a task be done, and return the run's id."""
    company.does(CreateTask(project="CI", title="Write it", assignee="riley", verify=(("echo", "checked"),)))
    company.tick(folder)
    return company.runs(folder)[-1].id


def logs(folder: Path) -> list[str]:
    return git(folder, "for-each-ref", "--format=%(refname)", "refs/gitcp/logs").split()


def said(folder: Path, ref: str, name: str) -> str:
    return git(folder, "show", f"{ref}:{name}")


def test_a_run_leaves_its_transcript_under_its_ref_and_nothing_in_the_branch(tmp_path: Path) -> None:
    company = a_speaking_company(tmp_path)

    run = work(company)

    [ref] = logs(company.control)
    assert ref == f"refs/gitcp/logs/2026-11-16/{run}"
    assert said(company.control, ref, "agent.log") == "said aloud"
    assert said(company.control, ref, "check-1.log") == "checked"
    assert "said aloud" not in git(company.control, "log", "-p", "main")
    assert git(company.control, "status", "--porcelain") == ""


def test_transcripts_are_pushed_where_the_company_says_so(tmp_path: Path) -> None:
    company = a_speaking_company(tmp_path, push="true")
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    git(tmp_path, "clone", "-q", "--bare", str(company.control), str(tmp_path / "server.git"))
    git(tmp_path, "clone", "-q", "server.git", "machine")
    git(tmp_path / "machine", "config", "gitcp.state", str(tmp_path / "state-machine"))

    company.tick(tmp_path / "machine")

    assert len(logs(tmp_path / "server.git")) == 1
    assert logs(tmp_path / "server.git") == logs(tmp_path / "machine")


def test_the_transcript_of_a_killed_runner_is_kept_by_the_tick_that_reaps_it(tmp_path: Path) -> None:
    company = a_speaking_company(tmp_path)
    company.program("riley", 'print("so far", flush=True)\nmark("at work")\ntime.sleep(60)\n')
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    [started] = company.tick(wait=False).started
    wait_for_mark(company, "riley", "at work")
    kill(runner_of(company, started.run.id))
    company.passes(seconds=5)

    company.tick(wait=False)

    assert company.runs()[0].outcome is Outcome.ABANDONED
    [ref] = logs(company.control)
    assert said(company.control, ref, "agent.log") == "so far"


def test_what_is_older_than_the_company_keeps_it_is_let_go_of_by_a_tick(tmp_path: Path) -> None:
    company = a_speaking_company(tmp_path, keep_days="3")
    old = work(company)
    company.passes(days=3)
    young = work(company)
    assert len(logs(company.control)) == 2

    company.passes(days=1)
    company.tick()

    assert logs(company.control) == [f"refs/gitcp/logs/2026-11-19/{young}"]
    assert [path.name for path in (tmp_path / "state" / "runs").iterdir()] == [young]
    assert {run.id for run in company.runs()} == {old, young}


def test_old_transcripts_are_looked_for_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = a_company(tmp_path)
    days: list[int] = []
    monkeypatch.setattr("gitcp.control.transcripts.prune", lambda plane: days.append(plane.clock.now().day))

    for _ in range(2):
        company.tick()
        company.tick()
        company.passes(days=1)

    assert days == [16, 17]


def test_the_folders_of_runs_that_are_live_or_unknown_stay(tmp_path: Path) -> None:
    company = a_speaking_company(tmp_path)
    company.program("riley", 'mark("at work")\ntime.sleep(60)\n')
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    [started] = company.tick(wait=False).started
    wait_for_mark(company, "riley", "at work")
    runs = tmp_path / "state" / "runs"
    for name in ("20200101T000000Z-nobody", "notes"):
        (runs / name).mkdir()
    company.passes(days=60)

    with company.plane() as plane:
        assert prune(plane) == 0

    kill(runner_of(company, started.run.id))
    company.tick(wait=False)
    assert {path.name for path in runs.iterdir()} == {started.run.id, "20200101T000000Z-nobody", "notes"}


def test_what_is_long_is_kept_without_its_middle_and_links_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "agent.log").write_bytes(b"a" * (FILE_BYTES + 1))
    (tmp_path / "secret").write_text("s3cret")
    (tmp_path / "events.jsonl").symlink_to(tmp_path / "secret")
    (tmp_path / "check-1.log").write_text("checked")
    (tmp_path / "check-1.log.bak").write_text("mine")
    (tmp_path / "runner.log").write_text("")

    files = gathered(tmp_path)

    assert sorted(files) == ["agent.log", "check-1.log"]
    assert len(files["agent.log"]) < FILE_BYTES + 100
    assert b"[gitcp: 1 bytes are left out here]" in files["agent.log"]
    assert gathered(tmp_path / "missing") == {}
