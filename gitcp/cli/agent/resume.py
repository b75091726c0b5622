"""`gitcp agent resume`."""

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
    """Wake a paused agent again, not for slots of its heartbeat that passed.

    \b
    Example:
      gitcp agent resume riley
    """
    with settings.desk() as desk:
        done = desk.apply("agent.resume", {"agent": agent, "reason": reason})
    return report(done, as_json)
