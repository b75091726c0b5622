"""`gitcp budget raise`."""

from typing import Any

import click

from gitcp.cli.budget.fields import limit_options
from gitcp.cli.output import json_option
from gitcp.cli.parameters import BUDGET, given
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("budget", type=BUDGET)
@limit_options
@click.option("--this-period", is_flag=True, help="For the period that it is in now, and no later one.")
@json_option
@click.pass_obj
def command(settings: Settings, /, budget: str, this_period: bool, as_json: bool, **amounts: Any) -> int:
    """Add to what a budget allows: so much more of each metric that is given.

    \b
    Examples:
      gitcp budget raise agent/riley --usd 20 --this-period
      gitcp budget raise company --usd 100 --runs 50
    """
    limits = given(amounts)
    if not limits:
        raise click.UsageError("Nothing to add: give at least one amount, such as --usd 20.")
    with settings.desk() as desk:
        fields = {"budget": budget, "limits": limits, "this_period": this_period}
        done = desk.apply("budget.raise", fields)
    return report(done, as_json, f"gitcp budget show {budget}")
