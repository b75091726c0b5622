"""`gitcp task review`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import Words, task_argument
from gitcp.cli.settings import Settings
from gitcp.cli.task.steps import step


@click.command()
@task_argument
@click.option("--approve", "verdict", flag_value="approve", help="It does what the task asks.")
@click.option(
    "--request-changes",
    "verdict",
    flag_value="request-changes",
    help="It does not; say what has to be different.",
)
@click.option(
    "-m",
    "--comment",
    type=Words(),
    required=True,
    metavar="TEXT",
    help="What you looked at and found; - reads standard input.",
)
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, verdict: str | None, comment: str, as_json: bool) -> int:
    """Approve a submitted task, or ask for changes. The last approval finishes it; changes return it to its assignee.

    \b
    Examples:
      gitcp task review CI-0028 --approve -m "Ran it on last week's scans: fails where it must."
      gitcp task review CI-0028 --request-changes -m "A scan of exactly seven days passes."
    """
    if verdict is None:
        raise click.UsageError("Say --approve or --request-changes.")
    return step(settings, task, as_json, "task.review", verdict=verdict, comment=comment)
