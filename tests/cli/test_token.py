"""`gitcp token`, and the commands of somebody who has one."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.api.reception import description
from tests.cli.conftest import Shell


def test_a_token_is_printed_once(shell: Shell) -> None:
    made = shell("token", "new", "--for", "alex", "--name", "laptop", "--expires", "7")
    listed = shell("token", "list", "--json").json

    assert made.code == 0
    assert re.fullmatch(r"gitcp_[\w-]{43}\n", made.out)
    assert "not shown again" in made.err
    assert [(row["person"], row["name"], row["good"]) for row in listed] == [("alex", "laptop", True)]
    assert made.out.strip() not in json.dumps(listed) + shell("token").out
    assert "digest" not in listed[0]


def test_a_token_can_be_revoked(shell: Shell) -> None:
    made = shell("token", "new", "--for", "alex", "--json").json

    assert shell("token", "revoke", made["id"]).out == f"revoked token {made['id']} of alex\n"
    assert shell("token", "list", "--json").json == []
    assert shell("token", "revoke", made["id"]).code == 1


@pytest.mark.parametrize(
    ("member", "message"), [("riley", "riley is an agent"), ("nobody", "nobody does not exist")]
)
def test_only_a_person_has_tokens(shell: Shell, member: str, message: str) -> None:
    made = shell("token", "new", "--for", member)

    assert made.code == 1
    assert message in made.err
    assert made.out == ""


@pytest.fixture
def elsewhere(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Return the command of somebody who has alex's token, and no repository."""
    token = shell("token", "new", "--for", "alex").out.strip()
    assert shell("company", "pause", "--reason", "not now").code == 0
    program = [sys.executable, "-m", "gitcp", "-C", str(shell.folder), "scheduler", "--listen", "0", "--json"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env={**os.environ}) as scheduler:
        try:
            assert scheduler.stdout is not None
            said = next(line for line in scheduler.stdout if "the API is at" in line)
            found = re.search(r"http://[\d.:]+", said)
            assert found is not None
            (tmp_path / "elsewhere").mkdir()
            monkeypatch.chdir(tmp_path / "elsewhere")
            monkeypatch.setenv("GITCP_API_URL", found[0])
            monkeypatch.setenv("GITCP_API_KEY", token)
            yield Shell()
        finally:
            scheduler.send_signal(signal.SIGTERM)
            scheduler.communicate(timeout=30)


def test_commands_work_from_elsewhere(elsewhere: Shell, shell: Shell) -> None:
    made = elsewhere(
        "task", "new", "--project", "CI", "--title", "From afar", "--assignee", "riley", "--json"
    ).json
    task = made["task"]

    assert elsewhere("comment", "new", task, "Please, @riley.").code == 0
    woken = elsewhere("agent", "wake", "riley", "--task", task)
    assert (woken.code, "gitcp tick" in woken.err) == (0, False)
    assert elsewhere("task", "show", task, "--json").json["comments"][0]["author"] == "alex"
    assert shell("task", "show", task, "--json").json["created_by"] == "alex"
    for words in (
        ["inbox"],
        ["inbox", "riley"],
        ["status"],
        ["company"],
        ["task"],
        ["run"],
        ["org"],
        ["agent"],
        ["agent", "show", "riley"],
        ["goal"],
        ["goal", "show", "quality"],
        ["policy"],
        ["budget"],
    ):
        assert (words, elsewhere(*words).code) == (words, 0)


def test_how_things_stand_has_the_shape_that_is_described(elsewhere: Shell) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    document = description()
    answer = document["paths"]["/v1/status"]["get"]["responses"]["200"]["content"]["application/json"]

    found = elsewhere("status", "--json").json

    jsonschema.validate(found, {**answer["schema"], "components": document["components"]})
    assert found["you"] == "alex"


def test_what_needs_the_repository_says_so(elsewhere: Shell) -> None:
    assert "gitcp -C DIR" in elsewhere("plan").err
    assert "archive" in elsewhere("task", "list", "--archived").err
    assert "this is no run" in elsewhere("task", "continue", "CI-1").err
    assert "give the whole field" in elsewhere("agent", "edit", "riley", "--set", "limits.usd=3").err
    assert "who answers has its own time" in elsewhere("--at", "2030-01-01T00:00:00Z", "inbox").err


def test_an_address_that_others_can_call_is_told_loudly(shell: Shell) -> None:
    program = [sys.executable, "-m", "gitcp", "-C", str(shell.folder), "scheduler", "--listen", "0.0.0.0:0"]
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True) as scheduler:
        assert scheduler.stderr is not None
        warned = any("WARNING: other machines can call this address" in line for line in scheduler.stderr)
        scheduler.send_signal(signal.SIGTERM)
        scheduler.communicate(timeout=30)

    assert warned


def test_an_address_that_is_none_is_refused(shell: Shell) -> None:
    refused = shell("scheduler", "--listen", "http://here")

    assert refused.code == 1
    assert "expected HOST:PORT, found http://here" in refused.err
