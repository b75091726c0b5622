"""`gitcp goal new`."""

from typing import Any

import click

from gitcp.cli.goal.fields import goal_fields, goal_options
from gitcp.cli.output import json_option
from gitcp.cli.parameters import GOAL, set_option
from gitcp.cli.records import create, expect
from gitcp.cli.settings import Settings


@click.command()
@click.argument("goal", type=GOAL)
@goal_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings, /, goal: str, as_json: bool, assignments: tuple[tuple[str, Any], ...], **options: Any
) -> int:
    """Create a goal. Tasks and projects that name it work towards it and towards every goal above it.

    \b
    Example:
      gitcp goal new fresh-radar --title "No scan is older than a week" --level team --parent quality --owner clara
    """
    expect(options, "title", "level")
    fields = goal_fields(options, assignments)
    return create(settings, "goal", goal, fields, as_json)
