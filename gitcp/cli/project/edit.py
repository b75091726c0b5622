"""`gitcp project edit`."""

from typing import Any

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import PROJECT, set_option
from gitcp.cli.project.fields import project_fields, project_options
from gitcp.cli.records import edit
from gitcp.cli.settings import Settings


@click.command()
@click.argument("project", type=PROJECT, metavar="KEY")
@project_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    project: str,
    as_json: bool,
    assignments: tuple[tuple[str, Any], ...],
    **options: Any,
) -> int:
    """Change a project; what is not given stays.

    \b
    Examples:
      gitcp project edit CI --status paused
      gitcp project edit CI --integrate rebase --set concurrency=null
    """
    return edit(settings, "project", project, project_fields(options, assignments), as_json)
