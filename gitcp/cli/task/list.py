"""`gitcp task list`."""

import click

from gitcp.cli.desk import Desk, TaskFilter
from gitcp.cli.output import json_option, print_list
from gitcp.cli.parameters import GOAL, MEMBER, PROJECT, TASK
from gitcp.cli.settings import Settings
from gitcp.cli.tables import print_tasks, urgency
from gitcp.cli.words import OPEN_STATUSES, STATUSES


@click.command()
@click.option(
    "--status",
    "statuses",
    type=click.Choice(STATUSES),
    multiple=True,
    help="Repeatable.  [default: the open ones]",
)
@click.option("--all", "every", is_flag=True, help="The closed ones too, but the archived.")
@click.option("--archived", is_flag=True, help="The archived ones, and no other.")
@click.option("--assignee", type=MEMBER, metavar="MEMBER", help="Whose tasks.")
@click.option("--mine", is_flag=True, help="Your own tasks.")
@click.option("--project", type=PROJECT, metavar="KEY", help="Of one project.")
@click.option("--goal", type=GOAL, metavar="GOAL", help="For one goal.")
@click.option("--parent", type=TASK, metavar="TASK", help="The parts of a task.")
@click.option(
    "--label", "labels", multiple=True, metavar="LABEL", help="Tasks that have it; repeated: all of them."
)
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    as_json: bool,
    every: bool,
    archived: bool,
    mine: bool,
    statuses: tuple[str, ...],
    **conditions: str,
) -> int:
    """List tasks, those first that somebody must act on.

    \b
    Examples:
      gitcp task
      gitcp task list --assignee riley --status blocked
      gitcp task list --project CI --label scan --all --json
      gitcp task list --archived --assignee riley
    """
    wanted = statuses or (() if every or archived else OPEN_STATUSES)
    with settings.desk() as desk:
        conditions = {**conditions, **_own(desk, mine)}
        rows = sorted(desk.tasks(TaskFilter(wanted, archived=archived, **conditions)), key=urgency)
    return print_list(rows, as_json, print_tasks, "tasks")


def _own(desk: Desk, mine: bool) -> dict[str, str]:
    return {"assignee": desk.me()} if mine else {}
