"""`gitcp project list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings
from gitcp.cli.words import OPEN_STATUSES


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List projects with how much is open and done.

    \b
    Examples:
      gitcp project
      gitcp project list --json
    """
    with settings.desk() as desk:
        rows = desk.listed("project")
    return print_list(rows, as_json, _draw, "projects")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [
            (
                row["id"],
                f"{row['status']}, paused" if row["paused"] else row["status"],
                row["repository"],
                row["lead"] or "-",
                sum(row["tasks"][status] for status in OPEN_STATUSES),
                row["tasks"]["done"],
                row["name"],
            )
            for row in rows
        ],
        heads=("project", "status", "repository", "lead", "open", "done", "name"),
    )
