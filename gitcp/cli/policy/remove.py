"""`gitcp policy remove`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import POLICY
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("policy", type=POLICY)
@json_option
@click.pass_obj
def command(settings: Settings, policy: str, as_json: bool) -> int:
    """Remove a policy with all its rules; its history stays.

    \b
    Example:
      gitcp policy remove hiring-and-money
    """
    with settings.desk() as desk:
        done = desk.apply("policy.remove", {"id": policy})
    return report(done, as_json, "gitcp policy list")
