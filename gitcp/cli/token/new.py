"""`gitcp token new`."""

from dataclasses import asdict

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.parameters import MEMBER
from gitcp.cli.settings import Settings
from gitcp.errors import NotAllowedError


@click.command()
@click.option("--for", "person", type=MEMBER, required=True, metavar="PERSON", help="Who acts with it.")
@click.option(
    "--expires",
    type=click.IntRange(1, 3660),
    default=90,
    show_default=True,
    metavar="DAYS",
    help="For how long it is good.",
)
@click.option("--name", metavar="TEXT", help="What it is for, so that it can be told from others.")
@json_option
@click.pass_obj
def command(settings: Settings, person: str, expires: int, name: str | None, as_json: bool) -> int:
    """Let a person, or a program in their name, ask `gitcp scheduler --listen` from anywhere.

    The token is printed once and kept nowhere; this machine keeps its digest, outside of the repository.
    Whoever has it can do all that the person may do.

    \b
    Examples:
      gitcp token new --for alex --name laptop
      gitcp token new --for alex --expires 7 --json
    """
    from gitcp.control.tokens import Tokens
    from gitcp.core.lookup import existing_member
    from gitcp.model.members import Person

    with settings.plane() as plane:
        if not isinstance(existing_member(plane.snapshot(), person), Person):
            raise NotAllowedError(
                f"{person} is an agent: its runs have tokens of their own", hint="name a person"
            )
        made, secret = Tokens(plane.state).new(person, plane.clock.now(), days=expires, name=name)
    if as_json:
        told = {key: value for key, value in asdict(made).items() if key != "digest"}
        print_json({**told, "token": secret})
        return 0
    click.echo(secret)
    say(f"token {made.id} of {person}, good until {made.expires}; it is not shown again")
    say("use it: export GITCP_API_URL=http://127.0.0.1:7420 GITCP_API_KEY=…, then gitcp inbox")
    say("the address is the one that `gitcp scheduler --listen` says")
    return 0
