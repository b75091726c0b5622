"""`gitcp document show`."""

import sys
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_json
from gitcp.cli.parameters import TASK
from gitcp.cli.settings import Settings


@click.command()
@click.argument("task", type=TASK)
@click.argument("name")
@click.option(
    "--at", metavar="REV", help="As it was: a revision, a commit, or the approval that is about it."
)
@json_option
@click.pass_obj
def command(settings: Settings, task: str, name: str, at: str | None, as_json: bool) -> int:
    """Print a document of a task; into a file or a pipe exactly as it is.

    \b
    Examples:
      gitcp document show CI-0028 plan
      gitcp document show CI-0028 plan --at AP-3
    """
    view = _present(settings, task, name) if at is None else _earlier(settings, task, name, at)
    if as_json:
        print_json(view)
    elif sys.stdout.isatty():
        print_block(view["text"], indent="")
    else:
        click.echo(view["text"], nl=False)
    return 0


def _present(settings: Settings, task: str, name: str) -> dict[str, Any]:
    with settings.desk() as desk:
        return desk.document(task, name)


def _earlier(settings: Settings, task: str, name: str, at: str) -> dict[str, Any]:
    from gitcp.control.document_history import revision_at

    with settings.plane() as plane:
        found = revision_at(plane, task, name, at)
    return {
        "id": f"{task}/{name}",
        "task": task,
        "document": name,
        "revision": found.revision,
        "approval": found.approval,
        "approved": found.approval is not None,
        "text": found.text,
    }
