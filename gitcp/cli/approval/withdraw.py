"""`gitcp approval withdraw`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import APPROVAL, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("approval", type=APPROVAL)
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, approval: str, reason: str | None, as_json: bool) -> int:
    """Take a request back: yours, or that of somebody below you.

    \b
    Example:
      gitcp approval withdraw AP-3 -m "Found another way."
    """
    with settings.desk() as desk:
        done = desk.apply("approval.withdraw", {"approval": approval, "reason": reason})
    return report(done, as_json)
