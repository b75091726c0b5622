"""`gitcp policy show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_facts, print_heading, print_shown
from gitcp.cli.parameters import POLICY
from gitcp.cli.settings import Settings
from gitcp.cli.text import line


@click.command()
@click.argument("policy", type=POLICY)
@json_option
@click.pass_obj
def command(settings: Settings, policy: str, as_json: bool) -> int:
    """Show a policy with its gates.

    \b
    Example:
      gitcp policy show hiring-and-money
    """
    with settings.desk() as desk:
        view = desk.shown("policy", policy)
    return print_shown(view, as_json, _draw)


def _draw(policy: Mapping[str, Any]) -> None:
    click.echo(click.style(f"{line(policy['id'])}  {line(policy['title'])}", bold=True))
    if policy["description"]:
        print_heading("Description")
        print_block(policy["description"])
    for gate in policy["gates"]:
        print_heading(f"{', '.join(gate['operations'])}: {gate['verdict']}")
        told = {
            name: value for name, value in gate.items() if name not in {"operations", "verdict"} and value
        }
        print_facts([(name.replace("_", " "), _told(value)) for name, value in told.items()])


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
