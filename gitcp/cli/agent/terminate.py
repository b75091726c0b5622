"""`gitcp agent terminate`."""

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
    """End an agent's employment for good; its open tasks are then in its manager's inbox.

    What it runs goes on; with --now it is stopped.

    \b
    Example:
      gitcp agent terminate riley -m "its work is done by nadia"
    """
    with settings.desk() as desk:
        done = desk.apply("agent.terminate", {"agent": agent, "now": now, "reason": reason})
    return report(done, as_json)
