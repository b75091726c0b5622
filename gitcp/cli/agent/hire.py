"""`gitcp agent hire`."""

from typing import Any

import click

from gitcp.cli.agent.fields import agent_fields, agent_options
from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, set_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("agent", type=MEMBER)
@agent_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings, /, agent: str, as_json: bool, assignments: tuple[tuple[str, Any], ...], **options: Any
) -> int:
    """Add an agent to the org chart. No slot of its heartbeat before now counts.

    \b
    Examples:
      gitcp agent hire riley --title "R&D scout" --reports-to clara --command "gitcp worker" --usd 2 --minutes 30
      gitcp agent hire riley --runtime claude-code --model sonnet --cron "0 9 * * MON" --prompt /rd-scan
    """
    asked = {
        "name": agent.replace("-", " ").title(),
        "runtime": "process",
        **{k: v for k, v in options.items() if v is not None},
    }
    if asked["runtime"] == "process" and not asked.get("command"):
        raise click.UsageError("Missing option '--command': the runtime process has to start something.")
    fields = {**agent_fields(asked), **dict(assignments)}
    with settings.desk() as desk:
        done = desk.apply("agent.hire", {"agent": agent, "fields": fields})
    return report(done, as_json, f"gitcp agent show {agent}", "gitcp check")
