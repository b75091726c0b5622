"""`gitcp project show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_facts, print_heading, print_next, print_shown
from gitcp.cli.parameters import PROJECT
from gitcp.cli.pauses import why_paused
from gitcp.cli.settings import Settings
from gitcp.cli.tables import print_tasks, urgency
from gitcp.cli.text import line


@click.command()
@click.argument("project", type=PROJECT, metavar="KEY")
@json_option
@click.pass_obj
def command(settings: Settings, project: str, as_json: bool) -> int:
    """Show a project with its open tasks and the goals that it serves.

    \b
    Example:
      gitcp project show CI
    """
    with settings.desk() as desk:
        view = desk.shown("project", project)
    return print_shown(view, as_json, _draw)


def _draw(project: Mapping[str, Any]) -> None:
    click.echo(click.style(f"{line(project['id'])}  {line(project['name'])}", bold=True))
    print_facts(
        [
            ("status", project["status"]),
            ("paused", why_paused(project["paused"])),
            ("repository", project["repository"]),
            ("integrate", project["integrate"]),
            ("lead", project["lead"]),
            ("goal", " > ".join(f"{goal['id']} ({goal['title']})" for goal in project["goals"])),
            ("concurrency", project["concurrency"]),
            ("tasks", ", ".join(f"{count} {status}" for status, count in project["counts"].items() if count)),
        ]
    )
    if project["description"]:
        print_heading("Description")
        print_block(project["description"])
    if project["tasks"]:
        print_heading("Open tasks")
        print_tasks(sorted(project["tasks"], key=urgency))
    print_next(f"gitcp task new --project {project['id']} --title TEXT")
