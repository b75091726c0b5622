"""`gitcp task queue`."""

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
    """Take a task out of the backlog: it is `todo`, and its assignee is woken for it.

    \b
    Example:
      gitcp task queue CI-0028
    """
    return step(settings, task, as_json, "task.queue")
