"""`gitcp agent terminate`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, move_option, now_option, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("agent", type=MEMBER)
@now_option
@move_option
@reason_option
@json_option
@click.pass_obj
def command(
    settings: Settings, agent: str, now: bool, move_reports_to: str | None, reason: str | None, as_json: bool
) -> int:
    """End an agent's employment for good; its open tasks are then in its manager's inbox.

    What it runs goes on; with --now it is stopped. Nobody is left without a manager: who reports to it gets another one.

    \b
    Examples:
      gitcp agent terminate riley -m "its work is done by nadia"
      gitcp agent terminate clara --move-reports-to alex
    """
    with settings.desk() as desk:
        fields = {"agent": agent, "now": now, "move_reports_to": move_reports_to, "reason": reason}
        done = desk.apply("agent.terminate", fields)
    return report(done, as_json)
