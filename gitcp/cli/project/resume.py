"""`gitcp project resume`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import PROJECT, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("project", type=PROJECT, metavar="KEY")
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, project: str, reason: str | None, as_json: bool) -> int:
    """End the hold of a project: what waits in it may start, unless the company or a goal is paused.

    \b
    Example:
      gitcp project resume CI
    """
    with settings.desk() as desk:
        done = desk.apply("project.resume", {"project": project, "reason": reason})
    return report(done, as_json, "gitcp plan")
