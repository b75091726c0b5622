"""`gitcp task edit`."""

from typing import Any

import click

from gitcp.cli.desk import named_task
from gitcp.cli.output import json_option
from gitcp.cli.parameters import given, set_option, task_argument
from gitcp.cli.report import report
from gitcp.cli.settings import Settings
from gitcp.cli.task.fields import EMPTY, task_options


@click.command()
@task_argument
@click.option("--title", metavar="TEXT", help="What it is, in one line.")
@task_options
@click.option("--clear", multiple=True, type=click.Choice(list(EMPTY)), help="Empty a field. Repeatable.")
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    task: str | None,
    as_json: bool,
    clear: tuple[str, ...],
    assignments: tuple[tuple[str, Any], ...],
    **options: Any,
) -> int:
    """Change what a task says; what is not given stays. A list that is given replaces the one before.

    The status has commands of its own. An assignee may not change who checks its work, what checks it, or what it is worth.

    \b
    Examples:
      gitcp task edit CI-28 --priority high --due 2026-11-30
      gitcp task edit CI-28 --blocked-by CI-21 --blocked-by CI-22
      gitcp task edit CI-28 --clear assignee --label scan --label ci
    """
    fields = {**{name: EMPTY[name] for name in clear}, **given(options), **dict(assignments)}
    if not fields:
        raise click.UsageError("Nothing to change: give at least one option.")
    with settings.desk() as desk:
        name = named_task(desk, task)
        done = desk.apply("task.edit", {"task": name, "fields": fields})
    return report(done, as_json, f"gitcp task show {name}")
