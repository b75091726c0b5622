"""The options that say what a routine is; a dotted field is a part of the task that it makes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from gitcp.cli.parameters import GOAL, MEMBER, PROJECT, Argv, Words, given, several
from gitcp.cli.words import CATCH_UPS, OVERLAPS, PRIORITIES, ROUTINE_STATUSES

F = TypeVar("F", bound=Callable[..., Any])

_OF_TASK = ("project", "description", "assignee", "priority", "goal", "labels", "verify", "review")


def routine_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option("--title", metavar="TEXT", help="What it is about, in one line."),
        click.option("--cron", metavar="CRON", help="When it makes a task, such as '0 9 * * MON'."),
        click.option("--timezone", metavar="ZONE", help="The zone of --cron.  [default: the company's]"),
        click.option("--status", type=click.Choice(ROUTINE_STATUSES)),
        click.option(
            "--overlap", type=click.Choice(OVERLAPS), help="What happens while its last task is open."
        ),
        click.option(
            "--catch-up", type=click.Choice(CATCH_UPS), help="What happens with slots that nobody ticked at."
        ),
        click.option("--project", type=PROJECT, metavar="KEY", help="Of the task: its project."),
        click.option("--task-title", metavar="TEXT", help="Of the task: its title, {date} is filled in."),
        click.option(
            "-d", "--description", type=Words(), metavar="TEXT", help="Of the task; - reads standard input."
        ),
        click.option("--assignee", type=MEMBER, metavar="MEMBER", help="Of the task: who does it."),
        click.option("--priority", type=click.Choice(PRIORITIES), help="Of the task."),
        click.option("--goal", type=GOAL, metavar="GOAL", help="Of the task: what it is for."),
        click.option("--label", "labels", multiple=True, metavar="LABEL", help="Of the task. Repeatable."),
        click.option(
            "--verify",
            type=Argv(),
            multiple=True,
            metavar="COMMAND",
            help="Of the task: a check, quoted as in a shell. Repeatable.",
        ),
        click.option(
            "--review",
            type=MEMBER,
            multiple=True,
            metavar="MEMBER",
            help="Of the task: who must agree. Repeatable.",
        ),
    )


def routine_fields(options: Mapping[str, Any], assignments: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the options as fields."""
    named = {**{name: f"task.{name}" for name in _OF_TASK}, "task_title": "task.title"}
    return {
        **{named.get(name, name): value for name, value in given(dict(options)).items()},
        **dict(assignments),
    }
