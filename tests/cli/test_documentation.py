"""The help of the commands, and docs/cli.md that is made from it."""

from pathlib import Path

import click
import pytest

from tests.cli.reference import commands, help_of, reference

COMMANDS = {" ".join(words): (words, command) for words, command in commands()}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_and_an_example(name: str) -> None:
    words, command = COMMANDS[name]

    text = help_of(words, command)

    assert (command.help or "").strip()[:1].isupper()
    assert "Example" in text
    assert name == "worker" or f"    gitcp {words[0]}" in text or "    gitcp --at" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_that_takes_a_value_says_what(name: str) -> None:
    _, command = COMMANDS[name]
    options = [option for option in command.params if isinstance(option, click.Option) and not option.is_flag]

    unnamed = [
        option.opts
        for option in options
        if option.metavar is None and isinstance(option.type, type(click.STRING))
    ]

    assert not unnamed


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_prints_data_prints_json_as_well(name: str) -> None:
    words, command = COMMANDS[name]
    without = {
        "init",
        "demo",
        "exec",
        "schema",
        "completion",
        "worker",
        "run log",
        "site build",
        "site serve",
        "audit export",
        "mcp",
        "key signers",
        "workspace fetch",
    }

    has_json = any("--json" in option.opts for option in command.params)

    assert has_json is (" ".join(words) not in without)


def test_the_page_is_what_the_commands_say(project_root: Path) -> None:
    page = (project_root / "docs" / "cli.md").read_text(encoding="utf-8")

    assert page == reference(), "write it anew: python -m tests.cli.reference"
    assert all(f"### gitcp {name}\n" in page for name in COMMANDS)
