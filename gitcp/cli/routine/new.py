"""`gitcp routine new`."""

from typing import Any

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import ROUTINE, set_option
from gitcp.cli.records import create, expect
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
    """Create a routine: it makes a task at each slot of its cron expression. No slot before now counts.

    \b
    Example:
      gitcp routine new weekly-health --title "Weekly health check" --cron "0 8 * * MON" --project CI --assignee sofia --task-title "Health of {date}"
    """
    expect(options, "title", "cron", "project")
    fields = routine_fields(options, assignments)
    fields.setdefault("task.title", options["title"])
    return create(settings, "routine", routine, fields, as_json)
