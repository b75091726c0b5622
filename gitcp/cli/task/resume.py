"""`gitcp task resume`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import reason_option, task_argument
from gitcp.cli.settings import Settings
from gitcp.cli.task.steps import step


@click.command()
@task_argument
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, reason: str | None, as_json: bool) -> int:
    """End the hold of a task: it may go on, unless something above it is paused.

    \b
    Example:
      gitcp task resume CI-0028
    """
    return step(settings, task, as_json, "task.resume", reason=reason)
