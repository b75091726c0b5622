"""`gitcp goal list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import coloured, json_option, print_list, print_tree
from gitcp.cli.settings import Settings
from gitcp.cli.text import bar, line


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Draw the goals as a tree, each with its progress: closed tasks of all that are not cancelled, its subgoals' included.

    \b
    Examples:
      gitcp goal
      gitcp goal list --json
    """
    with settings.desk() as desk:
        rows = desk.listed("goal")
    return print_list(rows, as_json, _draw, "goals")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_tree([(row["depth"], _label(row, counts)) for row, counts in zip(rows, totals(rows), strict=True)])


def _label(row: dict[str, Any], counts: tuple[int, int]) -> str:
    done, every = counts
    name = click.style(line(row["id"]), bold=True)
    progress = f"{bar(done / every, 10)} {done}/{every}" if every else "no tasks"
    owner = f"  {line(row['owner'])}" if row["owner"] else ""
    states = [row["status"]] * (row["status"] != "active") + ["paused"] * (row["paused"] is not None)
    state = "".join(f"  {coloured(word)}" for word in states)
    return f"{name}  {line(row['title'])}  {click.style(progress, dim=not every)}{owner}{state}"


def totals(rows: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """Return for each goal how many tasks are done, and how many there are, its subgoals' included."""
    found: list[tuple[int, int]] = []
    open_sums: list[tuple[int, int, int]] = []
    for row in reversed(rows):
        done, every = row["tasks"]["done"], sum(row["tasks"].values()) - row["tasks"]["cancelled"]
        while open_sums and open_sums[-1][0] > row["depth"]:
            _, below_done, below_every = open_sums.pop()
            done, every = done + below_done, every + below_every
        open_sums.append((row["depth"], done, every))
        found.append((done, every))
    return found[::-1]
