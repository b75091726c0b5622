"""`gitcp document show`."""

import sys

import click

from gitcp.cli.output import json_option, print_block, print_json
from gitcp.cli.parameters import TASK
from gitcp.cli.settings import Settings


@click.command()
@click.argument("task", type=TASK)
@click.argument("name")
@json_option
@click.pass_obj
def command(settings: Settings, task: str, name: str, as_json: bool) -> int:
    """Print a document of a task; into a file or a pipe exactly as it is.

    \b
    Example:
      gitcp document show CI-0028 plan
    """
    with settings.desk() as desk:
        view = desk.document(task, name)
    if as_json:
        print_json(view)
    elif sys.stdout.isatty():
        print_block(view["text"], indent="")
    else:
        click.echo(view["text"], nl=False)
    return 0
