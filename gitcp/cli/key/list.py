"""`gitcp key list`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List the keys that the records name, and whose they are: whose signatures count at the level `signed`.

    \b
    Examples:
      gitcp key
      gitcp key list --json
    """
    from gitcp.core.keys import named_keys

    with settings.plane() as plane:
        rows = [
            {"owner": each.owner, "kind": each.kind, "fingerprint": each.fingerprint, "key": each.key}
            for each in named_keys(plane.snapshot())
        ]
    return print_list(rows, as_json, _draw, "keys")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [(row["owner"], row["kind"], row["fingerprint"]) for row in rows], heads=("whose", "kind", "key")
    )
