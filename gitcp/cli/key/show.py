"""`gitcp key show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_facts, print_shown, say
from gitcp.cli.settings import Settings


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Show the key that the scheduler signs with on this machine: where it lies, and its public half. The key itself is never shown.

    \b
    Examples:
      gitcp key show
      gitcp key show --json
    """
    from dataclasses import asdict

    from gitcp.control.keys import key_here

    with settings.plane() as plane:
        view = asdict(key_here(plane))
    return print_shown(view, as_json, draw)


def draw(key: Mapping[str, Any]) -> None:
    """Print the scheduler's key, and what a person has to add for it."""
    named = "by gitcp.yaml" if key["is_named"] else "not yet"
    print_facts(
        [("file", key["file"]), ("key", key["public"]), ("fingerprint", key["fingerprint"]), ("named", named)]
    )
    if not key["is_named"]:
        say("let a person add it to gitcp.yaml, and commit:")
        say(f"trust:\n  scheduler_keys:\n    - {key['public']}")
