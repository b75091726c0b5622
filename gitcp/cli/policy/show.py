"""`gitcp policy show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_heading, print_next, print_shown
from gitcp.cli.parameters import POLICY
from gitcp.cli.settings import Settings
from gitcp.cli.text import line


@click.command()
@click.argument("policy", type=POLICY)
@json_option
@click.pass_obj
def command(settings: Settings, policy: str, as_json: bool) -> int:
    """Show a policy, its rules as sentences.

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
    for name, title in (("gates", "Gates"), ("access", "Access: persons may do only what is granted")):
        if policy[name]:
            print_heading(title)
        for number, rule in enumerate(policy[name]):
            click.echo(f"  {name}[{number}]  {line(rule['says'])}")
            if rule.get("reason"):
                click.echo(
                    click.style(f"  {' ' * len(f'{name}[{number}]')}  {line(rule['reason'])}", dim=True)
                )
    print_next(f"gitcp policy edit {policy['id']} --help", "gitcp policy test --help")
