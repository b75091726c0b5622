"""`gitcp run …`, outside of a run."""

import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from gitcp.cli.run.log import copy_log
from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.transcripts import keep_transcript
from tests.cli.company import ACTIVE, ENDED
from tests.cli.conftest import Shell
from tests.stories.company import commit_all, git


@pytest.fixture
def log_of_ended(shell: Shell, tmp_path: Path) -> Path:
    """Return the log that this machine keeps of the ended run."""
    assert shell.folder is not None
    git(shell.folder, "config", "gitcp.state", str(tmp_path / "state"))
    folder = tmp_path / "state" / "runs" / ENDED
    folder.mkdir(parents=True)
    (folder / "agent.log").write_bytes(b"\x1b[32mreading\x1b[0m\r\n\x07done \xff \xc3\xa9\n")
    (folder / "runner.log").write_text("started\n")
    return folder / "agent.log"


def test_runs_are_listed_the_newest_first(shell: Shell) -> None:
    assert shell("run").out == (
        "run                     task     outcome  woken by    min   usd\n"
        f"{ACTIVE}   CI-0002  active   mention          1.00\n"
        f"{ENDED}  CI-0001  failed   assignment  6.0  0.80  exited with code 1\n"
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--agent", "riley"], [ENDED]),
        (["--task", "ci-2"], [ACTIVE]),
        (["--outcome", "failed", "--outcome", "silent"], [ENDED]),
        (["--outcome", "succeeded"], []),
        (["--active"], [ACTIVE]),
        (["-n", "1"], [ACTIVE]),
        (["--all"], [ACTIVE, ENDED]),
    ],
)
def test_every_condition_narrows_the_list(shell: Shell, options: list[str], expected: list[str]) -> None:
    assert [row["id"] for row in shell("run", "list", *options, "--json").json] == expected


def test_a_run_is_shown_with_causes_amounts_commits_and_checks(shell: Shell) -> None:
    done = shell("run", "show", ENDED)

    assert "task     CI-0001 Enforce the scan cadence" in done.out
    assert "reason   exited with code 1" in done.out
    assert "assignment  CI-0001" in done.out
    assert "compare  https://github.com/acme/factory/compare/main...riley/CI-0001?expand=1\n" in done.out
    assert "commits  0123456789ab\n" in done.out
    assert (
        "         limit  reserved  used\nusd       2.00      2.00  0.80\ntokens   1,000     1,000   900\n"
        in done.out
    )
    assert "settled by  metered\npriced by   some-prices 1.2\n" in done.out
    assert "model    some-model\nsession  s-81\n" in done.out
    assert "Prompt\n  /rd-scan\n\nSummary\n  Scanned half of it.\n" in done.out
    assert "failed with exit code 1: python tools/check.py\n  too old" in done.out
    assert f"next: gitcp run log {ENDED}\n      gitcp task show CI-0001\n" in done.err


def test_a_run_for_a_slot_tells_how_late_it_was(shell: Shell) -> None:
    assert shell.folder is not None
    file = next(shell.folder.rglob(f"{ENDED}.yaml"))
    cause = "reason: heartbeat, record: CI-0001, digest: 2026-11-20T08:58:00Z"
    said = "reason: assignment, record: CI-0001, digest: 0123456789abcdef"
    file.write_text(file.read_text().replace(said, cause))
    commit_all(shell.folder, "late")

    done = shell("run", "show", ENDED)

    assert "slot     2026-11-20 08:58Z, 2 minutes late\n" in done.out


def test_a_live_run_offers_its_log_and_its_end(shell: Shell) -> None:
    assert (
        f"next: gitcp run log {ACTIVE} --follow\n      gitcp run cancel {ACTIVE}\n"
        in shell("run", ACTIVE).err
    )


def test_json_is_the_view_of_the_run(shell: Shell) -> None:
    assert shell("run", "show", ENDED, "--json").json["usage"]["tokens"] == 900


def test_the_log_is_printed_without_what_a_terminal_would_obey(shell: Shell, log_of_ended: Path) -> None:
    assert (
        shell("run", "log", ENDED).out
        == "reading\n\N{REPLACEMENT CHARACTER}done \N{REPLACEMENT CHARACTER} é\n"
    )
    assert shell("run", "log", ENDED, "--follow").out.startswith("reading")
    assert shell("run", "log", ENDED, "--runner").out == "started\n"


