"""`gitcp routine resume`."""

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
    """Let a paused routine go on, not for slots that passed.

    \b
    Example:
      gitcp routine resume weekly-health
    """
    with settings.desk() as desk:
        done = desk.apply("routine.resume", {"routine": routine, "reason": reason})
    return report(done, as_json)
