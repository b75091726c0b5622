"""`gitcp document …`."""

import subprocess
from textwrap import dedent

import pytest

from gitcp.core.documents import revision_of
from tests.cli.approval.test_approval import as_bea
from tests.cli.conftest import Shell


def test_documents_are_listed_by_name(shell: Shell) -> None:
    assert shell("document", "ci-1").out == "plan\n"
    assert shell("document", "list", "ci-1", "--json").json == ["plan"]


def test_a_document_goes_into_a_pipe_exactly_as_it_is(shell: Shell) -> None:
    assert shell("document", "show", "ci-1", "plan").out == "# Plan  \n\nRead, then write.\n"
    assert shell("document", "show", "ci-1", "plan", "--json").json["document"] == "plan"


def test_a_document_is_written_from_standard_input_or_a_text(shell: Shell) -> None:
    done = shell("document", "write", "ci-1", "notes", stdin="# Notes\n")
    shell("document", "write", "ci-1", "short", "Just this.")

    assert done.out == "write document CI-0001/notes\n"
    assert done.err == "next: gitcp document show CI-0001 notes\n"
    assert shell("document", "show", "ci-1", "notes").out == "# Notes\n"
    assert shell("document", "show", "ci-1", "short").out == "Just this."


def test_a_document_that_is_not_there_is_an_error(shell: Shell) -> None:
    assert shell("document", "show", "ci-1", "plann").code == 1


def test_the_revisions_are_listed_with_who_wrote_them_and_what_was_approved(shell: Shell) -> None:
    shell("document", "write", "ci-1", "plan", "Second.\n")
    shell("approval", "request", "--title", "This?", "--document", "CI-0001/plan", "--approver", "bea")
    shell("document", "write", "ci-1", "plan", "Third.\n")

    rows = shell("document", "log", "ci-1", "plan", "--json").json

    assert [(row["by"], row["approval"]) for row in rows] == [
        ("alex", None),
        ("alex", None),
        ("Alex Example", None),
    ]
    assert rows[1]["revision"] == revision_of("Second.\n")
    assert shell("document", "log", "ci-1", "plan").out.splitlines()[1].startswith(rows[0]["revision"][7:19])


def test_a_document_is_shown_as_it_was_at_a_revision_a_commit_or_a_name_of_git(shell: Shell) -> None:
    shell("document", "write", "ci-1", "plan", "Second.\n")
    shell("task", "edit", "ci-1", "--priority", "low")
    newest, oldest = shell("document", "log", "ci-1", "plan", "--json").json

    assert shell("document", "show", "ci-1", "plan", "--at", newest["commit"][:12]).out == "Second.\n"
    assert shell("document", "show", "ci-1", "plan", "--at", "HEAD").out == "Second.\n"
    assert shell("document", "show", "ci-1", "plan", "--at", "HEAD~2").out.startswith("# Plan")
    assert shell("document", "show", "ci-1", "plan", "--at", oldest["revision"]).out.startswith("# Plan")
    refused = shell("document", "show", "ci-1", "plan", "--at", "nowhere")
    assert (refused.code, "gitcp document log CI-0001 plan" in refused.err) == (1, True)


def test_two_revisions_are_compared_line_by_line(shell: Shell) -> None:
    shell("document", "write", "ci-1", "plan", "# Plan  \n\nWrite, then read.\n")

    lines = shell("document", "diff", "ci-1", "plan").out.splitlines()

    assert lines[-2:] == ["-Read, then write.", "+Write, then read."]
    assert shell("document", "diff", "ci-1", "plan", "HEAD~1", "HEAD").out.splitlines() == lines
    assert shell("document", "diff", "ci-1", "plan", "HEAD").out == ""


def test_a_revision_is_named_by_the_approval_that_is_about_it(approver: Shell) -> None:
    approver("document", "write", "ci-1", "plan", "Third.\n")

    assert approver("document", "show", "ci-1", "plan", "--at", "AP-9").out.startswith("# Plan")
    assert approver("document", "diff", "ci-1", "plan", "AP-9").out.splitlines()[-1] == "+Third."


@pytest.fixture
def approver(shell: Shell) -> Shell:
    """Return the command on a company whose owner has approved the plan that somebody else asked about."""
    assert shell.folder is not None
    request = a_request(shell.text("documents/CI/CI-0001/plan.md"))
    (shell.folder / "approvals" / "AP-9.yaml").write_text(request, encoding="utf-8")
    for argv in (("add", "-A"), ("commit", "-qm", "ask about the plan", "--author", "Bea <bea@example.org>")):
        subprocess.run(["git", *argv], cwd=shell.folder, check=True)
    done = shell("approval", "decide", "AP-9", "--approve")
    assert done.code == 0, done.err
    return shell


def a_request(text: str) -> str:
    return dedent(f"""\
        title: This plan?
        requested_by: bea
        requested_at: 2026-11-21T09:00:00Z
        task: CI-0001
        content: {revision_of(text)}
        document: CI-0001/plan
        approvers: [alex]
        status: pending
        """)


def test_who_decides_about_a_document_is_told_which_and_how_to_read_it(shell: Shell) -> None:
    shell("document", "write", "ci-1", "plan", "Second.\n")
    asked = shell("approval", "request", "--title", "This?", "--document", "ci-1/plan", "--approver", "bea")
    assert asked.code == 0, asked.err
    as_bea(shell)

    shown = shell("approval", "AP-3")

    assert f"document   CI-0001/plan, revision {revision_of('Second.' + chr(10))[7:19]}\n" in shown.out
    assert "next: gitcp document show CI-0001 plan\n" in shown.err
