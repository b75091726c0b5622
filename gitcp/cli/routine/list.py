"""`gitcp routine list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings
from gitcp.cli.text import when


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List routines with when each makes its next task.

    \b
    Examples:
      gitcp routine
      gitcp routine list --json
    """
    with settings.desk() as desk:
        rows = desk.listed("routine")
    return print_list(rows, as_json, _draw, "routines")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [
            (
                row["id"],
                row["status"],
                f"{row['cron']} {row['timezone']}",
                when(row["next"]) or "-",
                row["project"],
                row["assignee"] or "-",
                row["title"],
            )
            for row in rows
        ],
        heads=("routine", "status", "cron", "next", "project", "assignee", "title"),
    )
