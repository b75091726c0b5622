"""Any number of ticks on any number of machines: no run starts twice."""

import subprocess
import sys
from pathlib import Path

from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome
from tests.stories.company import BEGIN, Company, a_company, git

TICK = """
import sys
from datetime import datetime
from pathlib import Path
from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.tick import tick
from gitcp.control.working import wait_for
with Plane.open(Path(sys.argv[1]), Clock.at(datetime.fromisoformat(sys.argv[2]))) as plane:
    print("ready", flush=True)
    sys.stdin.readline()
    wait_for(plane, tick(plane).started, print)
"""


def machine(company: Company, number: int, bare: Path) -> Path:
    clone = company.folder / f"machine-{number}"
    git(company.folder, "clone", "-q", str(bare), str(clone))
    git(clone, "config", "gitcp.state", str(company.folder / f"state-{number}"))
    return clone


def test_two_ticks_race_for_one_task_in_two_clones_of_a_bare_remote_and_one_run_starts(
    tmp_path: Path,
) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(company.control), str(bare))
    clones = [machine(company, number, bare) for number in (1, 2)]
    argv = [sys.executable, "-c", TICK]
    ticks = [
        subprocess.Popen(
            [*argv, str(clone), BEGIN.isoformat()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for clone in clones
    ]
    for tick in ticks:
        assert tick.stdout is not None
        assert tick.stdout.readline() == "ready\n"

    outputs = [tick.communicate("go\n", timeout=60)[0] for tick in ticks]

    assert [tick.returncode for tick in ticks] == [0, 0]
    assert sorted(bool(output) for output in outputs) == [False, True]
    assert len(company.marked("riley")) == 1
    subjects = git(bare, "log", "--format=%s", "main").splitlines()
    assert sum(subject.startswith("claim run") for subject in subjects) == 1
    assert sum(subject.startswith("finish run") for subject in subjects) == 1
    for clone in clones:
        company.tick(clone)
        assert [run.outcome for run in company.runs(clone)] == [Outcome.SUCCEEDED]
    assert git(bare, "for-each-ref", "refs/gitcp") == ""
