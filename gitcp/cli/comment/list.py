"""`gitcp comment list`."""

import click

from gitcp.cli.desk import named_task
from gitcp.cli.output import json_option, print_list
from gitcp.cli.parameters import task_argument
from gitcp.cli.settings import Settings
from gitcp.cli.thread import print_comments


@click.command()
@task_argument
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, as_json: bool) -> int:
    """List the comments of a task, the oldest first.

    \b
    Examples:
      gitcp comment list CI-0028
      gitcp comment CI-28 --json
    """
    with settings.desk() as desk:
        comments = desk.task(named_task(desk, task))["comments"]
    return print_list(comments, as_json, print_comments, "comments")
