"""`gitcp task cancel`."""

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
    """Close a task that will not be done. What waits for it must then be decided by somebody.

    \b
    Example:
      gitcp task cancel CI-0028 -m "the scan is gone"
    """
    return step(settings, task, as_json, "task.cancel", reason=reason)
