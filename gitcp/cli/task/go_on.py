"""`gitcp task continue`."""

import click

from gitcp.cli.desk import declared_task
from gitcp.cli.output import json_option
from gitcp.cli.parameters import Words, task_argument
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command(name="continue")
@task_argument
@click.option(
    "-m",
    "--summary",
    type=Words(),
    metavar="TEXT",
    help="What was done and what is left; - reads standard input.",
)
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, summary: str | None, as_json: bool) -> int:
    """Say, inside a run, that more is to do on its task: its agent is woken again after the run.

    \b
    Example:
      gitcp task continue --summary "Three of five sources are read."
    """
    with settings.desk() as desk:
        done = desk.go_on(declared_task(desk, task), summary)
    return report(done, as_json)
