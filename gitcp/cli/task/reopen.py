"""`gitcp task reopen`."""

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
    """Open a closed task again: it is `todo` and wakes its assignee.

    \b
    Example:
      gitcp task reopen CI-0028 -m "the check passes on stale scans"
    """
    return step(settings, task, as_json, "task.reopen", reason=reason)
