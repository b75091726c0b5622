"""`gitcp goal pause`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import GOAL, now_option, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("goal", type=GOAL)
@now_option
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, goal: str, now: bool, reason: str | None, as_json: bool) -> int:
    """Let no run start for a goal and those below it; statuses stay as they are.

    What runs goes on to its end. With --now it is stopped, and goes on when the goal is resumed.

    \b
    Examples:
      gitcp goal pause quality -m "not this month"
      gitcp goal pause quality --now
    """
    with settings.desk() as desk:
        done = desk.apply("goal.pause", {"goal": goal, "now": now, "reason": reason})
    return report(done, as_json, f"gitcp goal resume {goal}")
