import shutil
import signal
from pathlib import Path

import pytest

from gitcp.errors import RuntimeUnavailableError
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import CodexRuntime, ProcessRuntime
from gitcp.runtimes import Ending, Limits, Remains, StopCause
from gitcp.runtimes.child import Exit
from gitcp.runtimes.process import STOPPED, Process, ending
from tests.runtimes.programs import a_launch, never, shell

LIMITS = Limits(minutes=30, silence_minutes=5)


@pytest.mark.parametrize(
    ("code", "failure", "error"),
    [
        (0, None, None),
        (1, FailureClass.AGENT, "exited with code 1"),
        (255, FailureClass.AGENT, "exited with code 255"),
        (-signal.SIGSEGV, FailureClass.AGENT, "crashed with SIGSEGV"),
        (-signal.SIGABRT, FailureClass.AGENT, "crashed with SIGABRT"),
        (-63, FailureClass.AGENT, "crashed with signal 63"),
        (-signal.SIGKILL, FailureClass.PLATFORM, "ended from outside by SIGKILL"),
        (-signal.SIGTERM, FailureClass.PLATFORM, "ended from outside by SIGTERM"),
        (128 + signal.SIGKILL, FailureClass.PLATFORM, "ended from outside by SIGKILL"),
        (128 + signal.SIGSEGV, FailureClass.AGENT, "exited with code 139"),
    ],
)
def test_the_agent_answers_for_its_own_ends_only(
    code: int, failure: FailureClass | None, error: str | None
) -> None:
    judged = ending(Exit(code=code), LIMITS, "text")

    assert judged == Ending(exit_code=code, failure=failure, error=error, final_text="text")


def test_a_program_that_could_not_be_started_is_the_platforms_fault() -> None:
    judged = ending(Exit(error="not found"), LIMITS, "")

    assert (judged.failure, judged.error, judged.exit_code) == (FailureClass.PLATFORM, "not found", None)


@pytest.mark.parametrize("cause", list(StopCause))
def test_a_program_that_was_stopped_has_not_failed(cause: StopCause) -> None:
    judged = ending(Exit(code=-15, stopped=cause, remains=Remains(("sh (1)",))), LIMITS, "")

    assert (judged.stopped, judged.failure, judged.left) == (cause, None, ())
    assert judged.error == STOPPED[cause].format(LIMITS)


def test_a_limit_is_said_in_minutes() -> None:
    assert (
        ending(Exit(code=-15, stopped=StopCause.MINUTES), LIMITS, "").error
        == "stopped at its limit of 30 minutes"
    )
    assert (
        ending(Exit(code=-15, stopped=StopCause.SILENCE), LIMITS, "").error
        == "stopped after 5 minutes without output"
    )


def test_what_outlived_the_program_is_told() -> None:
    assert ending(Exit(code=0, remains=Remains(("sleep (7)",))), LIMITS, "").left == ("sleep (7)",)


def test_what_not_even_kill_ended_is_told() -> None:
    judged = ending(Exit(code=0, remains=Remains(("nfs (7)",), ("nfs (7)",))), LIMITS, "")

    assert judged.error == "could not be ended: nfs (7)"


def test_the_brief_is_also_a_file_that_the_environment_names(tmp_path: Path) -> None:
    brief = tmp_path / "brief.md"
    brief.write_text("Scan.")

    judged = Process().run(a_launch(tmp_path, shell('cat "$GITCP_BRIEF"'), brief=brief), never)

    assert judged.final_text == "Scan."


@pytest.mark.parametrize("command", ["sh", "/bin/sh", "./only/in/the/checkout"])
def test_a_program_that_is_there_has_nothing_against_it(command: str) -> None:
    assert Process().check(ProcessRuntime(type="process", command=(command,))) is None


def test_a_program_that_is_missing_is_said() -> None:
    missing = ProcessRuntime(type="process", command=("no-such-program",))
    elsewhere = ProcessRuntime(type="process", command=("sh",), environment={"PATH": "/no/such/folder"})

    assert (
        Process().check(missing)
        == "runtime.command: the program 'no-such-program' was not found or may not be executed"
    )
    assert "'sh' was not found" in str(Process().check(elsewhere))


def test_a_configuration_of_another_runtime_is_refused() -> None:
    with pytest.raises(RuntimeUnavailableError, match="expected 'process', found 'codex'"):
        Process().check(CodexRuntime(type="codex"))


def test_a_log_that_cannot_be_written_is_the_platforms_fault(tmp_path: Path) -> None:
    launch = a_launch(tmp_path, shell("true"), log=tmp_path / "missing" / "run.log")

    judged = Process().run(launch, never)

    assert judged.failure is FailureClass.PLATFORM
    assert "the log cannot be written" in str(judged.error)


def test_a_look_tells_where_the_program_is_and_no_more() -> None:
    found = Process().probe(ProcessRuntime(type="process", command=("sh",)))

    assert (found.program, found.version, found.signed_in, found.problem) == (
        shutil.which("sh"),
        None,
        None,
        None,
    )
    assert Process().probe(ProcessRuntime(type="process", command=("no-such-program",))).problem
