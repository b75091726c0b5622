"""`gitcp task new`."""

from typing import Any

import click

from gitcp.cli.desk import Desk
from gitcp.cli.output import json_option
from gitcp.cli.parameters import PROJECT, given
from gitcp.cli.report import created, report
from gitcp.cli.settings import Settings
from gitcp.cli.task.fields import task_options


@click.command()
@click.option(
    "--project",
    type=PROJECT,
    metavar="KEY",
    help="The project.  [default: the parent's, the run's, or the only one]",
)
@click.option("--title", required=True, metavar="TEXT", help="What it is, in one line.")
@task_options
@click.option("--backlog", is_flag=True, default=None, help="Park it: nobody is woken for it.")
@json_option
@click.pass_obj
def command(settings: Settings, /, as_json: bool, project: str | None, **options: Any) -> int:
    """Create a task. Its assignee is woken for it; without one it is in the inbox of the project's lead.

    Inside a run this is how an agent delegates: to itself or to who is below it. Its own task wakes it when all subtasks are closed.

    \b
    Examples:
      gitcp task new --project CI --title "Enforce the scan cadence" --assignee riley
      gitcp task new --parent CI-28 --title "Write the check" --verify "python tools/check.py" --review clara
      gitcp task new --project CI --title "Plan the release" --backlog -d - < plan.md
    """
    with settings.desk() as desk:
        fields = given(options)
        done = desk.apply("task.create", {"project": project or _project(desk, options["parent"]), **fields})
    return report(done, as_json, f"gitcp task show {created(done, 'task')}")


def _project(desk: Desk, parent: str | None) -> str:
    known = parent or desk.task_of_run
    if known is not None:
        return known.rpartition("-")[0]
    projects = [] if desk.is_inside else [row["id"] for row in desk.listed("project")]
    if len(projects) == 1:
        return str(projects[0])
    raise click.UsageError(
        "Missing option '--project'." + (f" There are {', '.join(projects)}." if projects else "")
    )