def test_a_log_that_is_on_another_machine_is_an_error_that_says_where(shell: Shell) -> None:
    done = shell("run", "log", ACTIVE)

    assert done.code == 1
    assert f"Error: run {ACTIVE}: there is no agent.log here" in done.err
    assert f"gitcp run show {ACTIVE} says where it ran" in done.err


def test_what_is_kept_under_its_ref_is_printed_once_the_folder_is_gone(
    shell: Shell, log_of_ended: Path
) -> None:
    assert shell.folder is not None
    (log_of_ended.parent / "check-1.log").write_text("too old\n")
    (log_of_ended.parent / "events.jsonl").write_text('{"type": "end"}\n')
    with Plane.open(shell.folder, Clock()) as plane:
        assert keep_transcript(plane, ENDED) == f"refs/gitcp/logs/2026-11-20/{ENDED}"
    shutil.rmtree(log_of_ended.parent)

    assert shell("run", "log", ENDED).out.startswith("reading\n")
    assert shell("run", "log", ENDED, "--runner").out == "started\n"
    assert shell("run", "log", ENDED, "--events").out == '{"type": "end"}\n'
    assert shell("run", "log", ENDED, "--check", "1").out == "too old\n"
    assert shell("run", "log", ENDED, "--check", "2").code == 1
    assert shell("runs", "logs", "-f", ENDED).out.startswith("reading\n")


def test_a_run_that_has_ended_says_where_its_transcript_is_kept(shell: Shell) -> None:
    assert f"log      refs/gitcp/logs/2026-11-20/{ENDED}\n" in shell("run", "show", ENDED).out
    assert shell("run", "show", ACTIVE, "--json").json["transcript"] is None


def test_a_log_is_followed_until_the_run_is_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "agent.log"
    path.write_text("one\n")
    over = iter([False, False, True])

    def look() -> bool:
        ends = next(over)
        if ends:
            with path.open("a") as more:
                more.write("two\n")
        return ends

    with path.open("rb") as log:
        copy_log(log, look, pause=0)

    assert capsys.readouterr().out == "one\ntwo\n"


def test_following_is_interrupted_with_130(shell: Shell, log_of_ended: Path) -> None:
    live = log_of_ended.parent.parent / ACTIVE
    live.mkdir()
    (live / "agent.log").write_text("begun\n")
    argv = [sys.executable, "-m", "gitcp", "-C", str(shell.folder), "run", "log", ACTIVE, "--follow"]

    # A shell that starts the tests in the background makes them deaf to interrupts, and so would be what they start.
    hearing = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hearing,  # noqa: PLW1509 - nothing but the signal is touched
    ) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        try:
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()

    assert (begun, process.returncode) == ("begun\n", 130)
    assert err.strip() == "interrupted"


def test_a_run_is_asked_to_end(shell: Shell) -> None:
    done = shell("run", "cancel", ACTIVE, "-m", "wrong branch")

    assert done.out == f"cancel run {ACTIVE}: wrong branch\n"
    assert shell("run", "show", ACTIVE, "--json").json["cancel"]["reason"] == "wrong branch"
    assert "cancel    asked by alex: wrong branch" in shell("run", "show", ACTIVE).out


def test_a_run_that_has_ended_is_not_asked(shell: Shell) -> None:
    assert shell("run", "cancel", ENDED).code == 1


def test_a_cost_is_only_for_runs(shell: Shell) -> None:
    assert "cost is what a run says of itself, and this is no run" in shell("run", "cost", "--usd", "1").err
    assert shell("run", "cost").code == 2
    assert shell("run", "cost", "--usd", "-1").code == 2


def test_checks_that_passed_are_said(shell: Shell) -> None:
    assert shell.folder is not None
    path = next(shell.folder.glob(f"runs/**/{ENDED}.yaml"))
    path.write_text(path.read_text().replace("passed: false", "passed: true"))
    commit_all(shell.folder, "mend a run")

    assert "Checks\npassed\n  too old\n" in shell("run", ENDED).out
