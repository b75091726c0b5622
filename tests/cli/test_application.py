"""The `gitcp` command itself: how it finds commands, what it imports, and how it ends."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from gitcp.cli.boundary import reported
from gitcp.cli.grammar import MOVED, SECTIONS, VERBS
from gitcp.errors import GitcpError
from tests.cli.conftest import Shell
from tests.cli.reference import commands

HEAVY = {"pydantic", "pygit2", "git", "jinja2", "yaml", "croniter", "sqlite3", "http", "psutil"}


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["task", "--help"], ["task", "new", "--help"], ["agent", "hire", "-h"]],
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    program = f"import sys\nfrom gitcp.cli.application import gitcp\ngitcp({words!r}, prog_name='gitcp')\nprint(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert not HEAVY & set(done.stdout.splitlines()[-1].split())


def test_every_command_tells_its_help_without_importing_anything_heavy() -> None:
    program = (
        f"import sys\nsys.path[:0] = {sys.path!r}\nfrom tests.cli.reference import reference\n"
        "print(reference())\nprint(*sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    # A worker is an agent, and so the one that always calls back.
    assert not (HEAVY - {"http"}) & set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["task", "show", "ci-1"], 0, ""),
        (["task", "show", "ci-9"], 1, "Error: task CI-0009 does not exist"),
        (["task", "show", "--colour"], 2, "No such option"),
        (["tsk"], 2, "No such command 'tsk'. Did you mean 'task'?"),
        (["task", "shwo"], 2, "No such command 'shwo'. Did you mean 'show'?"),
        (["audit", "lgo", "x"], 2, "Got unexpected extra argument"),
        (["site", "bild"], 2, "No such command 'bild'. Did you mean 'build'?"),
        (["--at", "tomorrow", "task"], 2, "expected a time such as"),
        (["--at", "2026-12-01T00:00:00", "task"], 2, "expected a time with a zone"),
    ],
)
def test_the_exit_code_says_what_kind_of_end_it_was(
    shell: Shell, words: list[str], code: int, told: str
) -> None:
    done = shell(*words)

    assert done.code == code
    assert told in done.err
    assert bool(done.out) is (code == 0)


def test_where_there_is_no_repository_it_says_so(tmp_path: Path) -> None:
    done = Shell(tmp_path)("task")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Error: ")


def _raise(error: BaseException) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


def test_an_interruption_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert reported(_raise(KeyboardInterrupt())) == 130
    assert reported(_raise(click.Abort())) == 130
    assert capsys.readouterr() == ("", "interrupted\ninterrupted\n")


def test_a_bug_ends_with_3_and_names_its_log(capsys: pytest.CaptureFixture[str]) -> None:
    code = reported(_raise(ZeroDivisionError("division\x1b[2J by zero")))

    out, err = capsys.readouterr()
    path = Path(err.partition("please report it with ")[2].strip())
    assert (code, out) == (3, "")
    assert "Bug: gitcp failed in a way it should not: ZeroDivisionError: division [2J by zero" in err
    assert "Traceback" in path.read_text()
    path.unlink()


def test_what_an_error_quotes_from_a_file_cannot_speak_to_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = reported(_raise(GitcpError("title: found '\x1b[31m'", hint="see \x07")))

    assert code == 1
    assert capsys.readouterr().err == "Error: title: found ' [31m'\n  hint: see\n"


def test_a_reader_that_has_seen_enough_is_no_error(shell: Shell) -> None:
    argv = [sys.executable, "-m", "gitcp", "-C", str(shell.folder), "task", "list", "--all"]
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(argv, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_that_cannot_draw_shows_something_else(shell: Shell) -> None:
    argv = [sys.executable, "-m", "gitcp", "-C", str(shell.folder), "org"]

    done = subprocess.run(
        argv, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False
    )

    assert done.returncode == 0
    assert b"?? clara  Clara" in done.stdout


def test_a_noun_lists_by_itself_and_plurals_find_it(shell: Shell) -> None:
    assert shell("tasks").out == shell("task").out == shell("task", "list").out
    assert shell("policies").out == shell("policy", "list").out
    assert shell("goals").out == shell("goal", "list").out


def test_verbs_that_live_elsewhere_are_in_the_table() -> None:
    for (noun, verb), (other, target) in MOVED.items():
        assert noun in VERBS
        assert verb not in VERBS[noun]
        assert target in VERBS[other]


def test_the_table_and_the_modules_agree() -> None:
    found = {words for words, _ in commands()}
    tops = {name for names in SECTIONS.values() for name in names}

    assert VERBS.keys() <= tops
    assert {words[0] for words in found} == tops
    assert {(noun, verb) for noun, verbs in VERBS.items() for verb in verbs} <= found
