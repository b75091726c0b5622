"""`gitcp agent rename`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("agent", type=MEMBER)
@click.argument("to", type=MEMBER, metavar="NEW")
@json_option
@click.pass_obj
def command(settings: Settings, agent: str, to: str, as_json: bool) -> int:
    """Give an agent another id. Open work follows; its runs, and what they cost, stay under the old one, and so do its budgets.

    \b
    Example:
      gitcp agent rename riley nadia
    """
    with settings.desk() as desk:
        done = desk.apply("agent.rename", {"agent": agent, "to": to})
    return report(done, as_json, f"gitcp agent show {to}")
