"""The verbs that move a task."""

import pytest

from tests.cli.conftest import Shell


@pytest.mark.parametrize(
    ("words", "subject", "status"),
    [
        (["start", "ci-1"], "start task CI-0001", "in_progress"),
        (["shelve", "ci-1"], "shelve task CI-0001", "backlog"),
        (["assign", "ci-1", "clara"], "", None),
        (["assign", "ci-2", "clara"], "assign task CI-0002 to clara", "todo"),
        (["assign", "ci-2", "--nobody"], "unassign task CI-0002", "todo"),
        (["block", "ci-1", "--reason", "no key", "--waits-for", "alex"], "block task CI-0001: no key", "blocked"),
        (["unblock", "ci-4"], "unblock task CI-0004", "todo"),
        (["review", "ci-3", "--approve", "-m", "Looked at it."], "approve task CI-0003", "done"),
        (["review", "ci-3", "--request-changes", "-m", "Not yet."], "return task CI-0003", "todo"),
        (["submit", "ci-1", "--without-checks", "by hand"], "submit task CI-0001 to clara", "in_review"),
        (["finish", "ci-2", "-m", "All read."], "finish task CI-0002", "done"),
        (["finish", "ci-1", "--without-checks", "by hand"], "submit task CI-0001 to clara", "in_review"),
        (["cancel", "ci-1", "-m", "too late"], "cancel task CI-0001: too late", "cancelled"),
        (["reopen", "ci-5"], "reopen task CI-0005", "todo"),
    ],
)  # fmt: skip
def test_a_step_is_one_commit_that_says_it(
    shell: Shell, words: list[str], subject: str, status: str | None
) -> None:
    done = shell("task", *words)

    if status is None:  # its reviewer cannot be its assignee
        assert done.code == 1
        return
    assert done.code == 0, done.err
    assert done.out == f"{subject}\n"
    assert shell("task", "show", words[1], "--json").json["status"] == status


def test_a_task_leaves_the_backlog_by_queue(shell: Shell) -> None:
    shell("task", "shelve", "ci-1")

    assert shell("task", "queue", "ci-1").code == 0
    assert shell("task", "show", "ci-1", "--json").json["status"] == "todo"


def test_a_step_that_the_table_does_not_have_says_what_is_possible(shell: Shell) -> None:
    done = shell("task", "queue", "ci-5")

    assert (done.code, done.out) == (1, "")
    assert (
        done.err == "Error: task CI-0005 is done: queue is not possible\n  hint: possible from done: reopen\n"
    )


def test_the_summary_of_a_person_is_a_comment(shell: Shell) -> None:
    shell("task", "finish", "ci-2", "-m", "-", stdin="All read.\n")

    assert shell("comment", "list", "ci-2", "--json").json[0]["body"] == "All read.\n"


def test_a_finish_that_is_refused_leaves_no_summary(shell: Shell) -> None:
    done = shell("task", "finish", "ci-1", "-m", "done")

    assert done.code == 1
    assert "--without-checks REASON" in done.err
    assert len(shell("comment", "ci-1", "--json").json) == 1


def test_a_review_needs_a_verdict_and_a_comment(shell: Shell) -> None:
    assert "Say --approve or --request-changes." in shell("task", "review", "ci-3", "-m", "Good.").err
    assert "Missing option '-m'" in shell("task", "review", "ci-3", "--approve").err


def test_an_assignment_is_to_a_member_or_to_nobody(shell: Shell) -> None:
    assert shell("task", "assign", "ci-1").code == 2
    assert shell("task", "assign", "ci-1", "riley", "--nobody").code == 2


def test_continue_is_only_for_runs(shell: Shell) -> None:
    done = shell("task", "continue", "ci-1")

    assert done.code == 1
    assert done.err == (
        "Error: continue is what a run says of itself, and this is no run\n"
        "  hint: wake its assignee again: gitcp agent wake AGENT --task CI-0001\n"
    )
