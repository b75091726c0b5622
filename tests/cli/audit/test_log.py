"""`gitcp audit log`."""

from datetime import datetime
from zoneinfo import ZoneInfo

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


def subjects(shell: Shell, *options: str) -> list[str]:
    return [entry["subject"] for entry in shell("audit", "log", *options, "--json").json]


def test_the_log_is_searched_by_actor_operation_words_and_order(shell: Shell) -> None:
    shell("task", "start", "ci-1")
    shell("comment", "new", "ci-2", "Begin, please.")

    assert subjects(shell, "--op", "task.*") == ["start task CI-0001"]
    assert subjects(shell, "--actor", "alex", "--grep", "BEGIN") == [
        "comment on task CI-0002: Begin, please."
    ]
    assert subjects(shell, "--newest-first", "-n", "2") == [
        "comment on task CI-0002: Begin, please.",
        "start task CI-0001",
    ]


def test_the_log_is_cut_at_days_times_and_commits(shell: Shell) -> None:
    shell("task", "start", "ci-1")
    shell("comment", "new", "ci-2", "Begin.")
    first, start, last = shell("audit", "log", "--json").json

    assert subjects(shell, "--since", first["revision"][:12]) == [start["subject"], last["subject"]]
    assert subjects(shell, "--until", start["revision"]) == [first["subject"], start["subject"]]
    assert subjects(shell, "--until", f"{start['revision']}~1") == [first["subject"]]
    day = f"{datetime.fromisoformat(last['at']).astimezone(ZoneInfo('Europe/Madrid')):%Y-%m-%d}"  # the company's
    assert subjects(shell, "--since", day, "--until", day)[-1] == last["subject"]
    assert subjects(shell, "--until", "2020-01-01") == []
    assert shell("audit", "log", "--since", "2020-13-01").code == 2
    assert shell("audit", "log", "--since", "2020-01-01T09:00:00").code == 2
    assert "is no commit here" in shell("audit", "log", "--since", "nowhere").err


def test_a_table_for_spreadsheets_holds_no_formula(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "README.md").write_text("Hello.\n")
    commit_all(shell.folder, '=HYPERLINK("http://example.com")')

    lines = shell("audit", "log", "--csv").out.splitlines()

    assert lines[0].startswith("revision,at,actor,operation,subject")
    assert ",\"'=HYPERLINK(" in lines[-1]
