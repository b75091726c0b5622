import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from gitcp.model.runtimes import ProcessRuntime, Sandbox
from gitcp.runtimes import StopCause, end_run
from gitcp.runtimes.child import Exit, supervise
from gitcp.runtimes.confinement.process_group import Group
from gitcp.runtimes.tree import MARK, Remains, Tree
from tests.runtimes.programs import (
    DAEMON,
    RUN,
    a_launch,
    is_gone,
    never,
    of_run,
    python,
    read_pid,
    shell,
    wait_until,
)


def supervised(folder: Path, config: ProcessRuntime, **given: Any) -> tuple[Exit, bytes]:
    printed: list[bytes] = []
    watch, errors = given.pop("watch", never), given.pop("errors", None)
    launch = a_launch(folder, config, **given)
    done = supervise(config.command, launch, watch, printed.append, errors)
    assert of_run(folder) == []
    return done, b"".join(printed)


def test_a_program_ends_by_itself(tmp_path: Path) -> None:
    done, printed = supervised(tmp_path, shell("echo out; echo err >&2; exit 3"))

    assert (done.code, done.stopped, done.error, done.remains.found) == (3, None, None, ())
    assert printed == b"out\nerr\n"


@pytest.mark.parametrize(("failures", "code"), [(2, 0), (3, None)])
def test_a_start_that_lost_a_race_is_tried_again_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int, code: int | None
) -> None:
    config = shell("echo here").evolve(sandbox=Sandbox.PROCESS_GROUP)
    lost = ["sh", "-c", "echo 'bwrap: Unable to find \"/a\" in mount table'; exit 1"]
    starts: list[bool] = []

    class Racing(Group):
        def __init__(self, argv: Sequence[str]) -> None:
            starts.append(len(starts) < failures)
            super().__init__(lost if starts[-1] else argv)

        def was_begun(self) -> bool:
            return not starts[-1]

    racing = SimpleNamespace(level=Sandbox.PROCESS_GROUP, cell=lambda argv, _: Racing(argv))
    monkeypatch.setattr("gitcp.runtimes.child.confinement_for", lambda _: racing)

    done, printed = supervised(tmp_path, config)

    assert (done.code, len(starts)) == (code, 3)
    assert ("in mount table" in (done.error or "")) is (code is None)
    assert printed.endswith(b"here\n") is (code == 0)


def test_standard_error_goes_where_it_is_asked_for(tmp_path: Path) -> None:
    errors: list[bytes] = []

    done, printed = supervised(tmp_path, shell("echo out; echo err >&2; exit 3"), errors=errors.append)

    assert done.code == 3
    assert (printed, b"".join(errors)) == (b"out\n", b"err\n")


def test_a_full_standard_error_holds_nobody_up(tmp_path: Path) -> None:
    errors: list[bytes] = []

    done, printed = supervised(
        tmp_path, shell("yes x | head -c 300000 >&2; exec 2>&-; yes y | head -c 300000"), errors=errors.append
    )

    assert (done.code, done.stopped) == (0, None)
    assert (len(printed), len(b"".join(errors))) == (300_000, 300_000)


def test_standard_error_alone_breaks_the_silence(tmp_path: Path) -> None:
    script = "for i in 1 2 3 4 5; do printf . >&2; sleep 0.25; done"

    done, _ = supervised(tmp_path, shell(script), silence_minutes=0.017, errors=lambda _: None)

    assert done.stopped is None


def test_the_brief_is_on_standard_input_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text("# Task\n\nScan.\n")

    _, printed = supervised(tmp_path, shell("cat; echo end"), brief=tmp_path / "brief.md")

    assert printed == b"# Task\n\nScan.\nend\n"


def test_without_a_brief_standard_input_is_empty(tmp_path: Path) -> None:
    assert supervised(tmp_path, shell("cat; echo end"))[1] == b"end\n"


def test_a_program_has_its_own_session_and_only_the_given_environment(tmp_path: Path) -> None:
    done, printed = supervised(
        tmp_path,
        shell("env; ps -o sid= -p $$ 2>/dev/null; echo $$"),
        environment={"PATH": os.environ["PATH"], "A": "b"},
    )
    lines = printed.decode().split()

    assert done.code == 0
    assert {"A=b", f"{MARK}={tmp_path}"} <= set(lines)
    assert not any(line.startswith(("HOME=", "GIT_")) for line in lines)
    assert lines[-1] == lines[-2]


def test_a_program_gets_no_open_files_of_the_runner(tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)
        done, _ = supervised(tmp_path, shell(f"! test -e /dev/fd/{secret.fileno()}"))

    assert done.code == 0


