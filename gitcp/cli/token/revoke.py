"""`gitcp token revoke`."""

from dataclasses import asdict

import click

from gitcp.cli.output import json_option, print_json
from gitcp.cli.settings import Settings


@click.command()
@click.argument("token", metavar="TOKEN")
@json_option
@click.pass_obj
def command(settings: Settings, token: str, as_json: bool) -> int:
    """Accept a token no more; it is named by its id, as `gitcp token list` shows it.

    \b
    Example:
      gitcp token revoke 4f2a91
    """
    from gitcp.control.tokens import Tokens

    with settings.plane() as plane:
        gone = Tokens(plane.state).revoke(token)
    if as_json:
        print_json({key: value for key, value in asdict(gone).items() if key != "digest"})
    else:
        click.echo(f"revoked token {gone.id} of {gone.person}")
    return 0
