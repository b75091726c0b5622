"""`gitcp agent terminate`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("agent", type=MEMBER)
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, agent: str, reason: str | None, as_json: bool) -> int:
    """End an agent's employment for good; its open tasks are then in its manager's inbox.

    \b
    Example:
      gitcp agent terminate riley -m "its work is done by nadia"
    """
    with settings.desk() as desk:
        done = desk.apply("agent.terminate", {"agent": agent, "reason": reason})
    return report(done, as_json)
