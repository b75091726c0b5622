"""`gitcp goal show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_facts, print_heading, print_next, print_shown
from gitcp.cli.parameters import GOAL
from gitcp.cli.pauses import why_paused
from gitcp.cli.settings import Settings
from gitcp.cli.tables import print_tasks, urgency
from gitcp.cli.text import line


@click.command()
@click.argument("goal", type=GOAL)
@json_option
@click.pass_obj
def command(settings: Settings, goal: str, as_json: bool) -> int:
    """Show a goal with those above and below it, its projects and its tasks.

    \b
    Example:
      gitcp goal show quality
    """
    with settings.desk() as desk:
        view = desk.shown("goal", goal)
    return print_shown(view, as_json, _draw)


def _draw(goal: Mapping[str, Any]) -> None:
    click.echo(click.style(f"{line(goal['id'])}  {line(goal['title'])}", bold=True))
    print_facts(
        [
            ("level", goal["level"]),
            ("status", goal["status"]),
            ("paused", why_paused(goal["paused"])),
            ("owner", goal["owner"]),
            ("due", goal["due"]),
            ("serves", " > ".join(f"{above['id']} ({above['title']})" for above in goal["ancestry"])),
            ("subgoals", ", ".join(below["id"] for below in goal["children"])),
            ("projects", ", ".join(goal["projects"])),
            ("tasks", ", ".join(f"{count} {status}" for status, count in goal["counts"].items() if count)),
        ]
    )
    if goal["description"]:
        print_heading("Description")
        print_block(goal["description"])
    if goal["tasks"]:
        print_heading("Tasks")
        print_tasks(sorted(goal["tasks"], key=urgency))
    print_next(f"gitcp goal edit {goal['id']} --help", f"gitcp task list --goal {goal['id']} --all")
