"""`gitcp audit log`."""

from tests.cli.conftest import Shell
from tests.stories.company import commit_all


def test_the_log_tells_who_did_what_the_oldest_first(shell: Shell) -> None:
    shell("task", "start", "ci-1")
    shell("comment", "new", "ci-2", "Begin.")

    lines = shell("audit", "log").out.splitlines()

    assert lines[0].endswith("Alex Example  create company Talent Factory")
    assert lines[1].endswith("alex        start task CI-0001")
    assert [entry["subject"] for entry in shell("audit", "log", "-n", "1", "--json").json] == [
        "comment on task CI-0002: Begin."
    ]


def test_the_log_of_one_record_is_its_own(shell: Shell) -> None:
    shell("task", "start", "ci-1")
    shell("comment", "new", "ci-2", "Begin.")

    assert [entry["subject"] for entry in shell("audit", "ci-2", "--json").json][
        -1
    ] == "comment on task CI-0002: Begin."
    assert len(shell("audit", "log", "riley", "--json").json) == 1
    assert shell("audit", "log", "nobody").code == 1
    assert shell("audit", "log", "--actor", "clara", "--json").json == []


def test_a_subject_from_somebody_else_cannot_speak_to_the_terminal(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "README.md").write_text("Hello.\n")
    commit_all(shell.folder, "be \x1b[31mred")

    assert "\x1b" not in shell("audit", "log").out
