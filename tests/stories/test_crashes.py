"""What is killed is found again: nothing is lost, nothing is done twice."""

import contextlib
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import psutil

from gitcp.api.declarations import Cost, Declarations
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome, Settlement
from gitcp.model.tasks import TaskStatus
from tests.stories.company import BEGIN, Company, a_company, git

# A tick that is killed after its claims are in the branch and before anything has started.
KILLED_TICK = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import gitcp.control.tick as module
from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
module.spawn = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with Plane.open(Path(sys.argv[1]), Clock.at(datetime.fromisoformat(sys.argv[2]))) as plane:
    module.tick(plane)
"""


def wait_for_mark(company: Company, agent: str, start: str) -> str:
    until = time.monotonic() + 30
    while True:
        found = [line for line in company.marked(agent) if line.startswith(start)]
        if found:
            return found[0]
        assert time.monotonic() < until
        time.sleep(0.05)


def runner_of(company: Company, run: str) -> psutil.Process:
    wanted = {"exec", run, str(company.control)}
    [found] = [
        p
        for p in psutil.process_iter(["cmdline"])
        if wanted <= {part.rstrip("/") for part in p.info["cmdline"] or []}
    ]
    return found


def kill(process: psutil.Process) -> None:
    """Kill a process, and see it dead: a signal takes a moment."""
    process.kill()
    until = time.monotonic() + 30
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_a_claim_whose_tick_was_killed_before_it_spawned_is_started_once_by_the_next_tick(
    tmp_path: Path,
) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_TICK, str(company.control), BEGIN.isoformat()], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert [run.is_active for run in company.runs()] == [True]
    assert company.marked("riley") == []

    company.passes(seconds=5)
    company.tick()
    company.tick()

    assert [run.outcome for run in company.runs()] == [Outcome.SUCCEEDED]
    assert len(company.marked("riley")) == 1
    assert company.task("CI-0001").status is TaskStatus.DONE


def test_a_run_whose_runner_was_killed_is_reaped_its_work_rescued_and_tried_again(tmp_path: Path) -> None:
    company = a_company(tmp_path, sandbox="process-group")
    company.program(
        "riley",
        """
        if context["run"]["attempt"] > 1:
            commit("work.txt", "second try\\n")
            client.finish("done")
            sys.exit()
        pathlib.Path("half.txt").write_text("half of it\\n")
        mark(f"pid {os.getpid()}")
        time.sleep(600)
        """,
    )
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    [started] = company.tick(wait=False).started
    agent = int(wait_for_mark(company, "riley", "pid ").split()[1])
    kill(runner_of(company, started.run.id))
    with company.plane() as plane:
        said = Declarations(plane.state.declarations(started.run.id))
        said.add(Cost(usd=Decimal("1.5")), "aa")

    company.passes(seconds=5)
    ticked = company.tick()

    [run] = company.runs()
    assert run.outcome is Outcome.ABANDONED
    assert run.settled_by is Settlement.RESERVED
    assert run.usage is not None
    assert run.usage.usd == Decimal("1.5"), "what it had reported is more than the reservation of 1 USD"
    assert ticked.started == ()
    assert not psutil.pid_exists(agent) or psutil.Process(agent).status() == psutil.STATUS_ZOMBIE
    assert run.rescue is not None
    [clone] = (tmp_path / "state" / "repositories").glob("*.git")
    assert git(clone, "show", f"{run.rescue}:half.txt") == "half of it"
    company.passes(minutes=10)
    company.tick()
    assert [run.outcome for run in company.runs()] == [Outcome.ABANDONED, Outcome.SUCCEEDED]
    assert company.task("CI-0001").status is TaskStatus.DONE


def test_a_run_past_its_deadline_is_reaped_by_a_tick_that_knows_nothing_of_it(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    subprocess.run([sys.executable, "-c", KILLED_TICK, str(company.control), BEGIN.isoformat()], check=False)
    with company.plane() as plane:
        plane.store.set_config("gitcp.state", str(tmp_path / "another-machine"))

    assert company.tick().started == ()
    company.passes(minutes=11)
    company.tick()

    assert [run.outcome for run in company.runs()] == [Outcome.ABANDONED]
