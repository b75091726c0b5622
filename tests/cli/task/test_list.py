"""`gitcp task list`."""

from collections.abc import Sequence

import pytest

from tests.cli.conftest import Ran, Shell


def ids(done: Ran) -> list[str]:
    assert done.code == 0, done.err
    return [row["id"] for row in done.json]


def test_open_tasks_are_listed_those_first_that_somebody_must_act_on(shell: Shell) -> None:
    done = shell("task")

    assert done.out == (
        "task     status     priority  assignee  title\n"
        "CI-0004  blocked    low       clara     Buy a licence\n"
        "CI-0003  in_review  critical  riley     Sign the agreement  [review by alex]\n"
        "CI-0001  todo       high      riley     Enforce the scan cadence  [due 2026-11-30]\n"
        "CI-0002  todo       medium    hugo      Read the sources  [waits for CI-0001]\n"
    )
    assert done.err == ""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--all"], ["CI-0004", "CI-0003", "CI-0001", "CI-0002", "CI-0005"]),
        (["--status", "done"], ["CI-0005"]),
        (["--status", "done", "--status", "blocked"], ["CI-0004", "CI-0005"]),
        (["--assignee", "RILEY"], ["CI-0003", "CI-0001"]),
        (["--mine"], []),
        (["--project", "ci", "--label", "scan"], ["CI-0001"]),
        (["--label", "scan", "--label", "other"], []),
        (["--parent", "ci-1"], ["CI-0002"]),
        (["--goal", "trust", "--all"], ["CI-0005"]),
        (["--goal", "quality"], ["CI-0004", "CI-0003", "CI-0001", "CI-0002"]),
    ],
)
def test_every_condition_narrows_the_list(shell: Shell, options: Sequence[str], expected: list[str]) -> None:
    assert ids(shell("task", "list", *options, "--json")) == expected


def test_nothing_that_fits_is_said_beside_the_data(shell: Shell) -> None:
    done = shell("task", "list", "--mine")

    assert (done.code, done.out, done.err) == (0, "", "no tasks\n")


def test_a_status_that_does_not_exist_is_a_usage_error(shell: Shell) -> None:
    done = shell("task", "list", "--status", "open")

    assert done.code == 2
    assert "'backlog', 'todo', 'in_progress'" in done.err
