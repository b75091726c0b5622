"""`gitcp show`."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_check import committed

RILEY = "org/riley.yaml"


def renamed(shell: Shell, name: str) -> None:
    """Let riley be called something else, in a commit."""
    assert shell.folder is not None
    committed(shell.folder, RILEY, shell.text(RILEY).replace("name: Riley", f"name: {name}"))


def test_a_record_is_shown_as_it_was_at_a_commit_and_as_it_is(shell: Shell) -> None:
    renamed(shell, "Robin")

    before, now = shell("show", "riley", "--at", "HEAD~1"), shell("show", "riley")

    assert (before.code, now.code) == (0, 0)
    assert before.out.startswith("agent riley\n")
    assert "Riley" in before.out
    assert "Robin" in now.out
    assert "org/riley.yaml at " in now.err


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("riley", "agent"),
        ("alex", "person"),
        ("ci-1", "task"),
        ("trust", "goal"),
        ("CI", "project"),
        ("agent/riley", "budget"),
        ("budgets/company.yaml", "budget"),
        ("money", "policy"),
        ("AP-1", "approval"),
        ("weekly", "routine"),
        ("CI-0001/plan", "document"),
        ("20261120T090000Z-riley", "run"),
        ("CI-0001/20261120T081512480Z-alex-4f2a", "comment"),
        ("gitcp", "company"),
    ],
)
def test_a_record_of_any_kind_is_found_by_its_id_or_its_path(shell: Shell, name: str, kind: str) -> None:
    known = ("--kind", kind) if kind == "project" else ()

    shown = shell("show", name, "--json", *known).json
    drawn = shell("show", name, *known)

    assert shown["kind"] == kind
    assert shown["record"]["id"] == shown["id"]
    assert drawn.code == 0
    assert drawn.out.startswith(f"{kind} {shown['id']}\n")


def test_a_date_is_the_last_commit_before_its_end_on_the_companys_clock(shell: Shell) -> None:
    renamed(shell, "Robin")

    assert shell("show", "riley", "--at", "2026-11-20", "--json").json["record"]["name"] == "Riley"
    assert shell("show", "riley", "--at", "2026-11-20T09:00", "--json").json["record"]["name"] == "Riley"
    none = shell("show", "riley", "--at", "2026-11-20T08:59")  # Madrid's nine is eight in UTC
    assert none.code == 1
    assert "expected a day of the company's history, found one before its first commit" in none.err


def test_the_file_itself_is_printed_byte_for_byte(shell: Shell) -> None:
    assert shell("show", "riley", "--raw").out == shell.text(RILEY)


def test_of_a_runtimes_environment_the_names_alone_are_shown(shell: Shell) -> None:
    shown = shell("show", "riley"), shell("show", "riley", "--json")

    assert all("TOKEN" in done.out and "secret" not in done.out.replace("secrets", "") for done in shown)


def test_a_file_that_cannot_be_read_is_named_with_what_is_wrong(shell: Shell) -> None:
    assert shell.folder is not None
    committed(shell.folder, "goals/trust.yaml", 'title: "a\\e[31m"\nlevel: every\n')

    done = shell("show", "trust")

    assert done.code == 1
    assert "goals/trust.yaml:2: level: " in done.out
    assert "\x1b" not in done.out
    assert shell("show", "trust", "--json").json["record"] is None
    assert shell("show", "trust", "--raw").code == 0


def test_what_was_archived_or_moved_is_found_where_it_is(shell: Shell) -> None:
    assert shell.folder is not None
    for folder, task in (("archive/tasks/CI", "CI-0005"), ("tasks/CI/deep", "CI-0004")):
        (shell.folder / folder).mkdir(parents=True)
        moved = f"{folder}/{task}.yaml"
        git(shell.folder, "mv", f"tasks/CI/{task}.yaml", moved)
    git(shell.folder, "commit", "-qm", "move by hand")

    assert shell("show", "CI-0005").out.startswith("task CI-0005, archived\n")
    assert shell("show", "CI-0004", "--json").json["path"] == "tasks/CI/deep/CI-0004.yaml"


def test_an_id_of_several_kinds_asks_which_one(shell: Shell) -> None:
    assert shell.folder is not None
    committed(shell.folder, "goals/riley.yaml", "title: Keep Riley\nlevel: team\n")

    done = shell("show", "riley")

    assert done.code == 1
    assert "one of each of agent, goal" in done.err
    assert shell("show", "riley", "--kind", "goal", "--json").json["kind"] == "goal"


def test_what_was_not_there_is_an_error_that_says_what_to_do(shell: Shell) -> None:
    for words in (("nobody",), ("riley", "--at", "gone"), ("riley", "--kind", "goal"), ("../x",)):
        done = shell("show", *words)

        assert (done.code, done.out) == (1, "")
        assert "hint: " in done.err


def git(folder: Path, *words: str) -> str:
    """Run git and return what it printed."""
    return subprocess.run(
        ["git", "-C", str(folder), *words], check=True, timeout=60, capture_output=True, text=True
    ).stdout


def test_values_are_written_as_in_the_files(shell: Shell) -> None:
    edited = shell("task", "edit", "ci-4", "--set", 'verify=[["make","test"]]')
    assert edited.code == 0, edited.err

    assert 'verify             ["make", "test"]\n' in shell("show", "ci-4").out
    assert " true\n" in shell("show", "riley").out
