"""What every executor promises. A new one adds how to reach it to EXECUTORS and keeps these tests."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gitcp.errors import RuntimeUnavailableError
from gitcp.executors import EXECUTORS, Executor, Handle, Job
from gitcp.executors.local import Local
from tests.executors.forked import a_server

RUN = "20261122T090000Z-riley"


@pytest.fixture(params=[*sorted(EXECUTORS), "local, forking"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    if request.param in EXECUTORS:
        yield EXECUTORS[str(request.param)]
        return
    with a_server() as server:
        yield Local(server)


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """A runner that goes on until the file `stop` is there."""
    script = "echo up; cat; while ! test -e stop; do sleep 0.02; done; echo done; echo $A"
    yield Job(
        RUN,
        ("/bin/sh", "-c", script),
        {"PATH": os.environ["PATH"], "A": "b"},
        tmp_path,
        tmp_path / "runner.log",
    )
    (tmp_path / "stop").touch()


def finish(job: Job) -> None:
    (job.folder / "stop").touch()


def ended(executor: Executor, *handles: Handle) -> frozenset[Handle]:
    return executor.wait(handles, 10)


def test_a_job_is_alive_until_it_ends(executor: Executor, job: Job) -> None:
    handle = executor.start(job)

    assert handle.run == RUN
    assert executor.is_alive(handle)
    finish(job)
    assert ended(executor, handle) == {handle}
    assert not executor.is_alive(handle)


def test_a_job_has_an_empty_input_its_own_environment_and_a_log(executor: Executor, job: Job) -> None:
    finish(job)

    ended(executor, executor.start(job))

    assert job.log.read_text() == "up\ndone\nb\n"


def test_waiting_without_jobs_ends_at_once(executor: Executor) -> None:
    assert executor.wait((), 10) == frozenset()


def test_waiting_ends_after_its_time(executor: Executor, job: Job) -> None:
    handle = executor.start(job)
    began = time.monotonic()

    assert executor.wait((handle,), 0.1) == frozenset()
    assert 0.1 <= time.monotonic() - began < 20
    finish(job)
    ended(executor, handle)


def test_waiting_ends_with_the_first_that_ends(executor: Executor, job: Job) -> None:
    long = executor.start(job)
    short = executor.start(replace(job, run=f"{RUN}.2", argv=("/bin/sh", "-c", "exit 3")))

    assert ended(executor, long, short) == {short}
    finish(job)
    ended(executor, long)


def test_a_handle_is_plain_text_that_another_process_can_use(executor: Executor, job: Job) -> None:
    handle = executor.start(job)

    again = Handle(run=str(handle.run), place=str(handle.place), started=str(handle.started))

    assert again == handle
    assert executor.is_alive(again)
    finish(job)
    ended(executor, handle)


def test_what_cannot_be_started_is_an_error_that_names_the_run(executor: Executor, job: Job) -> None:
    with pytest.raises(RuntimeUnavailableError, match=f"run {RUN}: .*no-such-program"):
        executor.start(replace(job, argv=("no-such-program",)))


def test_a_job_in_a_folder_that_is_missing_is_an_error(executor: Executor, job: Job) -> None:
    with pytest.raises(RuntimeUnavailableError, match="missing"):
        executor.start(replace(job, folder=job.folder / "missing"))


def test_python_is_a_job_like_any_other(executor: Executor, job: Job) -> None:
    handle = executor.start(replace(job, argv=(sys.executable, "-c", "print('hello')")))

    assert ended(executor, handle) == {handle}
    assert job.log.read_text() == "hello\n"
