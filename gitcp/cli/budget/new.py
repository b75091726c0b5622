"""`gitcp budget new`."""

from typing import Any

import click

from gitcp.cli.budget.fields import budget_fields, budget_options
from gitcp.cli.output import json_option
from gitcp.cli.parameters import BUDGET, set_option
from gitcp.cli.records import create, expect
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
    """Create a budget. BUDGET is `company`, or what it covers: agent/ID, subtree/ID, project/KEY, goal/ID, task/ID.

    \b
    Examples:
      gitcp budget new agent/riley --period month --usd 40 --runs 200 --warn-at 0.5 --warn-at 0.8
      gitcp budget new company --period month --usd 300 --on-exceed ask
    """
    expect(options, "period")
    fields = budget_fields(options, assignments)
    return create(settings, "budget", budget, fields, as_json)
