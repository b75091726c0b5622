"""`gitcp person list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List persons: their place, and how much they have to do.

    \b
    Examples:
      gitcp person
      gitcp person list --json
    """
    with settings.desk() as desk:
        rows = [row for row in desk.members() if row["kind"] == "person"]
    return print_list(sorted(rows, key=lambda row: str(row["id"])), as_json, _draw, "persons")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [(row["id"], row["name"], row["reports_to"] or "-", row["open_tasks"], row["title"]) for row in rows],
        heads=("person", "name", "reports to", "open", "title"),
    )
