"""`gitcp agent edit`."""

from typing import Any

import click

from gitcp.cli.agent.fields import agent_fields, agent_options
from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, set_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("member", type=MEMBER)
@agent_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    member: str,
    as_json: bool,
    assignments: tuple[tuple[str, Any], ...],
    **options: Any,
) -> int:
    """Change an agent or a person; what is not given stays. A new cron expression does not fire for the past.

    Whether it may be woken is changed by pause, resume and terminate.

    \b
    Examples:
      gitcp agent edit riley --title "Head of R&D" --usd 3 --cron "0 9 * * MON,THU"
      gitcp agent edit riley --set heartbeat=null --set runtime.environment.LOG=debug
      gitcp agent edit alex --set 'emails=["alex@example.com"]'
    """
    fields = {**agent_fields(options), **dict(assignments)}
    if not fields:
        raise click.UsageError("Nothing to change: give at least one option.")
    with settings.desk() as desk:
        done = desk.apply("agent.edit", {"id": member, "fields": fields})
    return report(done, as_json, f"gitcp agent show {member}")
