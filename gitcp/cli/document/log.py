"""`gitcp document log`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.parameters import TASK
from gitcp.cli.settings import Settings
from gitcp.cli.text import when


@click.command()
@click.argument("task", type=TASK)
@click.argument("name")
@json_option
@click.pass_obj
def command(settings: Settings, task: str, name: str, as_json: bool) -> int:
    """List the revisions of a document, the newest first, with who wrote each and which approval is about it.

    \b
    Example:
      gitcp document log CI-0028 plan
    """
    from gitcp.control.document_history import revisions
    from gitcp.model.base import format_instant

    with settings.plane() as plane:
        rows = [
            {
                "revision": each.revision,
                "commit": each.commit,
                "at": format_instant(each.at),
                "by": each.by,
                "approval": each.approval,
            }
            for each in revisions(plane, task, name)
        ]
    return print_list(rows, as_json, _draw, "revisions")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    from gitcp.core.documents import short

    told = [
        (
            short(row["revision"]),
            when(row["at"]),
            row["by"],
            row["approval"] or "-",
            row["commit"][:12],
        )
        for row in rows
    ]
    print_table(told, heads=("revision", "written", "by", "approved", "commit"))
