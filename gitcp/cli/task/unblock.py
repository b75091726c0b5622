"""`gitcp task unblock`."""

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
    """Say that a blocked task can go on: it is `todo` and wakes its assignee, its attempts begin anew.

    \b
    Example:
      gitcp task unblock CI-0028
    """
    return step(settings, task, as_json, "task.unblock")
