"""`gitcp routine edit`."""

from typing import Any

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import ROUTINE, set_option
from gitcp.cli.records import edit
from gitcp.cli.routine.fields import routine_fields, routine_options
from gitcp.cli.settings import Settings


@click.command()
@click.argument("routine", type=ROUTINE)
@routine_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    routine: str,
    as_json: bool,
    assignments: tuple[tuple[str, Any], ...],
    **options: Any,
) -> int:
    """Change a routine; what is not given stays, also of the task that it makes.

    \b
    Examples:
      gitcp routine edit weekly-health --cron "0 8 * * MON,THU"
      gitcp routine edit weekly-health --status paused
    """
    return edit(settings, "routine", routine, routine_fields(options, assignments), as_json)
