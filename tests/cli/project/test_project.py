"""`gitcp project …`."""

from tests.cli.conftest import Shell


def test_projects_are_listed_with_what_is_open_and_done(shell: Shell) -> None:
    assert shell("project").out == (
        "project  status  repository  lead   open  done  name\nCI       active  factory     clara     4     1  Checks\n"
    )


def test_a_project_is_shown_with_its_open_tasks(shell: Shell) -> None:
    done = shell("project", "ci")

    assert "goal        quality (Nothing ages unnoticed) > trust (Customers trust us)" in done.out
    assert "Description\n  What checks.\n" in done.out
    assert "CI-0004" in done.out
    assert "CI-0005" not in done.out
    assert done.err == "next: gitcp task new --project CI --title TEXT\n"


def test_a_project_is_created_and_changed(shell: Shell) -> None:
    done = shell("project", "new", "ops", "--name", "Ops", "--repository", "factory", "--integrate", "rebase")
    shell("project", "edit", "ops", "--status", "paused", "--concurrency", "2")

    assert done.out == "create project OPS\n"
    assert shell.text("projects/OPS.yaml") == (
        "name: Ops\nrepository: factory\nstatus: paused\nintegrate: rebase\nconcurrency: 2\n"
    )


def test_a_project_says_where_its_runs_work(shell: Shell) -> None:
    shell("project", "edit", "ci", "--workspace", "checkout", "--branch", "bots/{task}", "--base", "next")
    refused = shell("project", "edit", "ci", "--branch", "--force")

    assert {"workspace: checkout", "branch: bots/{task}", "base: next"} <= set(
        shell.text("projects/CI.yaml").splitlines()
    )
    assert refused.code == 1
    assert "project CI: branch: expected a name of branches" in refused.err
