"""What every runtime promises. A new one adds how to make it do things to CASES."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import ProcessRuntime
from gitcp.runtimes import RUNTIMES, Runtime, RuntimeConfig, StopCause
from tests.runtimes.programs import DAEMON, a_launch, is_gone, never, of_run, python, read_pid, shell


@dataclass(frozen=True)
class Case:
    """How an agent on a runtime succeeds, fails, goes on for ever, leaves a daemon behind, and is not there."""

    says: Callable[[str], RuntimeConfig]
    fails: RuntimeConfig
    endless: RuntimeConfig
    leaves_daemon: Callable[[Path], RuntimeConfig]
    missing: RuntimeConfig


CASES = {
    "process": Case(
        says=lambda text: shell(f"echo '{text}'"),
        fails=shell("exit 1"),
        endless=shell("while :; do echo x; sleep 0.05; done"),
        leaves_daemon=lambda pid: python(DAEMON, str(pid), "deaf"),
        missing=ProcessRuntime(type="process", command=("no-such-program",)),
    ),
}


@pytest.fixture(params=sorted(RUNTIMES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def runtime(name: str) -> Runtime:
    return RUNTIMES[name]


@pytest.fixture
def case(name: str) -> Case:
    return CASES[name]


def test_every_runtime_keeps_the_contract() -> None:
    assert sorted(CASES) == sorted(RUNTIMES)


def test_what_is_there_has_nothing_against_it_and_what_is_missing_is_said(
    runtime: Runtime, case: Case
) -> None:
    assert runtime.check(case.fails) is None
    assert "no-such-program" in str(runtime.check(case.missing))


def test_the_last_words_are_the_final_text_and_in_the_log(
    runtime: Runtime, case: Case, tmp_path: Path
) -> None:
    ending = runtime.run(a_launch(tmp_path, case.says("all done")), never)

    assert (ending.exit_code, ending.stopped, ending.failure, ending.error) == (0, None, None, None)
    assert ending.final_text == "all done"
    assert b"all done" in (tmp_path / "run.log").read_bytes()


def test_a_failure_is_the_agents_and_in_the_ending(runtime: Runtime, case: Case, tmp_path: Path) -> None:
    ending = runtime.run(a_launch(tmp_path, case.fails), never)

    assert ending.failure is FailureClass.AGENT
    assert ending.error


def test_what_cannot_be_started_is_the_platforms_and_not_raised(
    runtime: Runtime, case: Case, tmp_path: Path
) -> None:
    ending = runtime.run(a_launch(tmp_path, case.missing), never)

    assert ending.failure is FailureClass.PLATFORM
    assert ending.error is not None
    assert "no-such-program" in ending.error


@pytest.mark.parametrize("cause", [StopCause.CANCEL, StopCause.BUDGET, StopCause.SHUTDOWN])
def test_a_cause_from_the_watch_stops_it_without_a_failure(
    runtime: Runtime, case: Case, tmp_path: Path, cause: StopCause
) -> None:
    ending = runtime.run(a_launch(tmp_path, case.endless), lambda: cause)

    assert (ending.stopped, ending.failure) == (cause, None)
    assert of_run(tmp_path) == []


def test_the_wall_clock_stops_it(runtime: Runtime, case: Case, tmp_path: Path) -> None:
    began = time.monotonic()

    ending = runtime.run(a_launch(tmp_path, case.endless, minutes=0.005), never)

    assert ending.stopped is StopCause.MINUTES
    assert time.monotonic() - began < 20
    assert of_run(tmp_path) == []


def test_no_process_is_left_behind(runtime: Runtime, case: Case, tmp_path: Path) -> None:
    ending = runtime.run(a_launch(tmp_path, case.leaves_daemon(tmp_path / "pid"), grace_seconds=0.1), never)

    assert is_gone(read_pid(tmp_path / "pid"))
    assert len(ending.left) == 1
    assert of_run(tmp_path) == []


def test_what_the_watch_raises_comes_through_once_nothing_is_left(
    runtime: Runtime, case: Case, tmp_path: Path
) -> None:
    def watch() -> StopCause | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runtime.run(a_launch(tmp_path, case.endless), watch)

    assert of_run(tmp_path) == []
