"""`gitcp agent pause`."""

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
    """Stop waking an agent; what it runs goes on.

    \b
    Example:
      gitcp agent pause riley -m "waits for the new sources"
    """
    with settings.desk() as desk:
        done = desk.apply("agent.pause", {"agent": agent, "reason": reason})
    return report(done, as_json)
