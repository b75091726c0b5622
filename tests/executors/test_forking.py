"""The fork server: what a runner finds that was forked instead of started, and what becomes of it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from gitcp.errors import RuntimeUnavailableError
from gitcp.executors import Handle, Job
from gitcp.executors.local import Local
from tests.executors.forked import PROGRAM, a_server

RUN = "20261122T090000Z-riley"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    environment = {"PATH": os.environ["PATH"], "A": "b"}
    return Job(RUN, (*PROGRAM, "x", "--y"), environment, tmp_path, tmp_path / "runner.log")


def said(job: Job, body: str) -> str:
    """Return what a function printed that was run as the job."""
    with a_server(body) as server:
        executor = Local(server)
        handle = executor.start(job)
        assert executor.wait([handle], 30) == {handle}
    return job.log.read_text()


def test_the_program_is_a_function_with_the_rest_of_the_arguments(job: Job) -> None:
    assert said(job, "print(arguments)\nreturn 0") == "['x', '--y']\n"


def test_it_has_the_environment_and_the_folder_of_the_job_and_nothing_else(job: Job) -> None:
    found = said(job, "print(sorted(os.environ), os.environ['A'], os.getcwd())")

    assert found == f"['A', 'PATH'] b {job.folder}\n"


def test_it_has_no_open_files_but_an_empty_input_and_its_log(job: Job) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("only Linux says")
    body = "print(sorted(int(f) for f in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{f}')), sys.stdin.read() == '')"

    assert said(job, body) == "[0, 1, 2] True\n"


def test_it_leads_a_session_of_its_own_and_takes_signals_as_any_program(job: Job) -> None:
    body = """
        print(os.getsid(0) == os.getpid())
        names = ("SIGTERM", "SIGHUP", "SIGCHLD")
        print([signal.getsignal(getattr(signal, n)) == signal.SIG_DFL for n in names])
        print(signal.getsignal(signal.SIGINT) == signal.default_int_handler)
    """

    assert said(job, body.replace("\n        ", "\n")).split() == ["True", "[True,", "True,", "True]", "True"]


def test_it_can_wait_for_programs_of_its_own(job: Job) -> None:
    assert said(job, "import subprocess\nprint(subprocess.run(['false']).returncode)") == "1\n"


@pytest.mark.parametrize("body", ["raise ValueError('broken')", "sys.exit('broken')", "1 / 0"])
def test_one_that_fails_ends_alone_and_the_server_goes_on(job: Job, body: str) -> None:
    with a_server(f"if arguments == ['fail']:\n    {body}\nprint('well')\nreturn 0") as server:
        executor = Local(server)
        failing = executor.start(replace(job, argv=(*PROGRAM, "fail"), log=job.folder / "failed.log"))
        executor.wait([failing], 30)
        handle = executor.start(job)
        executor.wait([handle], 30)

    assert job.log.read_text() == "well\n"


def test_what_has_ended_leaves_no_zombie(job: Job) -> None:
    with a_server() as server:
        executor = Local(server)
        handle = executor.start(job)
        executor.wait([handle], 30)

        until = time.monotonic() + 30
        while psutil.pid_exists(int(handle.place)):
            assert time.monotonic() < until
            time.sleep(0.01)


def test_a_server_that_is_gone_is_done_without(job: Job) -> None:
    with a_server() as server:
        pass

    executor = Local(server)
    handle = executor.start(replace(job, argv=("/bin/sh", "-c", "echo started")))

    assert executor.wait([handle], 30) == {handle}
    assert job.log.read_text() == "started\n"


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """Stop a process for a block; for some seconds at most, so that who waits for it without a limit fails and does not hang."""
    goes_on = threading.Timer(20, os.kill, (process, signal.SIGCONT))
    goes_on.start()
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        goes_on.cancel()
        goes_on.join()
        os.kill(process, signal.SIGCONT)


# The second is more than the line holds.
@pytest.mark.parametrize("asked", ["a little", "a lot " * 500_000])
def test_a_server_that_does_not_answer_in_time_is_given_up_and_nothing_is_started_in_its_place(
    job: Job, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    with a_server("print(os.getppid())") as server:
        executor = Local(server)
        executor.wait([executor.start(job)], 30)
        monkeypatch.setattr("gitcp.executors.forking.ANSWERED_WITHIN", 0.05)
        plain = replace(job, argv=("/bin/sh", "-c", "echo started"), log=job.folder / "plain.log")
        with stopped(int(job.log.read_text())):
            with pytest.raises(RuntimeUnavailableError, match=r"an answer within 0\.05 seconds, found none"):
                executor.start(replace(plain, environment={"A": asked}))
            assert not plain.log.exists()

            executor.wait([executor.start(plain)], 30)

            assert plain.log.read_text() == "started\n"


BEGINNER = """
import os, signal, sys
from pathlib import Path
from gitcp.executors import Job
from gitcp.executors.forking import ForkServer
from gitcp.executors.local import Local

def main(arguments):
    Path("began").touch()
    signal.pause()
    return 0

folder = Path(sys.argv[1])
executor = Local()
server = ForkServer.begin(("a-program",), main)
with executor.forking(server):
    handle = executor.start(Job("x", ("a-program",), {}, folder, folder / "log"))
    print(os.getpid(), handle.place, handle.started, flush=True)
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_it_ends_with_who_began_it_and_what_it_started_goes_on(tmp_path: Path, end: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEGINNER, str(tmp_path), end], capture_output=True, text=True, check=False
    )
    _, place, started = done.stdout.split()
    handle = Handle("x", place, started)

    # Its output is at an end, so the server has ended too: it had the same.
    assert done.stderr == ""
    assert Local().is_alive(handle)
    os.kill(int(place), 9)
    assert Local().wait([handle], 30) == {handle}
