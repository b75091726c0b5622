"""The options that say what a task is, for `task new` and `task edit`."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from gitcp.cli.parameters import GOAL, MEMBER, TASK, Argv, Due, Words, several
from gitcp.cli.words import PRIORITIES

F = TypeVar("F", bound=Callable[..., Any])

# What `--clear` sets a field to.
EMPTY: Final[dict[str, Any]] = {
    "assignee": None,
    "goal": None,
    "parent": None,
    "blocked_by": [],
    "labels": [],
    "due": None,
    "verify": [],
    "review": [],
    "description": None,
}


def task_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option(
            "-d",
            "--description",
            type=Words(),
            metavar="TEXT",
            help="What is to be done; - reads standard input.",
        ),
        click.option("--assignee", type=MEMBER, metavar="MEMBER", help="Who does it."),
        click.option("--priority", type=click.Choice(PRIORITIES)),
        click.option(
            "--goal", type=GOAL, metavar="GOAL", help="What it is for.  [default: the project's goal]"
        ),
        click.option("--parent", type=TASK, metavar="TASK", help="The task that it is a part of."),
        click.option(
            "--blocked-by",
            type=TASK,
            multiple=True,
            metavar="TASK",
            help="A task that must be done before. Repeatable.",
        ),
        click.option("--label", "labels", multiple=True, metavar="LABEL", help="Repeatable."),
        click.option(
            "--due", type=Due(), metavar="TIME", help="A day, which ends in UTC, or a time with a zone."
        ),
        click.option(
            "--verify",
            type=Argv(),
            multiple=True,
            metavar="COMMAND",
            help="A check that must exit 0 on what is delivered, quoted as in a shell. Repeatable.",
        ),
        click.option(
            "--review",
            type=MEMBER,
            multiple=True,
            metavar="MEMBER",
            help="Who must agree, in this order; never the assignee. Repeatable.",
        ),
    )
