"""`gitcp run cancel`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import RUN, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("run", type=RUN)
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, run: str, reason: str | None, as_json: bool) -> int:
    """Ask that a run ends: its runner stops it and settles it. Its task is then blocked, by you.

    \b
    Example:
      gitcp run cancel 20261122T090000Z-riley -m "wrong branch"
    """
    with settings.desk() as desk:
        done = desk.apply("run.cancel", {"run": run, "reason": reason})
    return report(done, as_json, f"gitcp run show {run}")
