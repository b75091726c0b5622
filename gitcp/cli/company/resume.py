"""`gitcp company resume`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, reason: str | None, as_json: bool) -> int:
    """End the hold of the company: what waits may start, unless its project, goal or task is paused.

    \b
    Example:
      gitcp company resume
    """
    with settings.desk() as desk:
        done = desk.apply("company.resume", {"reason": reason})
    return report(done, as_json, "gitcp plan")
