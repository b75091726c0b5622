"""`gitcp task submit`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import task_argument, without_checks_option
from gitcp.cli.settings import Settings
from gitcp.cli.task.steps import step


@click.command()
@task_argument
@without_checks_option
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, without_checks: str | None, as_json: bool) -> int:
    """Hand a task to its reviewers, the first one first.

    \b
    Examples:
      gitcp task submit CI-0028
      gitcp task submit CI-0028 --without-checks "the check needs the machine of the customer"
    """
    return step(settings, task, as_json, "task.submit", without_checks=without_checks)
