"""`gitcp agent list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings


@click.command()
@click.option("--all", "every", is_flag=True, help="The terminated ones too.")
@json_option
@click.pass_obj
def command(settings: Settings, every: bool, as_json: bool) -> int:
    """List agents: what they run on, when they wake, how much they have to do.

    \b
    Examples:
      gitcp agent
      gitcp agent list --all --json
    """
    with settings.desk() as desk:
        rows = [
            row
            for row in desk.members()
            if row["kind"] == "agent" and (every or row["status"] != "terminated")
        ]
    return print_list(sorted(rows, key=lambda row: str(row["id"])), as_json, _draw, "agents")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [
            (
                row["id"],
                "working" if row["active_runs"] else row["status"],
                row["reports_to"] or "-",
                row["runtime"],
                row["heartbeat"] or "-",
                row["open_tasks"],
                row["title"],
            )
            for row in rows
        ],
        heads=("agent", "status", "reports to", "runtime", "heartbeat", "open", "title"),
    )
