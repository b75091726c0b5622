"""The options that say what a policy is."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from gitcp.cli.parameters import Words, given, several
from gitcp.cli.policy.rules import AccessText, GateText
from gitcp.errors import GitcpError, RecordError

F = TypeVar("F", bound=Callable[..., Any])

_RULES: Final = ("gates", "access")


def policy_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option("--title", metavar="TEXT", help="What it is about, in one line."),
        click.option(
            "--gate",
            "gates",
            type=GateText(),
            multiple=True,
            metavar="RULE",
            help="Add a gate: verdict, operations, conditions, such as 'approval agent.hire approvers=owner'. Repeatable.",
        ),
        click.option(
            "--access",
            type=AccessText(),
            multiple=True,
            metavar="RULE",
            help="Add an access rule: who, operations, conditions, such as 'lead task.* projects=CI'. Repeatable.",
        ),
        click.option("-d", "--description", type=Words(), metavar="TEXT", help="- reads standard input."),
        click.option(
            "--file",
            metavar="FILE",
            help="Read all of it from a YAML file, written as in policies/; - is standard input.",
        ),
    )


def policy_fields(
    policy: str, options: Mapping[str, Any], assignments: Iterable[tuple[str, Any]]
) -> dict[str, Any]:
    """Return the options as fields; those of a file first, and rules that were given beside it after its own.

    Raises:
        RecordError: the file is none of a policy.
        GitcpError: it cannot be read.
    """
    file = options["file"]
    found = _from_file(policy, file) if file is not None else {}
    rules = {name: [*found.get(name, ()), *options[name]] for name in _RULES if options[name]}
    named = given({name: value for name, value in options.items() if name not in {*_RULES, "file"}})
    return {**found, **rules, **named, **dict(assignments)}


def _from_file(policy: str, file: str) -> dict[str, Any]:
    from gitcp.model.guards import Policy
    from gitcp.store.codec import read
    from gitcp.store.layout import path_of, place_of

    place = place_of(path_of(Policy, policy))
    if place is None:
        raise RecordError(
            f"policy {policy}: expected small letters, digits and hyphens", hint="e.g. hiring-and-money"
        )
    reading = read(place, _bytes(file))
    if reading.record is None:
        problem = reading.problems[0]
        where = f"{problem.where}: " if problem.where else ""
        raise RecordError(f"{file}:{problem.line}: {where}{problem.message}", hint=problem.hint or None)
    found = reading.record.model_dump(mode="json", exclude_unset=True, exclude={"id"})
    # What the file does not say, the policy does not say any more.
    return {"gates": [], "access": [], "description": None, **found}


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise GitcpError(f"{file}: cannot be read: {error.strerror}") from error
