"""The options that say what a project is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from gitcp.cli.parameters import GOAL, MEMBER, Words, given, several
from gitcp.cli.words import INTEGRATIONS, PROJECT_STATUSES, WORKSPACE_MODES

F = TypeVar("F", bound=Callable[..., Any])


def project_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option("--name", metavar="NAME", help="What people call it."),
        click.option(
            "--repository", metavar="NAME", help="Where its tasks are worked on: a repository of gitcp.yaml."
        ),
        click.option(
            "--lead", type=MEMBER, metavar="MEMBER", help="In whose inbox tasks without an assignee are."
        ),
        click.option("--goal", type=GOAL, metavar="GOAL", help="The goal of its tasks that name none."),
        click.option(
            "--status", type=click.Choice(PROJECT_STATUSES), help="No run starts unless it is active."
        ),
        click.option(
            "--integrate", type=click.Choice(INTEGRATIONS), help="How commits reach the repository."
        ),
        click.option(
            "--workspace",
            type=click.Choice(WORKSPACE_MODES),
            help="Where its runs work: a checkout that is kept for the task, one per run, or one for all.",
        ),
        click.option(
            "--branch", metavar="PATTERN", help="What agents deliver on, e.g. '{agent}/{task}'; also {run}."
        ),
        click.option(
            "--base", metavar="BRANCH", help="Where work begins and goes into.  [default: the repository's]"
        ),
        click.option(
            "--concurrency", type=click.IntRange(min=1), metavar="N", help="How many of its runs at once."
        ),
        click.option("-d", "--description", type=Words(), metavar="TEXT", help="- reads standard input."),
    )


def project_fields(options: Mapping[str, Any], assignments: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the options as fields."""
    return {**given(dict(options)), **dict(assignments)}
