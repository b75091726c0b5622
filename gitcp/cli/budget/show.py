"""`gitcp budget show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.budget.lines import print_budgets
from gitcp.cli.output import json_option, print_facts, print_next, print_shown
from gitcp.cli.parameters import BUDGET
from gitcp.cli.settings import Settings
from gitcp.cli.text import when


@click.command()
@click.argument("budget", type=BUDGET)
@json_option
@click.pass_obj
def command(settings: Settings, budget: str, as_json: bool) -> int:
    """Show a budget: of each metric the limit, what is used, reserved and left.

    \b
    Example:
      gitcp budget show agent/riley
    """
    with settings.desk() as desk:
        view = desk.shown("budget", budget)
    return print_shown(view, as_json, _draw)


def _draw(budget: Mapping[str, Any]) -> None:
    print_facts(
        [
            ("covers", " ".join(filter(None, (budget["scope"], budget["target"])))),
            ("period", budget["period"]),
            ("since", when(budget["since"])),
            ("until", when(budget["until"])),
            ("warns at", ", ".join(f"{share:.0%}" for share in budget["warn_at"])),
            ("on exceed", budget["on_exceed"]),
            ("backfill", "yes" if budget["backfill"] else "no"),
        ]
    )
    click.echo()
    print_budgets([dict(budget)])
    print_next(f"gitcp budget edit {budget['id']} --help")
