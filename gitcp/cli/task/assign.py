"""`gitcp task assign`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, TASK
from gitcp.cli.settings import Settings
from gitcp.cli.task.steps import step


@click.command()
@click.argument("task", type=TASK)
@click.argument("member", type=MEMBER, required=False)
@click.option("--nobody", is_flag=True, help="Take it away: it is then in the inbox of the project's lead.")
@json_option
@click.pass_obj
def command(settings: Settings, task: str, member: str | None, nobody: bool, as_json: bool) -> int:
    """Give a task to a member. Its attempts begin anew; an agent is woken for it.

    \b
    Examples:
      gitcp task assign CI-0028 riley
      gitcp task assign CI-0028 --nobody
    """
    if nobody is (member is not None):
        raise click.UsageError("Give either a MEMBER or --nobody.")
    return step(settings, task, as_json, "task.assign", assignee=member)
