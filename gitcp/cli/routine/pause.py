"""`gitcp routine pause`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import ROUTINE, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("routine", type=ROUTINE)
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, routine: str, reason: str | None, as_json: bool) -> int:
    """Let a routine make no tasks; what it made stays.

    \b
    Example:
      gitcp routine pause weekly-health -m "the new one takes over"
    """
    with settings.desk() as desk:
        done = desk.apply("routine.pause", {"routine": routine, "reason": reason})
    return report(done, as_json)
