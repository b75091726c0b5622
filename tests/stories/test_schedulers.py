"""`gitcp scheduler` as people run it: processes that are stopped, killed, started again, and more than one of them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from gitcp.control.clock import Clock
from gitcp.control.health import schedulers
from gitcp.control.plane import Plane
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome
from tests.stories.company import Company, a_company, commit_all, git

WAITS_FOR_A_FILE = """
while not (marks / "go").exists():
    time.sleep(0.02)
client.finish("done")
"""
PATIENCE = 60.0


@contextmanager
def a_scheduler(
    company: Company, *options: str, folder: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-m", "gitcp", "-C", str(folder or company.control), "scheduler", *options]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_up(company: Company, number: int = 1) -> bool:
    with company.plane() as plane:
        return len(schedulers(plane.state, plane.clock.now())) == number


def stopped(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said.splitlines()


def a_task(company: Company, title: str = "Write it") -> None:
    # By the machine's clock, as the scheduler's is.
    with Plane.open(company.control, Clock()) as plane:
        plane.apply(CreateTask(project="CI", title=title, assignee="riley"), plane.person())


def test_a_task_is_done_as_soon_as_it_is_given_and_term_ends_it_well(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    with a_scheduler(company, "--every", "3600") as process:
        until(lambda: is_up(company))
        a_task(company)
        until(lambda: [run.outcome for run in company.runs()] == [Outcome.SUCCEEDED])
        code, said = stopped(process)

    assert code == 0
    assert said[0] == "riley wakes for CI-0001 (assignment)"
    assert said[-1] == "stopping; nothing runs"
    assert is_up(company, 0)


def test_one_that_is_killed_and_started_again_finds_its_runs_and_nothing_runs_twice(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS_FOR_A_FILE)
    with a_scheduler(company) as process:
        a_task(company)
        until(lambda: bool(company.marked("riley")))
        process.kill()

    with a_scheduler(company, "--every", "3600") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("riley is at work on CI-0001")
        (company.marks / "go").touch()
        until(lambda: [run.outcome for run in company.runs()] == [Outcome.SUCCEEDED])
        code, _ = stopped(process)

    assert code == 0
    assert len(company.marked("riley")) == 1


def test_told_to_drain_it_ends_when_its_runs_have(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS_FOR_A_FILE)
    with a_scheduler(company, "--drain") as process:
        a_task(company)
        until(lambda: bool(company.marked("riley")))
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        while "stopping once 1 run ended" not in process.stderr.readline():
            assert process.poll() is None
        (company.marks / "go").touch()
        process.communicate(timeout=PATIENCE)

    assert process.returncode == 0
    assert [run.outcome for run in company.runs()] == [Outcome.SUCCEEDED]


@pytest.mark.parametrize("clones", [1, 2])
def test_two_on_one_company_start_everything_once_and_have_nothing_to_complain_about(
    tmp_path: Path, clones: int
) -> None:
    company = a_company(tmp_path)
    folders = [company.control, company.control] if clones == 1 else _clones(company)
    with (
        a_scheduler(company, "--every", "2", folder=folders[0]) as one,
        a_scheduler(company, "--every", "2", folder=folders[1]) as other,
    ):
        if clones == 1:
            until(lambda: is_up(company, 2))
        a_task(company)
        a_task(company, "Write more")
        if clones > 1:
            git(company.control, "push", "-q", str(tmp_path / "bare.git"), "main")
        until(lambda: company.marks.exists() and len(company.marked("riley")) == 2)
        until(lambda: _ended(folders[0]) == 2)
        said = [line for process in (one, other) for line in stopped(process)[1]]

    assert sum("wakes for" in line for line in said) == 2
    assert [line for line in said if "not done" in line or "did not work" in line] == []


def test_who_ends_with_the_terminal_leaves_no_process_behind(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    with a_scheduler(company) as process:
        until(lambda: is_up(company))
        children = psutil.Process(process.pid).children(recursive=True)
        stopped(process)

    _, alive = psutil.wait_procs(children, PATIENCE)
    assert alive == []


def test_told_a_third_time_it_leaves_in_the_middle_of_a_fetch(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    clone, _ = _clones(company)
    git(clone, "config", "remote.origin.url", "ssh://nowhere.invalid/company.git")
    git(clone, "config", "core.sshCommand", f"echo asked >> {tmp_path}/asked; exec sleep 120 #")
    with a_scheduler(company, folder=clone) as process:
        until((tmp_path / "asked").exists)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        until(lambda: ended_when_told(process))
        _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert said.splitlines()[-1] == "interrupted"


def ended_when_told(process: subprocess.Popen[str]) -> bool:
    # Signals of one kind may become one, so it is told again if nothing comes of it.
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    return process.returncode is not None


def _clones(company: Company) -> list[Path]:
    bare = company.folder / "bare.git"
    git(company.folder, "clone", "-q", "--bare", str(company.control), str(bare))
    clones = [company.folder / f"machine-{number}" for number in (1, 2)]
    for number, clone in enumerate(clones):
        git(company.folder, "clone", "-q", str(bare), str(clone))
        git(clone, "config", "gitcp.state", str(company.folder / f"state-{number}"))
    return clones


def _ended(folder: Path) -> int:
    argv = [sys.executable, "-m", "gitcp", "-C", str(folder), "run", "--outcome", "succeeded"]
    subprocess.run(["git", "-C", str(folder), "fetch", "-q", "--all"], check=True)
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    return done.stdout.count("succeeded")


def test_what_lands_in_the_remote_is_found_by_asking_and_programs_are_told_in_json(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    settings = company.control / "gitcp.yaml"
    settings.write_text(settings.read_text() + "scheduler: {poll_seconds: 1}\n")
    commit_all(company.control, "ask the remote each second")
    clone, _ = _clones(company)
    with a_scheduler(company, "--json", "--every", "3600", folder=clone) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "standing"
        a_task(company)
        git(company.control, "push", "-q", str(tmp_path / "bare.git"), "main")
        events = [json.loads(process.stdout.readline())]
        while events[-1]["event"] != "ended":
            events.append(json.loads(process.stdout.readline()))
        process.terminate()
        process.communicate(timeout=PATIENCE)

    told = [event for event in events if event["event"] != "standing"]
    assert [(event["event"], event["run"]["agent"]) for event in told] == [
        ("started", "riley"),
        ("ended", "riley"),
    ]
    assert told[1]["run"]["outcome"] == "succeeded"
