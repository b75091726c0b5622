"""`gitcp run cost`."""

from typing import Any

import click

from gitcp.cli.output import json_option, print_json
from gitcp.cli.parameters import Number, given
from gitcp.cli.settings import Settings


@click.command()
@click.option("--usd", type=Number(), metavar="AMOUNT", help="Money.")
@click.option(
    "--tokens", type=click.IntRange(min=0), metavar="N", help="Tokens in sum.  [default: those in and out]"
)
@click.option("--input-tokens", type=click.IntRange(min=0), metavar="N")
@click.option("--output-tokens", type=click.IntRange(min=0), metavar="N")
@click.option("--model", metavar="NAME", help="The model that it was spent on.")
@json_option
@click.pass_obj
def command(settings: Settings, /, as_json: bool, **amounts: Any) -> int:
    """Report, inside a run, what it has cost since the last report; reports add up.

    \b
    Example:
      gitcp run cost --usd 0.12 --input-tokens 8200 --output-tokens 950 --model sonnet
    """
    spent = given(amounts)
    if not spent:
        raise click.UsageError("Nothing to report: give --usd or --tokens.")
    with settings.desk() as desk:
        total = desk.cost(spent)
    if as_json:
        print_json(total)
    else:
        click.echo(f"reported up to now: {total['usd']:.6g} USD, {total['tokens']} tokens")
    return 0
