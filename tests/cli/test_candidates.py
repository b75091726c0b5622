"""What a shell completes."""

from collections.abc import Sequence

import pytest
from click.shell_completion import ShellComplete

from gitcp.cli.application import gitcp
from gitcp.cli.candidates import candidates
from tests.cli.company import ACTIVE, ENDED
from tests.cli.conftest import Shell


def completed(shell: Shell, *words: str) -> list[str]:
    args = ["-C", str(shell.folder), *words[:-1]]
    return [
        item.value
        for item in ShellComplete(gitcp, {}, "gitcp", "_GITCP_COMPLETE").get_completions(args, words[-1])
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["task", "show", "ci-000"], ["CI-0001", "CI-0002", "CI-0003", "CI-0004", "CI-0005"]),
        (["task", "show", "X"], []),
        (["task", "sh"], ["show", "shelve"]),
        (["inbox", "r"], ["riley"]),
        (["agent", "show", "CL"], ["clara"]),
        (["run", "show", ""], [ACTIVE, ENDED]),
        (["goal", "show", ""], ["quality", "trust"]),
        (["project", "show", "c"], ["CI"]),
        (["budget", "show", "a"], ["agent/riley"]),
        (["task", "list", "--assignee", "hu"], ["hugo"]),
        (["task", "list", "--status", "in"], ["in_progress", "in_review"]),
        (["task", "new", "--parent", "CI-0001"], ["CI-0001"]),
        (["pro"], ["project"]),
    ],
)
def test_commands_options_and_ids_are_completed(
    shell: Shell, words: Sequence[str], expected: list[str]
) -> None:
    assert completed(shell, *words) == expected


def test_a_noun_completes_its_verbs(shell: Shell) -> None:
    assert completed(shell, "policy", "") == ["list", "show", "new", "edit", "remove", "test"]


def test_what_is_no_repository_completes_nothing(tmp_path: object) -> None:
    assert completed(Shell(None), "task", "show", "") == []


def test_what_cannot_be_read_completes_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("gitcp.cli.candidates._root", fail)

    with gitcp.make_context("gitcp", ["task"], resilient_parsing=True) as ctx:
        assert candidates(ctx, "task", "") == []


def test_a_large_company_is_completed_in_part(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gitcp.cli.candidates._MOST_FILES", 1)

    assert len(completed(shell, "task", "show", "")) <= 1


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed(name: str) -> None:
    assert "_GITCP_COMPLETE" in Shell()("completion", name).out


def test_the_shell_is_the_one_that_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert Shell()("completion").out.startswith("#compdef gitcp")

    monkeypatch.setenv("SHELL", "/bin/tcsh")
    done = Shell()("completion")
    assert done.code == 2
    assert "expected bash, zsh or fish, found 'tcsh' in $SHELL" in done.err
