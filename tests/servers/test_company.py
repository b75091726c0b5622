"""A company whose control repository is on a Git server: ticked by the command, run by `gitcp exec`, with a real agent's program."""

import subprocess
import sys
from pathlib import Path

import pytest

from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome
from tests.servers.conftest import Machine
from tests.servers.hooks import set_hook, times_asked
from tests.servers.web import WebServer
from tests.stories.company import Company, a_company, git

pytestmark = pytest.mark.servers


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Return a company with one task to do."""
    made = a_company(tmp_path / "company")
    made.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    return made


@pytest.fixture
def control(company: Company, served: Path) -> Path:
    """Return its control repository as a server has it: nothing is rewritten, no branch deleted."""
    bare = served / f"{company.folder.parent.name}.git"
    git(company.folder, "clone", "-q", "--bare", str(company.control), str(bare))
    git(bare, "config", "receive.denyNonFastForwards", "true")
    git(bare, "config", "receive.denyDeletes", "true")
    return bare


def machine_of(company: Company, number: int, url: str) -> Path:
    """Return the clone of one machine."""
    clone = company.folder / f"machine-{number}"
    git(company.folder, "clone", "-q", url, str(clone))
    git(clone, "config", "gitcp.state", str(company.folder / f"state-{number}"))
    return clone


def ticking(clone: Path) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-P", "-m", "gitcp", "-C", str(clone), "tick"]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_machines_tick_at_once_and_one_run_is_claimed_worked_on_and_settled(
    company: Company, control: Path, web: WebServer, machine: Machine
) -> None:
    machine.is_known_to(web)
    clones = [machine_of(company, number, web.url(control)) for number in (1, 2)]

    ticks = [ticking(clone) for clone in clones]
    said = [tick.communicate(timeout=120) for tick in ticks]

    assert [tick.returncode for tick in ticks] == [0, 0], said
    assert len(company.marked("riley")) == 1
    subjects = git(control, "log", "--format=%s", "main").splitlines()
    assert [subject.split()[0] for subject in subjects] == ["finish", "claim", "create", "found"]
    assert git(control, "for-each-ref", "refs/gitcp") == ""
    assert git(company.work, "rev-parse", "--verify", "riley/CI-0001")
    for clone in clones:
        git(clone, "fetch", "-q")
        assert [run.outcome for run in company.runs(clone)] == [Outcome.SUCCEEDED]


def test_no_program_is_started_for_a_claim_that_the_server_refuses(
    company: Company, control: Path, web: WebServer, machine: Machine
) -> None:
    machine.is_known_to(web)
    clone = machine_of(company, 1, web.url(control))
    set_hook(control, "pre-receive", "echo the company is closed on Sundays >&2\nexit 1\n")

    tick = ticking(clone)
    out, said = tick.communicate(timeout=120)

    assert tick.returncode == 1
    assert "the company is closed on Sundays" in said
    assert out == ""
    assert 1 <= times_asked(control) <= 3
    assert company.marked("riley") == []
    assert git(control, "log", "--format=%s", "main").splitlines()[0].startswith("create")
