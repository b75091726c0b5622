"""`gitcp project new`."""

from typing import Any

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import PROJECT, set_option
from gitcp.cli.project.fields import project_fields, project_options
from gitcp.cli.records import create, expect
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
    """Create a project. KEY, two to ten capital letters and digits, begins the ids of its tasks.

    \b
    Example:
      gitcp project new CI --name "Checks" --repository factory --lead pablo --goal quality
    """
    expect(options, "name", "repository")
    fields = project_fields(options, assignments)
    return create(settings, "project", project, fields, as_json)
