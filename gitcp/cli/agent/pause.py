"""`gitcp agent pause`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, now_option, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("agent", type=MEMBER)
@now_option
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, agent: str, now: bool, reason: str | None, as_json: bool) -> int:
    """Stop waking an agent. What it runs goes on; with --now it is stopped, and goes on when the agent is resumed.

    \b
    Example:
      gitcp agent pause riley -m "waits for the new sources"
    """
    with settings.desk() as desk:
        done = desk.apply("agent.pause", {"agent": agent, "now": now, "reason": reason})
    return report(done, as_json)