@pytest.mark.parametrize(
    ("limits", "cause"),
    [({"minutes": 0.004}, StopCause.MINUTES), ({"silence_minutes": 0.004}, StopCause.SILENCE)],
)
def test_a_program_is_stopped_at_its_limits(
    tmp_path: Path, limits: dict[str, float], cause: StopCause
) -> None:
    began = time.monotonic()

    done, _ = supervised(tmp_path, shell("exec sleep 60"), **limits)

    assert (done.stopped, done.code) == (cause, -signal.SIGTERM)
    assert 0.2 < time.monotonic() - began < 20


def test_output_without_a_line_end_breaks_the_silence(tmp_path: Path) -> None:
    done, printed = supervised(
        tmp_path, shell("for i in 1 2 3 4 5; do printf .; sleep 0.25; done"), silence_minutes=0.017
    )

    assert (done.stopped, printed) == (None, b".....")


def test_a_program_that_prints_for_ever_is_stopped_at_its_limit(tmp_path: Path) -> None:
    count = 0

    def sink(data: bytes) -> None:
        nonlocal count
        count += len(data)

    config = shell("exec yes")
    done = supervise(config.command, a_launch(tmp_path, config, minutes=0.004), never, sink)

    assert done.stopped is StopCause.MINUTES
    assert count > 1_000_000


def test_a_program_that_closed_its_output_is_waited_for(tmp_path: Path) -> None:
    done, printed = supervised(tmp_path, shell("echo bye; exec >&- 2>&-; sleep 0.2; exit 4"))

    assert (done.code, printed) == (4, b"bye\n")


def test_a_program_that_closed_its_output_still_has_a_limit(tmp_path: Path) -> None:
    assert (
        supervised(tmp_path, shell("exec >&- 2>&-; sleep 60"), minutes=0.004)[0].stopped is StopCause.MINUTES
    )


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long the supervision sleeps, each time."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr("gitcp.runtimes.child.time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
    return pauses


@pytest.mark.parametrize(("moment", "pause"), [(60, 0.005), (0, 0.05)])
def test_a_program_that_closed_its_output_is_looked_at_more_often_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float], moment: float, pause: float
) -> None:
    monkeypatch.setattr("gitcp.runtimes.child.ENDING_SECONDS", moment)

    supervised(tmp_path, shell("exec >&- 2>&-; sleep 0.2"))

    assert set(slept) == {pause}


@pytest.mark.parametrize(("moment", "pause"), [(60, 0.005), (0, 0.02)])
def test_a_program_keeps_its_number_until_what_outlives_it_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float], moment: float, pause: float
) -> None:
    found: list[tuple[str, list[float]]] = []
    stop = Tree.stop

    def watched(tree: Tree, grace: float, wait: Callable[[float], None]) -> Remains:
        def look(seconds: float) -> None:
            slept.clear()
            wait(seconds)
            found.append((psutil.Process(read_pid(tmp_path / "leader")).status(), list(slept)))

        return stop(tree, grace, look)

    monkeypatch.setattr("gitcp.runtimes.child.ENDING_SECONDS", moment)
    monkeypatch.setattr(Tree, "stop", watched)
    # Its output is closed a while before it ends.
    leader = f"print(os.getpid(), file=open({str(tmp_path / 'leader')!r}, 'w'))\nos.closerange(0, 3)\ntime.sleep(0.2)"

    supervised(tmp_path, python(f"{DAEMON}\n{leader}", str(tmp_path / "pid"), "deaf"), grace_seconds=0.2)

    assert found
    assert all(one == (psutil.STATUS_ZOMBIE, [pause]) for one in found)


def test_the_watch_is_asked_about_twice_a_second_and_its_cause_stops(tmp_path: Path) -> None:
    asked: list[float] = []

    def watch() -> StopCause | None:
        asked.append(time.monotonic())
        return StopCause.CANCEL if len(asked) == 3 else None

    done, _ = supervised(tmp_path, shell("exec yes >/dev/null"), watch=watch)

    assert done.stopped is StopCause.CANCEL
    assert 0.9 < asked[-1] - asked[0] < 10


def test_a_program_has_time_to_end_and_its_last_words_are_heard(tmp_path: Path) -> None:
    script = "trap 'yes x | head -c 300000; echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done"

    done, printed = supervised(tmp_path, shell(script), minutes=0.005, grace_seconds=10)

    assert (done.stopped, done.code) == (StopCause.MINUTES, 5)
    assert printed.endswith(b"bye\n")


def test_who_ignores_term_is_killed(tmp_path: Path) -> None:
    done, _ = supervised(
        tmp_path, shell("trap '' TERM; while :; do sleep 60; done"), minutes=0.003, grace_seconds=0.2
    )

    assert (done.stopped, done.code) == (StopCause.MINUTES, -signal.SIGKILL)


