"""`gitcp goal resume`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import GOAL, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("goal", type=GOAL)
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, goal: str, reason: str | None, as_json: bool) -> int:
    """End the hold of a goal: what serves it may start, unless something above is paused.

    \b
    Example:
      gitcp goal resume quality
    """
    with settings.desk() as desk:
        done = desk.apply("goal.resume", {"goal": goal, "reason": reason})
    return report(done, as_json, "gitcp plan")
