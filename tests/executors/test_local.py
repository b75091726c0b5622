import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from gitcp.executors import Handle, Job
from gitcp.executors.local import Local

RUN = "20261122T090000Z-riley"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(RUN, ("sleep", "60"), {"PATH": os.environ["PATH"]}, tmp_path, tmp_path / "runner.log")


def test_a_job_is_in_a_session_of_its_own(job: Job) -> None:
    executor = Local()
    handle = executor.start(job)
    pid = int(handle.place)

    assert os.getsid(pid) == pid
    os.kill(pid, 9)
    assert executor.wait([handle], 10) == {handle}


def test_a_job_that_has_ended_leaves_no_zombie(job: Job) -> None:
    executor = Local()
    handle = executor.start(replace(job, argv=("true",)))

    executor.wait([handle], 10)

    assert not psutil.pid_exists(int(handle.place))


STARTER = """
import os, sys
from pathlib import Path
from gitcp.executors import Job
from gitcp.executors.local import Local
folder = Path(sys.argv[1])
handle = Local().start(Job("x", ("sleep", "60"), {"PATH": os.environ["PATH"]}, folder, folder / "log"))
print(handle.place, handle.started, flush=True)
os.kill(os.getpid(), int(sys.argv[2]))
"""


@pytest.mark.parametrize("signal", [0, 9])
def test_a_job_survives_who_started_it_and_can_be_asked_about(tmp_path: Path, signal: int) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STARTER, str(tmp_path), str(signal)],
        capture_output=True,
        text=True,
        check=False,
    )
    place, _, started = done.stdout.strip().partition(" ")
    handle = Handle("x", place, started)

    assert Local().is_alive(handle)
    os.kill(int(place), 9)
    assert Local().wait([handle], 10) == {handle}


def test_another_process_with_the_same_number_is_not_the_job(job: Job) -> None:
    executor = Local()
    handle = executor.start(job)

    assert not executor.is_alive(replace(handle, started="some-boot/1"))
    assert not executor.is_alive(replace(handle, started=""))
    os.kill(int(handle.place), 9)
    executor.wait([handle], 10)


def test_a_start_is_told_apart_where_the_kernel_does_not_count_from_boot(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.executors.local._boot", lambda: None)
    executor = Local()
    handle = executor.start(job)

    assert executor.is_alive(handle)
    assert float(handle.started) > 0
    os.kill(int(handle.place), 9)
    assert executor.wait([handle], 10) == {handle}


def test_a_start_is_known_by_the_boot_and_the_time_since_it(job: Job) -> None:
    if not Path("/proc/sys/kernel/random/boot_id").exists():
        pytest.skip("only Linux says")
    executor = Local()
    handle = executor.start(job)

    boot, _, ticks = handle.started.partition("/")
    os.kill(int(handle.place), 9)
    executor.wait([handle], 10)

    assert boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert int(ticks) > 0
