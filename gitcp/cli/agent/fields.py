"""The options that say who an agent is, for `agent hire` and `agent edit`; a dotted field is a part of a field."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from gitcp.cli.parameters import MEMBER, Argv, Number, Words, given, several
from gitcp.cli.words import BILLINGS, COMPATS, RUNTIMES, WAKE_REASONS

F = TypeVar("F", bound=Callable[..., Any])

_FIELDS: Final[Mapping[str, str]] = {
    "command": "runtime.command",
    "model": "runtime.model",
    "permission_mode": "runtime.permission_mode",
    "billing": "runtime.billing",
    "cron": "heartbeat.cron",
    "timezone": "heartbeat.timezone",
    "prompt": "heartbeat.prompt",
    "usd": "limits.usd",
    "tokens": "limits.tokens",
    "minutes": "limits.minutes",
    "silence_minutes": "limits.silence_minutes",
    "turns": "limits.turns",
}
_PARTS: Final = tuple(
    name.removeprefix("runtime.") for name in _FIELDS.values() if name.startswith("runtime.")
)


def agent_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option("--name", metavar="NAME", help="What people call it."),
        click.option("--title", metavar="TEXT", help="Its position."),
        click.option("--description", type=Words(), metavar="TEXT", help="- reads standard input."),
        click.option("--reports-to", type=MEMBER, metavar="MEMBER", help="Its manager."),
        click.option("--runtime", type=click.Choice(RUNTIMES), help="What program it is."),
        click.option(
            "--command",
            type=Argv(),
            metavar="COMMAND",
            help="For the runtime process: what is started, quoted as in a shell.",
        ),
        click.option("--model", metavar="NAME", help="For other runtimes: the model."),
        click.option(
            "--permission-mode",
            metavar="MODE",
            help="For command lines of agents: their own name of what they may do.",
        ),
        click.option(
            "--billing",
            type=click.Choice(BILLINGS),
            help="Who pays for the model: by the token, or a subscription.",
        ),
        click.option(
            "--compat",
            type=click.Choice(COMPATS),
            help="Whose names its skills look for, beside gitcp's.",
        ),
        click.option(
            "--repository", metavar="NAME", help="Where it works without a task: a repository of gitcp.yaml."
        ),
        click.option("--instructions", metavar="PATH", help="Its role: a file in that repository."),
        click.option("--cron", metavar="CRON", help="When it wakes by itself, such as '0 9 * * MON'."),
        click.option("--timezone", metavar="ZONE", help="The zone of --cron.  [default: the company's]"),
        click.option("--prompt", type=Words(), metavar="TEXT", help="What it is told at each heartbeat."),
        click.option("--usd", type=Number(), metavar="AMOUNT", help="What one run may cost."),
        click.option(
            "--tokens", type=click.IntRange(min=1), metavar="N", help="How many tokens one run may use."
        ),
        click.option("--minutes", type=Number(), metavar="MINUTES", help="How long one run may take."),
        click.option(
            "--silence-minutes", type=Number(), metavar="MINUTES", help="How long one run may say nothing."
        ),
        click.option(
            "--turns", type=click.IntRange(min=1), metavar="N", help="How many turns one run may take."
        ),
        click.option("--concurrency", type=click.IntRange(min=1), metavar="N", help="How many runs at once."),
        click.option(
            "--wake-on",
            type=click.Choice(WAKE_REASONS),
            multiple=True,
            help="What wakes it at once; the rest waits for its heartbeat. Repeatable.  [default: everything]",
        ),
    )


def agent_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as fields; a runtime that is named replaces the one before as a whole."""
    found = {_FIELDS.get(name, name): value for name, value in given(dict(options)).items()}
    if "runtime" in found:
        parts = {part: found.pop(f"runtime.{part}") for part in _PARTS if f"runtime.{part}" in found}
        found["runtime"] = {"type": found["runtime"], **parts}
    return found
