"""`gitcp routine show`."""

import shlex
from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_facts, print_heading, print_next, print_shown
from gitcp.cli.parameters import ROUTINE
from gitcp.cli.settings import Settings
from gitcp.cli.text import line, when


@click.command()
@click.argument("routine", type=ROUTINE)
@json_option
@click.pass_obj
def command(settings: Settings, routine: str, as_json: bool) -> int:
    """Show a routine with its next ten slots, its last task, and the task that it makes.

    \b
    Example:
      gitcp routine show weekly-health
    """
    with settings.desk() as desk:
        view = desk.shown("routine", routine)
    return print_shown(view, as_json, _draw)


def _draw(routine: Mapping[str, Any]) -> None:
    task = routine["task"]
    click.echo(click.style(f"{line(routine['id'])}  {line(routine['title'])}", bold=True))
    print_facts(
        [
            ("status", routine["status"]),
            ("cron", f"{routine['cron']} {routine['timezone'] or ''}"),
            ("next", ", ".join(when(slot) for slot in routine["next_slots"]) or "never"),
            ("since", when(routine["since"])),
            ("overlap", routine["overlap"]),
            ("catch up", routine["catch_up"]),
            ("tasks so far", routine["made"]),
            ("last task", _last(routine["last_task"])),
            ("now", routine["held"]),
        ]
    )
    print_heading("The task that it makes")
    print_facts(
        [
            ("title", task["title"]),
            ("project", task["project"]),
            ("assignee", task["assignee"] or "nobody"),
            ("priority", task["priority"]),
            ("goal", task["goal"]),
            ("labels", ", ".join(task["labels"])),
            ("checks", "; ".join(shlex.join(argv) for argv in task["verify"])),
            ("review", ", ".join(task["review"])),
        ]
    )
    print_block(task["description"] or "")
    print_next(f"gitcp routine edit {routine['id']} --help")


def _last(task: Mapping[str, Any] | None) -> str | None:
    if task is None:
        return None
    late = task["late_minutes"]
    slot = f", for {when(task['slot'])}" if task["slot"] else ""
    return f"{task['id']}, {task['status']}{slot}" + (f", {late:g} minutes late" if late else "")
