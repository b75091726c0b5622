"""`gitcp budget list`."""

import click

from gitcp.cli.budget.lines import print_budgets
from gitcp.cli.output import json_option, print_list
from gitcp.cli.settings import Settings


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List budgets: of each metric the limit, what is used, what running runs have reserved, and what is left.

    \b
    Examples:
      gitcp budget
      gitcp budget list --json
    """
    with settings.desk() as desk:
        rows = desk.listed("budget")
    return print_list(rows, as_json, print_budgets, "budgets")
