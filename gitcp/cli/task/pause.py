"""`gitcp task pause`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import now_option, reason_option, task_argument
from gitcp.cli.settings import Settings
from gitcp.cli.task.steps import step


@click.command()
@task_argument
@now_option
@reason_option
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, now: bool, reason: str | None, as_json: bool) -> int:
    """Let no run start for a task and its parts; their statuses stay as they are.

    What runs goes on to its end. With --now it is stopped, and goes on when the task is resumed.

    \b
    Examples:
      gitcp task pause CI-0028 -m "waits for the new sources"
      gitcp task pause CI-0028 --now
    """
    return step(settings, task, as_json, "task.pause", now=now, reason=reason)
