"""`gitcp approval list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings
from gitcp.cli.text import lasting, when


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List approvals, those first that wait for a decision, the oldest on top.

    \b
    Examples:
      gitcp approval
      gitcp approval list --json
    """
    with settings.desk() as desk:
        rows = desk.listed("approval")
    return print_list(rows, as_json, _draw, "approvals")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [
            (
                row["id"],
                row["status"],
                row["requested_by"],
                when(row["requested_at"]),
                lasting(row["waited_minutes"]),
                row["task"] or "-",
                row["missing"] or "",
                ", ".join(row["waits_for"]),
                row["title"],
            )
            for row in rows
        ],
        heads=("approval", "status", "by", "since", "age", "task", "missing", "waits for", "title"),
    )
