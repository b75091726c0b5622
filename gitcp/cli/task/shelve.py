"""`gitcp task shelve`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import task_argument
from gitcp.cli.settings import Settings
from gitcp.cli.task.steps import step


@click.command()
@task_argument
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, as_json: bool) -> int:
    """Park a task in the backlog: nobody is woken for it.

    \b
    Example:
      gitcp task shelve CI-0028
    """
    return step(settings, task, as_json, "task.shelve")
