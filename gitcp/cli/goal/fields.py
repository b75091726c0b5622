"""The options that say what a goal is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from gitcp.cli.parameters import GOAL, MEMBER, Words, given, several
from gitcp.cli.words import GOAL_LEVELS, GOAL_STATUSES

F = TypeVar("F", bound=Callable[..., Any])


def goal_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option("--title", metavar="TEXT", help="What is to be reached, in one line."),
        click.option("--level", type=click.Choice(GOAL_LEVELS), help="How far it reaches."),
        click.option("--parent", type=GOAL, metavar="GOAL", help="The goal that it serves."),
        click.option("--owner", type=MEMBER, metavar="MEMBER", help="Who answers for it."),
        click.option("--status", type=click.Choice(GOAL_STATUSES)),
        click.option("--due", metavar="TEXT", help="Until when, such as 2026-Q4."),
        click.option("-d", "--description", type=Words(), metavar="TEXT", help="- reads standard input."),
    )


def goal_fields(options: Mapping[str, Any], assignments: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the options as fields."""
    return {**given(dict(options)), **dict(assignments)}
