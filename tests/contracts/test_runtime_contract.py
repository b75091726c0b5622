"""What every runtime promises. A new one adds how to make it do things to CASES."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import (
    ClaudeCodeRuntime,
    CodexRuntime,
    GeminiRuntime,
    OpenCodeRuntime,
    ProcessRuntime,
    Sandbox,
)
from gitcp.runtimes import RUNTIMES, Launch, Runtime, RuntimeConfig, StopCause
from tests.agents.model_server import ModelServer
from tests.agents.programs import AGENTS, QUICK, an_agents_launch, claude, codex, gemini, opencode
from tests.runtimes.http.agent import an_http, by_path, serving
from tests.runtimes.programs import DAEMON, a_launch, is_gone, never, of_run, python, read_pid, shell

Launching = Callable[..., Launch]


@dataclass(frozen=True)
class Deed:
    """What an agent is configured as, and told."""

    config: RuntimeConfig
    prompt: str = ""


@dataclass(frozen=True)
class Case:
    """How an agent on a runtime succeeds, fails, goes on for ever, leaves a daemon behind if it can, and is not there."""

    says: Callable[[str], Deed]
    fails: Deed
    endless: Deed
    leaves_daemon: Callable[[Path], Deed] | None
    missing: Deed


def a_process(_: ModelServer) -> Case:
    return Case(
        says=lambda text: Deed(shell(f"echo '{text}'")),
        fails=Deed(shell("exit 1")),
        endless=Deed(shell("while :; do echo x; sleep 0.05; done")),
        leaves_daemon=lambda pid: Deed(python(DAEMON, str(pid), "deaf")),
        missing=Deed(ProcessRuntime(type="process", command=("no-such-program",))),
    )


def a_command_line(config: ClaudeCodeRuntime | CodexRuntime | OpenCodeRuntime | GeminiRuntime) -> Case:
    """Return the case of an agent's command line whose model is the stub."""

    def leaves_daemon(pid: Path) -> Deed:
        script = pid.with_name("daemon.py")
        script.write_text(DAEMON)
        # In namespaces nothing could be left, and its number would be another one outside.
        unconfined = config.evolve(sandbox=Sandbox.PROCESS_GROUP)
        return Deed(unconfined, f"[[bash: {sys.executable} -S -E {script} {pid} deaf]]")

    return Case(
        says=lambda text: Deed(config, f"[[say: {text}]]"),
        fails=Deed(config, "[[status: 400]]"),
        endless=Deed(config, "[[loop: echo x]]"),
        leaves_daemon=leaves_daemon,
        missing=Deed(config.evolve(program="no-such-program"), "[[say: x]]"),
    )


def an_address(url: str) -> Case:
    """Return the case of an agent at an address, which does what its path says."""
    return Case(
        says=lambda text: Deed(an_http(f"{url}/says/{quote(text)}")),
        fails=Deed(an_http(f"{url}/fails")),
        endless=Deed(an_http(f"{url}/endless")),
        leaves_daemon=None,
        missing=Deed(an_http(f"{url}/says/x", secret_headers={"Key": "env:no-such-program"})),
    )


@dataclass(frozen=True)
class Stubs:
    """What agents talk to in a test: a model, and an address where an agent is."""

    model: ModelServer
    address: str


CASES: Final[dict[str, Callable[[Stubs], Case]]] = {
    "process": lambda stubs: a_process(stubs.model),
    "claude-code": lambda stubs: a_command_line(claude(stubs.model)),
    "codex": lambda stubs: a_command_line(codex(stubs.model)),
    "opencode": lambda stubs: a_command_line(opencode(stubs.model)),
    "gemini": lambda stubs: a_command_line(gemini(stubs.model)),
    "http": lambda stubs: an_address(stubs.address),
}


