"""The driver, on a program whose events are what its test says: what the real ones do too seldom to be waited for."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gitcp.errors import RuntimeUnavailableError
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import ClaudeCodeRuntime, ProcessRuntime
from gitcp.runtimes import RUNTIMES, Ending, Launch, StopCause
from gitcp.runtimes.claude_reader import ClaudeReader
from gitcp.runtimes.command_line import CommandLine, Invocation
from gitcp.runtimes.events import Reader
from tests.runtimes.programs import a_launch, never, of_run

INIT = {"type": "system", "subtype": "init", "session_id": "s-1"}
DONE = {"type": "result", "subtype": "success", "is_error": False, "result": "done"}


class Scripted:
    """Speaks as Claude Code does; its program is a script in Python."""

    type: str = "claude-code"
    program: str = sys.executable
    provider: str | None = None
    credentials: tuple[str, ...] = ("THE_KEY",)
    passing: frozenset[str] = frozenset({"stream_event"})

    def __init__(self, *scripts: str) -> None:
        self._scripts = iter(scripts)

    def invocation(self, program: str, launch: Launch) -> Invocation:
        return Invocation(
            (program, "-S", "-E", "-u", "-c", next(self._scripts), str(launch.resume)), {"TOLD": "yes"}
        )

    def reader(self, _: Launch) -> Reader:
        return ClaudeReader()


def config(**given: Any) -> ClaudeCodeRuntime:
    return ClaudeCodeRuntime(type="claude-code", **given)


def printing(*events: dict[str, Any], then: str = "") -> str:
    lines = "\n".join(map(json.dumps, events))
    return f"import os, signal, sys, time\nprint({lines!r})\n{then}"


def run(folder: Path, *scripts: str, **given: Any) -> Ending:
    watch = given.pop("watch", never)
    return CommandLine(Scripted(*scripts)).run(a_launch(folder, config(), **given), watch)


def test_the_last_word_counts_even_without_an_end_of_line(tmp_path: Path) -> None:
    ending = run(tmp_path, printing(INIT, then=f"sys.stdout.write({json.dumps(DONE)!r})"))

    assert (ending.failure, ending.final_text, ending.session) == (None, "done", "s-1")


def test_what_is_no_event_is_in_the_log_and_ends_nothing(tmp_path: Path) -> None:
    noise = {"type": "stream_event", "event": {"type": "ping"}}

    ending = run(tmp_path, printing(INIT, noise, {"type": 7}, DONE, then="print('plain words')"))

    assert ending.failure is None
    assert b"plain words\n" in (tmp_path / "run.log").read_bytes()
    kept = [json.loads(line) for line in (tmp_path / "events.jsonl").read_bytes().splitlines()]
    assert kept == [INIT, {"type": 7}, DONE]


@pytest.mark.parametrize(
    ("then", "failure", "error"),
    [
        ("", FailureClass.PLATFORM, "ended without saying that it is done"),
        ("sys.exit('no such flag')", FailureClass.PLATFORM, "exited with code 1: no such flag"),
        ("sys.exit('HTTP status 503')", FailureClass.TRANSIENT, "exited with code 1: HTTP status 503"),
        ("os.kill(os.getpid(), signal.SIGKILL)", FailureClass.PLATFORM, "ended from outside by SIGKILL"),
    ],
)
def test_without_a_last_word_it_has_failed_and_its_standard_error_says_why(
    then: str, failure: FailureClass, error: str, tmp_path: Path
) -> None:
    ending = run(tmp_path, printing(INIT, then=then))

    assert (ending.failure, ending.error) == (failure, error)


def test_one_that_was_stopped_has_not_succeeded_whatever_it_says_then(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    last = f"signal.signal(15, lambda *_: (print({json.dumps(DONE)!r}), os._exit(0)))\nopen({str(ready)!r}, 'w').close()\ntime.sleep(60)"

    ending = run(
        tmp_path,
        printing(INIT, then=last),
        watch=lambda: StopCause.CANCEL if ready.exists() else None,
        grace_seconds=20,
    )

    assert (ending.stopped, ending.exit_code) == (StopCause.CANCEL, 0)
    assert ending.error == "stopped because it was cancelled"
    assert of_run(tmp_path) == []


def test_one_that_is_done_is_not_stopped_for_its_last_call_but_has_not_kept_its_limit(tmp_path: Path) -> None:
    result = DONE | {"modelUsage": {"m": {"inputTokens": 11}}, "total_cost_usd": 0}
    slow = printing(INIT, result, then=f"time.sleep(0.7)\nopen({str(tmp_path / 'end')!r}, 'w').close()")

    ending = run(tmp_path, slow, tokens=10)

    assert (ending.stopped, ending.exit_code, ending.final_text) == (StopCause.BUDGET, 0, "done")
    assert (tmp_path / "end").exists()


def test_a_call_that_passes_the_limit_ends_it_at_once(tmp_path: Path) -> None:
    call = {"type": "assistant", "message": {"id": "1", "model": "m", "usage": {"input_tokens": 11}}}

    ending = run(tmp_path, printing(INIT, call, then="time.sleep(60)"), tokens=10)

    assert (ending.stopped, ending.error) == (StopCause.BUDGET, "stopped because its budget is used up")
    assert ending.usage is not None
    assert (ending.usage.tokens, ending.usage.turns) == (11, 1)
    assert (ending.priced, ending.priced_by) == (False, None)


def test_one_that_goes_on_after_its_last_word_needs_another_one(tmp_path: Path) -> None:
    died = run(tmp_path, printing(INIT, DONE, INIT))
    again = run(tmp_path, printing(INIT, DONE, INIT, DONE | {"result": "done now"}))

    assert (died.failure, died.error) == (FailureClass.PLATFORM, "ended without saying that it is done")
    assert (again.failure, again.final_text) == (None, "done now")


def test_only_a_session_that_was_never_opened_is_begun_afresh(tmp_path: Path) -> None:
    lost, fine = "import sys; sys.exit('no session ' + sys.argv[1])", printing(INIT, DONE)
    failed = printing(INIT, DONE | {"is_error": True, "result": "I give up"})

    afresh = run(tmp_path, lost, fine, resume="old")
    opened = run(tmp_path, failed, fine, resume="old")
    twice = run(tmp_path, lost, lost, resume="old")

    assert (afresh.failure, afresh.resumed, afresh.session) == (None, False, "s-1")
    assert (opened.failure, opened.resumed, opened.error) == (FailureClass.AGENT, True, "I give up")
    assert twice.error == "exited with code 1: no session None"


def test_an_argument_that_poses_as_a_session_is_none(tmp_path: Path) -> None:
    assert run(tmp_path, printing(INIT | {"session_id": "--dangerous"}, DONE)).session is None


def test_files_that_cannot_be_written_are_the_platforms_fault(tmp_path: Path) -> None:
    ending = run(tmp_path, printing(INIT), log=tmp_path / "missing" / "run.log")

    assert ending.failure is FailureClass.PLATFORM
    assert "the files of the run cannot be written" in str(ending.error)
    assert not ending.started


def test_files_that_cannot_be_written_after_a_start_leave_the_cost_of_that_unknown(tmp_path: Path) -> None:
    class Full(Scripted):
        def invocation(self, program: str, launch: Launch) -> Invocation:
            if launch.resume is None:
                raise OSError("no space left on device")
            return super().invocation(program, launch)

    runtime = CommandLine(Full("raise SystemExit(1)"))

    refused = runtime.run(a_launch(tmp_path, config()), never)
    broken_off = runtime.run(a_launch(tmp_path, config(), resume="s-1"), never)

    assert [ending.failure for ending in (refused, broken_off)] == [FailureClass.PLATFORM] * 2
    assert [ending.started for ending in (refused, broken_off)] == [False, True]


def test_the_dialects_environment_beats_that_of_the_launch(tmp_path: Path) -> None:
    ending = run(tmp_path, "import os; print(os.environ['TOLD'])", environment={"TOLD": "no"})

    assert ending.failure is FailureClass.PLATFORM
    assert (tmp_path / "run.log").read_text().startswith("yes\n")


def test_a_program_that_writes_into_its_home_before_it_tells_its_version_can(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nmkdir "$HOME/.program" && echo 1.2.3\n')
    program.chmod(0o755)

    found = RUNTIMES["claude-code"].probe(
        config(program=str(program), environment={"ANTHROPIC_API_KEY": "x"})
    )

    assert (found.version, found.problem) == ("1.2.3", None)


def test_a_configuration_of_another_runtime_is_refused() -> None:
    with pytest.raises(RuntimeUnavailableError, match="expected 'claude-code', found 'process'"):
        RUNTIMES["claude-code"].check(ProcessRuntime(type="process", command=("x",)))


def test_a_program_in_the_checkout_is_looked_for_when_it_starts() -> None:
    assert RUNTIMES["claude-code"].check(config(program="./bin/claude")) is None


@pytest.mark.parametrize(
    ("given", "signed_in"),
    [
        ({}, False),
        ({"secrets": {"THE_KEY": "env:X"}}, True),
        ({"environment": {"THE_KEY": "x"}}, True),
        ({"pass_environment": ("THE_KEY",)}, True),
        ({"pass_environment": ("ANOTHER",)}, False),
    ],
)
def test_a_look_tells_the_version_and_whether_anything_signs_it_in(
    given: dict[str, Any], signed_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_KEY", "secret")

    probe = CommandLine(Scripted()).probe(config(**given))

    assert (probe.program, probe.version) == (sys.executable, f"Python {sys.version.split()[0]}")
    assert probe.signed_in is signed_in
    assert (probe.problem is None) == signed_in
    assert signed_in or "one of THE_KEY in runtime.secrets" in str(probe.problem)


def test_a_look_at_a_program_that_is_missing_or_broken_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)

    assert "no-such-program" in str(RUNTIMES["claude-code"].probe(config(program="no-such-program")).problem)
    assert "--version did not answer" in str(
        RUNTIMES["claude-code"].probe(config(program=str(broken))).problem
    )