@pytest.mark.parametrize("ways", [("quiet",), ("open",), ("open", "deaf")])
def test_a_daemon_that_a_program_leaves_behind_is_ended(tmp_path: Path, ways: Sequence[str]) -> None:
    began = time.monotonic()
    config = python(DAEMON, str(tmp_path / "pid"), *ways)

    done, _ = supervised(tmp_path, config, grace_seconds=0.2)

    assert (done.code, done.stopped) == (0, None)
    assert len(done.remains.found) == 1
    assert is_gone(read_pid(tmp_path / "pid"))
    assert time.monotonic() - began < 20


def test_children_of_a_stopped_program_are_ended_wherever_they_are(tmp_path: Path) -> None:
    script = f"{DAEMON}\nfor i in range(5):\n    if os.fork() == 0:\n        time.sleep(60)\ntime.sleep(60)\n"

    done, _ = supervised(tmp_path, python(script, str(tmp_path / "pid")), minutes=0.02)

    assert done.stopped is StopCause.MINUTES
    assert len(done.remains.found) == 7


def test_what_the_watch_raises_ends_the_program_first(tmp_path: Path) -> None:
    def watch() -> StopCause | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        supervised(tmp_path, shell("sleep 60"), watch=watch)

    assert of_run(tmp_path) == []


RUNNER = """
import os, signal, sys
from pathlib import Path
from gitcp.runtimes.child import supervise
from tests.runtimes.programs import a_launch, python, DAEMON
if sys.argv[2] == "exit":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
folder = Path(sys.argv[1])
config = python(DAEMON + "time.sleep(60)", str(folder / "pid"))
supervise(config.command, a_launch(folder, config, run=sys.argv[3]), lambda: None, lambda data: None)
"""


def start_runner(folder: Path, project_root: Path, how: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(project_root)}
    return subprocess.Popen([sys.executable, "-c", RUNNER, str(folder), how, RUN], env=environment)


def test_a_runner_that_is_told_to_end_ends_its_program_first(tmp_path: Path, project_root: Path) -> None:
    runner = start_runner(tmp_path, project_root, "exit")
    daemon = read_pid(tmp_path / "pid")
    runner.terminate()

    assert runner.wait(10) == 7
    assert is_gone(daemon)
    assert of_run(tmp_path) == []


def test_what_a_killed_runner_leaves_is_found_by_the_next(tmp_path: Path, project_root: Path) -> None:
    runner = start_runner(tmp_path, project_root, "stay")
    daemon = read_pid(tmp_path / "pid")
    runner.kill()
    runner.wait()
    assert not is_gone(daemon)

    remains = end_run(tmp_path, 0.5)

    assert len(remains.found) == 2
    assert is_gone(daemon)
    wait_until(lambda: of_run(tmp_path) == [])


@pytest.mark.parametrize(
    ("given", "command", "said"),
    [
        ({}, "no-such-program", "the program 'no-such-program', or the interpreter"),
        ({}, "./script", "the program './script' may not be executed"),
        ({}, "./lost", "or the interpreter that its first line names, was not found"),
        ({}, "./text", "could not be started: .*Exec format"),
        ({}, "a\0b", "could not be started: .*null byte"),
        ({"cwd": Path("/no/such/folder")}, "true", "the working folder /no/such/folder does not exist"),
        ({"brief": Path("/no/brief.md")}, "true", r"the brief /no/brief\.md does not exist"),
    ],
)
def test_what_cannot_be_started_is_said(
    tmp_path: Path, given: dict[str, Path], command: str, said: str
) -> None:
    for name, content, mode in (
        ("script", "#!/bin/sh\n", 0o600),
        ("lost", "#!/no/shell\n", 0o700),
        ("text", "hello", 0o700),
    ):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(mode)

    done, _ = supervised(
        tmp_path, ProcessRuntime(type="process", command=(command,), sandbox=Sandbox.PROCESS_GROUP), **given
    )

    assert done.code is None
    assert done.error is not None
    assert re.search(said, done.error)


def test_a_program_whose_supervision_cannot_begin_is_not_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("selectors.DefaultSelector", none_left)

    with pytest.raises(OSError, match="Too many open files"):
        supervised(tmp_path, shell("sleep 60"))

    wait_until(lambda: of_run(tmp_path) == [])


@pytest.mark.parametrize("errors", [None, bytes])
def test_no_file_stays_open(tmp_path: Path, errors: Callable[[bytes], None] | None) -> None:
    supervised(tmp_path, shell("true"), errors=errors)
    before = psutil.Process().num_fds()
    supervised(tmp_path, shell("true"), errors=errors)

    assert psutil.Process().num_fds() == before


def test_what_takes_the_output_can_end_the_program_at_once(tmp_path: Path) -> None:
    program = shell("echo enough; sleep 60")

    done = supervise(program.command, a_launch(tmp_path, program), never, lambda _: StopCause.BUDGET)

    assert done.stopped is StopCause.BUDGET
    assert of_run(tmp_path) == []
