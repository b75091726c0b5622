"""The desk outside of runs, where commands do not tell already."""

from pathlib import Path

import pytest

from gitcp.cli.desk import RunFilter
from gitcp.cli.edits import expanded, plain_scalars
from gitcp.cli.parameters import Bare
from gitcp.cli.settings import Settings
from gitcp.errors import RecordError
from gitcp.model.amounts import RunLimits
from gitcp.model.base import Plain
from tests.cli.company import ACTIVE, ENDED
from tests.cli.conftest import Shell
from tests.helpers import an_agent
from tests.stories.company import commit_all


def test_a_task_that_a_person_numbered_without_zeros_is_found(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "tasks/CI/CI-77.yaml").write_text(
        "title: By hand\ncreated: 2026-11-20T08:15:00Z\nstatus: todo\n"
    )
    commit_all(shell.folder, "add a task by hand")

    assert shell("task", "show", "ci-77").out.startswith("CI-77  By hand\n")
    assert shell("task", "start", "ci-77").out == "start task CI-77\n"


def test_a_run_has_ended_when_the_branch_says_so(shell: Shell) -> None:
    with Settings(repo=str(shell.folder)).desk() as desk:
        assert [desk.has_ended(run) for run in (ACTIVE, ENDED)] == [False, True]
        assert len(desk.runs(RunFilter(outcomes=("failed",), limit=1))) == 1


def test_a_file_that_somebody_edits_is_left_to_them(shell: Shell) -> None:
    assert shell.folder is not None
    path = shell.folder / "tasks/CI/CI-0001.yaml"
    path.write_text(path.read_text() + "  One more line.\n")

    done = shell("task", "start", "ci-1")

    assert done.code == 1
    assert "has uncommitted edits" in done.err
    assert "One more line." in path.read_text()


def test_the_environment_of_a_run_is_not_used_where_there_is_none(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell.folder is not None
    monkeypatch.chdir(shell.folder)
    monkeypatch.setenv("GITCP_API_URL", "http://127.0.0.1:9")

    assert Shell(None)("inbox", "--json").json["member"] == "alex"


def test_the_time_is_shifted_for_a_test(shell: Shell) -> None:
    shell("--at", "2126-12-01T08:00:00+01:00", "comment", "new", "ci-1", "From the future.")

    assert shell("comment", "ci-1", "--json").json[-1]["at"].startswith("2126-12-01T07:00:0")


def test_dotted_names_reach_into_what_the_record_has() -> None:
    agent = an_agent(limits=RunLimits(turns=3))

    fields = expanded({"limits.usd": 2, "heartbeat.cron": "x", "name": "Y", "a.b.c": 1}, agent)

    assert fields == {
        "name": "Y",
        "limits": {"turns": 3, "usd": 2},
        "heartbeat": {"cron": "x"},
        "a": {"b": {"c": 1}},
    }


def test_a_name_that_reaches_into_a_value_without_parts_is_an_error() -> None:
    for name in ("name.first", "name.first.letter"):
        with pytest.raises(RecordError, match="without parts"):
            expanded({name: "x"}, an_agent())


def test_bare_words_are_what_yaml_would_make_of_them() -> None:
    found = plain_scalars({"a": [Bare("1")], "b": "1", "c": 2})

    assert isinstance(found["a"][0], Plain)
    assert type(found["b"]) is str


def test_nothing_of_a_command_is_left_in_the_checkout(shell: Shell, tmp_path: Path) -> None:
    from tests.stories.company import git

    assert shell.folder is not None
    shell("task", "new", "--title", "Small")

    assert git(shell.folder, "status", "--porcelain") == ""
    assert git(shell.folder, "log", "-1", "--format=%an: %s") == "Alex: create task CI-0006: Small"
