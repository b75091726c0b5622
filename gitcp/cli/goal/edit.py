"""`gitcp goal edit`."""

from typing import Any

import click

from gitcp.cli.goal.fields import goal_fields, goal_options
from gitcp.cli.output import json_option
from gitcp.cli.parameters import GOAL, set_option
from gitcp.cli.records import edit
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
    """Change a goal; what is not given stays.

    \b
    Examples:
      gitcp goal edit fresh-radar --status achieved
      gitcp goal edit fresh-radar --set parent=null
    """
    return edit(settings, "goal", goal, goal_fields(options, assignments), as_json)