SLOW: Final = AGENTS.keys() - QUICK


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in sorted(RUNTIMES)]
)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def launch(tmp_path: Path, model: ModelServer) -> Callable[..., Launch]:
    """Return what makes a launch of a deed."""

    def make(deed: Deed, **given: Any) -> Launch:
        if not deed.prompt:
            return a_launch(tmp_path, deed.config, **given)
        return an_agents_launch(tmp_path, deed.config, model, deed.prompt, **given)

    return make


@pytest.fixture
def runtime(name: str) -> Runtime:
    return RUNTIMES[name]


@pytest.fixture
def address() -> Iterator[str]:
    """Give the test an address where an agent is."""
    with serving(by_path) as agent:
        yield agent.url


@pytest.fixture
def case(name: str, model: ModelServer, address: str) -> Case:
    return CASES[name](Stubs(model, address))


def test_every_runtime_keeps_the_contract() -> None:
    assert sorted(CASES) == sorted(RUNTIMES)


def test_what_is_there_has_nothing_against_it_and_what_is_missing_is_said(
    runtime: Runtime, case: Case
) -> None:
    assert runtime.check(case.fails.config) is None
    assert "no-such-program" in str(runtime.check(case.missing.config))


def test_a_look_says_what_is_missing_and_raises_nothing(runtime: Runtime, case: Case) -> None:
    there, missing = runtime.probe(case.fails.config), runtime.probe(case.missing.config)

    assert there.program
    assert there.problem is None
    assert "no-such-program" in str(missing.problem)


def test_the_last_words_are_the_final_text_and_in_the_log(
    runtime: Runtime, case: Case, tmp_path: Path, launch: Launching
) -> None:
    made = launch(case.says("all done"))

    ending = runtime.run(made, never)

    assert (ending.exit_code, ending.stopped, ending.failure, ending.error) == (0, None, None, None)
    assert ending.final_text == "all done"
    assert b"all done" in made.log.read_bytes()


def test_a_failure_is_the_agents_and_in_the_ending(
    runtime: Runtime, case: Case, tmp_path: Path, launch: Launching
) -> None:
    ending = runtime.run(launch(case.fails), never)

    assert ending.failure is FailureClass.AGENT
    assert ending.error


def test_what_cannot_be_started_is_the_platforms_and_not_raised(
    runtime: Runtime, case: Case, tmp_path: Path, launch: Launching
) -> None:
    ending = runtime.run(launch(case.missing), never)

    assert ending.failure is FailureClass.PLATFORM
    assert ending.error is not None
    assert "no-such-program" in ending.error


@pytest.mark.parametrize("cause", [StopCause.CANCEL, StopCause.BUDGET, StopCause.SHUTDOWN])
def test_a_cause_from_the_watch_stops_it_without_a_failure(
    runtime: Runtime, case: Case, tmp_path: Path, launch: Launching, cause: StopCause
) -> None:
    ending = runtime.run(launch(case.endless), lambda: cause)

    assert (ending.stopped, ending.failure) == (cause, None)
    assert of_run(tmp_path) == []


def test_the_wall_clock_stops_it(runtime: Runtime, case: Case, tmp_path: Path, launch: Launching) -> None:
    began = time.monotonic()

    ending = runtime.run(launch(case.endless, minutes=0.005), never)

    assert ending.stopped is StopCause.MINUTES
    assert time.monotonic() - began < 20
    assert of_run(tmp_path) == []


def test_no_process_is_left_behind(runtime: Runtime, case: Case, tmp_path: Path, launch: Launching) -> None:
    if case.leaves_daemon is None:
        pytest.skip("no process of this machine belongs to it")
    ending = runtime.run(launch(case.leaves_daemon(tmp_path / "pid"), grace_seconds=0.1), never)

    assert is_gone(read_pid(tmp_path / "pid"))
    assert len(ending.left) == 1
    assert of_run(tmp_path) == []


def test_what_the_watch_raises_comes_through_once_nothing_is_left(
    runtime: Runtime, case: Case, tmp_path: Path, launch: Launching
) -> None:
    def watch() -> StopCause | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runtime.run(launch(case.endless), watch)

    assert of_run(tmp_path) == []
