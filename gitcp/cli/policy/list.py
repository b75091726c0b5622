"""`gitcp policy list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List policies with how many gates and access rules they have.

    \b
    Examples:
      gitcp policy
      gitcp policy list --json
    """
    with settings.desk() as desk:
        rows = desk.listed("policy")
    return print_list(rows, as_json, _draw, "policies")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [(row["id"], row["gates"], row["access"], row["title"]) for row in rows],
        heads=("policy", "gates", "access", "title"),
    )
