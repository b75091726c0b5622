"""`gitcp task block`."""

import click

from gitcp.cli.desk import declared_task
from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, Words, task_argument
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@task_argument
@click.option(
    "-m",
    "--reason",
    type=Words(),
    required=True,
    metavar="TEXT",
    help="What is missing; - reads standard input.",
)
@click.option(
    "--waits-for", type=MEMBER, metavar="MEMBER", help="Who must act.  [default: the assignee's manager]"
)
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, reason: str, waits_for: str | None, as_json: bool) -> int:
    """Say that a task cannot go on before somebody acts; it is then in their inbox.

    Inside a run this is a declaration: it takes effect when the run ends, and a later word replaces it.

    \b
    Examples:
      gitcp task block CI-0028 --reason "needs access to the scan log" --waits-for alex
      gitcp task block --reason "the two sources disagree; which one counts?"
    """
    with settings.desk() as desk:
        done = desk.block(declared_task(desk, task), reason, waits_for)
    return report(done, as_json)
