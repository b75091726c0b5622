"""`gitcp project pause`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import PROJECT, now_option, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("project", type=PROJECT, metavar="KEY")
@now_option
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, project: str, now: bool, reason: str | None, as_json: bool) -> int:
    """Let no run start in a project, and none of its routines fire; its status and those of its tasks stay as they are.

    What runs goes on to its end. With --now it is stopped, and goes on when the project is resumed.

    \b
    Examples:
      gitcp project pause CI -m "the repository moves"
      gitcp project pause CI --now
    """
    with settings.desk() as desk:
        done = desk.apply("project.pause", {"project": project, "now": now, "reason": reason})
    return report(done, as_json, f"gitcp project resume {project}")
