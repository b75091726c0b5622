"""`gitcp agent …`."""

import pytest

from tests.cli.conftest import Shell


def test_agents_are_listed_without_those_that_are_terminated(shell: Shell) -> None:
    assert shell("agent").out == (
        "agent  status   reports to  runtime      heartbeat    open  title\n"
        "clara  active   alex        process      -               1  Head of R&D\n"
        "hugo   working  clara       claude-code  -               1\n"
        "riley  active   clara       process      0 9 * * MON     2  R&D scout\n"
    )
    assert "gone" in {row["id"] for row in shell("agent", "list", "--all", "--json").json}


def test_an_agent_is_shown_without_the_values_of_its_environment(shell: Shell) -> None:
    done = shell("agent", "riley")

    assert done.out.startswith("riley  Riley, R&D scout\n")
    assert "reports to   clara > alex" in done.out
    assert "runtime      process: gitcp worker" in done.out
    assert "environment  TOKEN" in done.out
    assert "2.00 usd" in done.out
    assert "secret" not in done.out + shell("agent", "show", "riley", "--json").out
    assert done.err == "next: gitcp inbox riley\n      gitcp agent wake riley\n"


def test_a_person_is_shown_as_well(shell: Shell) -> None:
    done = shell("agent", "show", "alex")

    assert "emails   alex@example.com" in done.out
    assert done.err == "next: gitcp inbox alex\n"


def test_a_description_is_shown(shell: Shell) -> None:
    assert "Description\n  Decides what is looked at.\n" in shell("agent", "clara").out


def test_every_field_of_a_new_agent_has_an_option(shell: Shell) -> None:
    done = shell(
        "agent", "hire", "zoe", "--name", "Zoe Example", "--title", "Painter", "--reports-to", "clara", "--command",
        "paint --colour 'light blue'", "--repository", "factory", "--instructions", "roles/zoe.md", "--cron",
        "0 9 * * MON", "--timezone", "Europe/Paris", "--prompt", "/paint", "--usd", "2.50", "--minutes", "30",
        "--turns", "7", "--tokens", "1000", "--concurrency", "2", "--wake-on", "mention", "--description", "Paints.",
    )  # fmt: skip

    assert done.code == 0, done.err
    assert done.out == "hire agent zoe, Painter\n"
    text = shell.text("org/zoe.yaml")
    assert 'runtime: {type: process, command: ["paint", "--colour", "light blue"]}' in text
    assert "limits: {usd: 2.50, tokens: 1000, minutes: 30, turns: 7}" in text
    assert "prompt: /paint" in text
    assert shell("agent", "zoe", "--json").json["wake_on"] == ["mention"]


def test_the_process_runtime_needs_a_command_and_others_do_not(shell: Shell) -> None:
    assert "Missing option '--command'" in shell("agent", "hire", "zoe").err
    assert shell("agent", "hire", "zoe", "--runtime", "claude-code").code == 0
    assert "name: Zoe\n" in shell.text("org/zoe.yaml")


def test_every_field_of_an_agent_that_is_a_command_line_has_an_option(shell: Shell) -> None:
    done = shell(
        "agent", "hire", "zoe", "--runtime", "claude-code", "--model", "sonnet", "--permission-mode", "plan", "--billing",
        "subscription", "--silence-minutes", "5", "--compat", "paperclip",
    )  # fmt: skip

    assert done.code == 0, done.err
    found = shell("agent", "show", "zoe", "--json").json
    assert found["compat"] == "paperclip"
    assert found["limits"]["silence_minutes"] == 5
    assert found["runtime"] == {
        "type": "claude-code",
        "model": "sonnet",
        "permission_mode": "plan",
        "billing": "subscription",
    }


def test_an_edit_keeps_the_other_parts_of_a_field(shell: Shell) -> None:
    done = shell(
        "agent",
        "edit",
        "riley",
        "--usd",
        "3",
        "--set",
        "runtime.environment.LOG=debug",
        "--cron",
        "0 8 * * MON",
    )

    assert done.out == "edit agent riley: heartbeat, limits, runtime\n"
    text = shell.text("org/riley.yaml")
    assert "limits: {usd: 3, minutes: 30}" in text
    assert "environment: {TOKEN: secret, LOG: debug}" in text
    assert "prompt: /rd-scan" in text


def test_a_field_is_emptied_with_null_and_a_person_is_edited_too(shell: Shell) -> None:
    shell("agent", "edit", "riley", "--set", "heartbeat=null")
    shell("agent", "edit", "bea", "--set", 'emails=["bea@example.com"]', "--title", "Buyer")

    assert "heartbeat" not in shell.text("org/riley.yaml")
    assert "bea@example.com" in shell.text("org/bea.yaml")


def test_a_runtime_that_is_named_replaces_the_one_before(shell: Shell) -> None:
    shell("agent", "edit", "riley", "--runtime", "claude-code", "--model", "sonnet")

    assert "runtime: {type: claude-code, model: sonnet}" in shell.text("org/riley.yaml")


def test_a_part_of_what_has_no_parts_is_an_error(shell: Shell) -> None:
    done = shell("agent", "edit", "riley", "--set", "name.first=Riley")

    assert done.code == 1
    assert "name.first: expected the name of a field" in done.err


def test_nothing_to_change_is_a_usage_error(shell: Shell) -> None:
    assert shell("agent", "edit", "riley").code == 2


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        (["pause", "riley", "-m", "why"], "pause agent riley: why"),
        (["resume", "hugo"], "resume agent hugo"),
        (["terminate", "riley"], "terminate agent riley"),
        (["wake", "riley", "--prompt", "/rd-scan", "--task", "ci-1"], "wake agent riley for CI-0001"),
    ],
)
def test_a_step_is_one_commit_that_says_it(shell: Shell, words: list[str], subject: str) -> None:
    assert shell("agent", *words).out == f"{subject}\n"


def test_waking_names_the_tick_as_the_next_step(shell: Shell) -> None:
    assert shell("agent", "wake", "riley").err == "next: gitcp tick\n"
    assert shell("agent", "wake", "hugo").err == (
        "Error: agent hugo is paused: wake is not possible\n  hint: gitcp agent resume hugo\n"
    )
