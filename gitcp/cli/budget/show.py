"""`gitcp budget show`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from gitcp.cli.budget.lines import print_budgets
from gitcp.cli.budget.spending import print_earlier, print_spenders
from gitcp.cli.output import json_option, print_facts, print_heading, print_next, print_shown, print_table
from gitcp.cli.parameters import BUDGET
from gitcp.cli.settings import Settings
from gitcp.cli.text import amount, when


@click.command()
@click.argument("budget", type=BUDGET)
@json_option
@click.pass_obj
def command(settings: Settings, budget: str, as_json: bool) -> int:
    """Show a budget: of each metric the limit, what is used, reserved and left, when it runs dry; its biggest spenders, what was added, and what earlier periods took.

    \b
    Example:
      gitcp budget show agent/riley
    """
    with settings.desk() as desk:
        view = desk.shown("budget", budget)
    return print_shown(view, as_json, _draw)


def _draw(budget: Mapping[str, Any]) -> None:
    asked = budget["asked"]
    print_facts(
        [
            ("covers", " ".join(filter(None, (budget["scope"], budget["target"])))),
            ("period", budget["period"]),
            ("since", when(budget["since"])),
            ("until", when(budget["until"])),
            ("warns at", ", ".join(f"{share:.0%}" for share in budget["warn_at"])),
            ("on exceed", budget["on_exceed"]),
            ("asked for more", f"{asked['id']} is {asked['status']}" if asked else None),
            ("backfill", "yes" if budget["backfill"] else "no"),
        ]
    )
    click.echo()
    print_budgets([dict(budget)])
    _draw_top_ups(budget["top_ups"])
    print_spenders("agent", budget["spenders"]["agents"], is_whole=budget["spenders"]["whole"])
    print_spenders("task", budget["spenders"]["tasks"], is_whole=budget["spenders"]["whole"])
    print_earlier(budget["earlier"])
    print_next(f"gitcp budget raise {budget['id']} --help", f"gitcp budget edit {budget['id']} --help")


def _draw_top_ups(found: Sequence[Mapping[str, Any]]) -> None:
    if found:
        print_heading("Added for this period")
        rows = [
            (when(each["at"]), _amounts(each["limits"]), each.get("approval") or "by hand") for each in found
        ]
        print_table(rows, heads=("when", "what", "approved by"))


def _amounts(limits: Mapping[str, Any]) -> str:
    return ", ".join(f"{amount(m, value)} {m}" for m, value in limits.items() if value is not None)
