"""`gitcp task finish`."""

import click

from gitcp.cli.desk import declared_task
from gitcp.cli.output import json_option
from gitcp.cli.parameters import Words, task_argument, without_checks_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@task_argument
@click.option("-m", "--summary", type=Words(), metavar="TEXT", help="What was done; - reads standard input.")
@without_checks_option
@json_option
@click.pass_obj
def command(
    settings: Settings, task: str | None, summary: str | None, without_checks: str | None, as_json: bool
) -> int:
    """Say that a task is done. If it names reviewers, it goes to them.

    Inside a run this is a declaration: it takes effect when the run ends, after the checks, and a later word replaces it.

    \b
    Examples:
      gitcp task finish CI-0028
      gitcp task finish CI-0028 --without-checks "checked by hand on the staging machine"
      gitcp task finish --summary "The check fails for scans older than seven days."
    """
    with settings.desk() as desk:
        done = desk.finish(declared_task(desk, task), summary, without_checks)
    return report(done, as_json)
