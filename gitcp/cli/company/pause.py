"""`gitcp company pause`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import now_option, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@now_option
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, now: bool, reason: str | None, as_json: bool) -> int:
    """Let no run start in the whole company, and no routine fire.

    What runs goes on to its end. With --now it is stopped, and goes on when the company is resumed.

    \b
    Examples:
      gitcp company pause -m "the machine moves"
      gitcp company pause --now
    """
    with settings.desk() as desk:
        done = desk.apply("company.pause", {"now": now, "reason": reason})
    return report(done, as_json, "gitcp company resume")
