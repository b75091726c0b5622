"""`gitcp document list`."""

from collections.abc import Sequence

import click

from gitcp.cli.desk import named_task
from gitcp.cli.output import json_option, print_block, print_list
from gitcp.cli.parameters import task_argument
from gitcp.cli.settings import Settings


@click.command()
@task_argument
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, as_json: bool) -> int:
    """List the names of a task's documents.

    \b
    Examples:
      gitcp document list CI-0028
      gitcp document CI-28 --json
    """
    with settings.desk() as desk:
        names = desk.task(named_task(desk, task))["documents"]
    return print_list(names, as_json, _draw, "documents")


def _draw(names: Sequence[str]) -> None:
    print_block("\n".join(names), indent="")
