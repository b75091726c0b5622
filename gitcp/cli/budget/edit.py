"""`gitcp budget edit`."""

from typing import Any

import click

from gitcp.cli.budget.fields import budget_fields, budget_options
from gitcp.cli.output import json_option
from gitcp.cli.parameters import BUDGET, set_option
from gitcp.cli.records import edit
from gitcp.cli.settings import Settings


@click.command()
@click.argument("budget", type=BUDGET)
@budget_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    budget: str,
    as_json: bool,
    assignments: tuple[tuple[str, Any], ...],
    **options: Any,
) -> int:
    """Change a budget; what is not given stays.

    \b
    Examples:
      gitcp budget edit agent/riley --usd 60
      gitcp budget edit agent/riley --set limits.runs=null
    """
    return edit(settings, "budget", budget, budget_fields(options, assignments), as_json)
