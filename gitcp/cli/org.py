"""`gitcp org`."""

from typing import Any

import click

from gitcp.cli.output import coloured, json_option, print_json, print_tree
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Draw the org chart: who reports to whom, who is at work, who has how much to do.

    \b
    Examples:
      gitcp org
      gitcp org --json
    """
    with settings.desk() as desk:
        rows = desk.members()
    if as_json:
        print_json(rows)
    else:
        print_tree([(row["depth"], _label(row)) for row in rows])
    return 0


def _label(row: dict[str, Any]) -> str:
    name = click.style(line(row["id"]), bold=True)
    called = line(f"{row['name']}, {row['title']}" if row["title"] else row["name"])
    return "  ".join([name, called, *_notes(row)])


def _notes(row: dict[str, Any]) -> list[str]:
    notes = ["person"] if row["kind"] == "person" else []
    if row["active_runs"]:
        notes.append(click.style("working", fg="cyan"))
    if row["status"] not in {None, "active"}:
        notes.append(coloured(row["status"]))
    if row["open_tasks"]:
        notes.append(counted(row["open_tasks"], "open task"))
    if row["heartbeat"]:
        notes.append(f"wakes {line(row['heartbeat'])}")
    return [click.style("· ", dim=True) + note for note in notes]
