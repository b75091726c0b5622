"""`gitcp run list`."""

from typing import Any

import click

from gitcp.cli.desk import RunFilter
from gitcp.cli.output import json_option, print_list
from gitcp.cli.parameters import MEMBER, TASK
from gitcp.cli.settings import Settings
from gitcp.cli.tables import print_runs
from gitcp.cli.words import OUTCOMES


@click.command()
@click.option("--agent", type=MEMBER, metavar="AGENT", help="Whose runs.")
@click.option("--task", type=TASK, metavar="TASK", help="Of one task.")
@click.option(
    "--outcome", "outcomes", type=click.Choice(OUTCOMES), multiple=True, help="How they ended. Repeatable."
)
@click.option("--active", is_flag=True, help="Only those that have not ended.")
@click.option("--archived", is_flag=True, help="The archived ones, and no other.")
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    metavar="N",
    help="At most so many.",
)
@click.option("--all", "every", is_flag=True, help="Without a limit.")
@json_option
@click.pass_obj
def command(settings: Settings, /, as_json: bool, limit: int, every: bool, **conditions: Any) -> int:
    """List runs, the newest first. Of a run that has not ended, the amounts are what it reserved.

    \b
    Examples:
      gitcp run
      gitcp run list --agent riley --outcome failed
      gitcp run list --task CI-28 --all --json
      gitcp run list --archived --agent riley
    """
    with settings.desk() as desk:
        rows = desk.runs(RunFilter(**conditions, limit=None if every else limit))
    return print_list(rows, as_json, print_runs, "runs")
