"""`gitcp company show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_facts, print_heading, print_next, print_shown
from gitcp.cli.pauses import print_pauses, why_paused
from gitcp.cli.settings import Settings
from gitcp.cli.text import amount, line


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Show the company: its settings, its repositories, and what is paused in it.

    \b
    Examples:
      gitcp company
      gitcp company --json
    """
    with settings.desk() as desk:
        view = desk.company()
    return print_shown(view, as_json, _draw)


def _draw(company: Mapping[str, Any]) -> None:
    click.echo(click.style(line(company["name"]), bold=True))
    limits = [
        f"{amount(name, value)} {name}" for name, value in company["limits"].items() if value is not None
    ]
    print_facts(
        [
            ("paused", why_paused(company["paused"])),
            ("time zone", company["timezone"]),
            ("runs at once", company["scheduler"]["concurrency"]),
            ("one run", ", ".join(limits)),
            ("assurance", company["trust"]["assurance"]),
            ("scheduler's keys", len(company["trust"]["scheduler_keys"]) or None),
            *((f"repository {name}", found["url"]) for name, found in company["repositories"].items()),
        ]
    )
    if company["mission"]:
        print_heading("Mission")
        print_block(company["mission"])
    print_pauses(company["held"])
    print_next(f"gitcp company {'resume' if company['paused'] else 'pause'}", "gitcp status")
