"""`gitcp project|goal|task|agent pause` and `resume`: the same words for each."""

import pytest

from gitcp.cli.pauses import why_paused
from tests.cli.company import ACTIVE
from tests.cli.conftest import Shell

PLACES = [
    ("project", "ci", "CI", "projects/CI.yaml"),
    ("goal", "trust", "trust", "goals/trust.yaml"),
    ("task", "ci-1", "CI-0001", "tasks/CI/CI-0001.yaml"),
]


@pytest.mark.parametrize(("noun", "said", "name", "path"), PLACES)
def test_it_is_paused_and_resumed(shell: Shell, noun: str, said: str, name: str, path: str) -> None:
    before = shell.text(path)
    done = shell(noun, "pause", said, "--reason", "Not now.")

    assert done.out == f"pause {noun} {name}: Not now.\n"
    assert "paused: {by: alex, at: " in shell.text(path)
    why = {row["task"]: row["why"] for row in shell("plan", "--json").json["waiting"]}
    assert why["CI-0001"] == f"{noun} {name} is paused by alex: Not now."
    assert (noun, name, "Not now.") in [
        (row["kind"], row["id"], row["reason"]) for row in shell("status", "--json").json["paused"]
    ]
    assert shell(noun, "pause", said).out == f"nothing to do: pause {noun} {name}\n"

    assert shell(noun, "resume", said).out == f"resume {noun} {name}\n"
    assert shell.text(path) == before


@pytest.mark.parametrize(("noun", "said", "name", "path"), PLACES)
def test_with_now_what_runs_below_it_is_stopped(
    shell: Shell, noun: str, said: str, name: str, path: str
) -> None:
    done = shell(noun, "pause", said, "--now")

    assert done.out == f"pause {noun} {name} and stop 1 run\n"
    assert shell("run", ACTIVE, "--json").json["cancel"]["hold"] is True
    assert "paused: {by: alex, at: " in shell.text(path)


@pytest.mark.parametrize("verb", ["pause", "terminate"])
def test_an_agent_is_let_go_with_what_it_runs(shell: Shell, verb: str) -> None:
    assert shell("agent", verb, "hugo", "--now").out == f"{verb} agent hugo and stop 1 run\n"
    assert shell("run", ACTIVE, "--json").json["cancel"]["hold"] is True


def test_lists_and_pages_say_what_is_paused(shell: Shell) -> None:
    shell("project", "pause", "ci", "-m", "Not now.")
    shell("goal", "pause", "trust")

    assert "CI       active, paused  factory" in shell("project").out
    assert "paused      by alex since " in shell("project", "ci").out
    assert "1/5  alex  paused\n" in shell("goal").out
    assert "paused    by alex since " in shell("goal", "trust").out
    assert (
        "Enforce the scan cadence  [project CI is paused by alex: Not now.; due 2026-11-30]"
        in shell("task").out
    )


def test_what_is_paused_is_told_in_one_line() -> None:
    paused = {"by": "alex", "at": "2026-11-23T09:00:00Z", "reason": None}

    assert why_paused(None) is None
    assert why_paused(paused) == "by alex since 2026-11-23 09:00Z"
    assert why_paused(paused | {"reason": "so"}) == "by alex since 2026-11-23 09:00Z: so"


def test_a_closed_task_is_not_paused(shell: Shell) -> None:
    done = shell("task", "pause", "ci-5")

    assert done.err == (
        "Error: task CI-0005 is done: pause is not possible\n  hint: gitcp task reopen CI-0005\n"
    )
