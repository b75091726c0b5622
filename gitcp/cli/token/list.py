"""`gitcp token list`."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from gitcp.cli.output import json_option, print_list, print_table
from gitcp.cli.settings import Settings


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """List the tokens that this machine accepts; the tokens themselves are kept nowhere.

    \b
    Examples:
      gitcp token
      gitcp token list --json
    """
    from gitcp.control.tokens import Tokens

    with settings.plane() as plane:
        now = plane.clock.now()
        rows = [
            {
                **{key: value for key, value in asdict(token).items() if key != "digest"},
                "good": token.is_good(now),
            }
            for token in Tokens(plane.state).all()
        ]
    return print_list(rows, as_json, _draw, "tokens")


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    print_table(
        [(row["id"], row["person"], row["created"], _until(row), row["name"] or "") for row in rows],
        heads=("token", "person", "created", "good until", "name"),
    )


def _until(row: dict[str, Any]) -> str:
    return str(row["expires"] or "revoked") if row["good"] else "expired"
