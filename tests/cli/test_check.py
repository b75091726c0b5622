"""`gitcp check`."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


def test_a_sound_repository_has_no_errors(shell: Shell) -> None:
    done = shell("check", "--no-instructions")

    assert done.code == 0, done.out


def test_a_broken_file_is_named_with_line_and_next_step(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "goals/trust.yaml").write_text('title: "a\\e[31m"\nlevel: every\n')

    done = shell("check", "goals", "--no-instructions")

    assert done.code == 1
    assert "goals/trust.yaml:2: level: " in done.out
    assert "\x1b" not in done.out
    elsewhere = shell("check", "org", "--no-instructions", "--json").json
    assert {problem["severity"] for problem in elsewhere} <= {"warning"}


def test_json_holds_every_problem(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "goals/trust.yaml").write_text("title: a\nlevel: every\n")

    done = shell("check", "--no-instructions", "--json")

    assert done.code == 1
    assert "goals/trust.yaml" in {problem["path"] for problem in done.json}


def test_a_commit_is_checked_by_what_it_brings_since_another(shell: Shell) -> None:
    assert shell.folder is not None
    committed(shell.folder, "goals/trust.yaml", "title: Trust\nlevel: every\n")
    committed(shell.folder, "goals/speed.yaml", "title: Speed\nlevel: any\n")
    (shell.folder / "goals/speed.yaml").unlink()

    every = shell("check", "goals", "--revision", "HEAD", "--json")
    later = shell("check", "--revision", "HEAD", "--since", "HEAD~1", "--json")
    none = shell("check", "--revision", "HEAD", "--since", "HEAD")

    assert (every.code, later.code, none.code) == (1, 1, 0)
    assert {problem["path"] for problem in every.json} == {"goals/trust.yaml", "goals/speed.yaml"}
    assert [problem["path"] for problem in later.json] == ["goals/speed.yaml"]
    assert "no problems" in none.err


def test_a_commit_that_is_not_there_and_a_beginning_without_an_end_are_errors(shell: Shell) -> None:
    assert "is no commit here" in shell("check", "--revision", "gone").err
    assert shell("check", "--since", "HEAD").code == 2


def test_inside_a_run_no_commit_is_checked_either(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.folder is not None
    monkeypatch.setenv("GITCP_API_KEY", "x")
    monkeypatch.chdir(shell.folder)

    assert "a run does not see the control repository" in Shell()("check", "--revision", "HEAD").err


def committed(folder: Path, path: str, text: str) -> None:
    """Commit one file by hand."""
    (folder / path).write_text(text)
    for words in (("add", path), ("commit", "-qm", "change by hand")):
        subprocess.run(["git", "-C", str(folder), *words], check=True, timeout=60)


def test_what_an_archived_task_says_is_checked_no_more_and_it_is_there_for_those_that_name_it(
    shell: Shell,
) -> None:
    assert shell.folder is not None
    old = shell.folder / "archive/tasks/CI/CI-0090.yaml"
    old.parent.mkdir(parents=True)
    old.write_text("title: Old\nassignee: nobody\ncreated: 2026-01-02T08:00:00Z\nstatus: done\n")
    task = shell.folder / "tasks/CI/CI-0001.yaml"
    task.write_text(task.read_text(encoding="utf-8") + "blocked_by: [CI-0090]\n", encoding="utf-8")
    before = [problem for problem in shell("check", "--json").json if "CI-0090" in problem["message"]]

    old.unlink()
    after = [problem for problem in shell("check", "--json").json if "CI-0090" in problem["message"]]

    assert before == []
    assert [problem["path"] for problem in after] == ["tasks/CI/CI-0001.yaml"]


def test_an_archived_file_that_cannot_be_read_is_told_all_the_same(shell: Shell) -> None:
    assert shell.folder is not None
    old = shell.folder / "archive/tasks/CI/CI-0090.yaml"
    old.parent.mkdir(parents=True)
    old.write_text("title: [\n")

    assert old.relative_to(shell.folder).as_posix() in {p["path"] for p in shell("check", "--json").json}
