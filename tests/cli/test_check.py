"""`gitcp check`."""

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
